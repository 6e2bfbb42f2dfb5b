"""The rows of one order: its payment, timeline, emails, refund and dispute."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows
from storefront.models import (
    Dispute,
    Email,
    EmailKind,
    EmailState,
    Order,
    OrderStatus,
    Payment,
    PaymentKind,
    Refund,
    TimelineEntry,
    TimelineKind,
)

# How an order of each hundred ends; the number of those that were not paid is the rest.
UNPAID = "unpaid"
_SHARES = {
    OrderStatus.PAID: 81,
    OrderStatus.REFUNDED: 3,
    OrderStatus.PARTIALLY_REFUNDED: 2,
    OrderStatus.DISPUTED: 1,
    OrderStatus.FAILED: 1,
}
OUTCOMES = [str(status) for status, share in _SHARES.items() for _ in range(share)]
OUTCOMES += [UNPAID] * (100 - len(OUTCOMES))
# As long as an unpaid order stays open by default.
LIFETIME = timedelta(hours=72)
# The shop deletes the texts of older emails by default.
_TEXTS_KEPT = timedelta(days=365)
_EVIDENCE_TIME = timedelta(days=14)
# The owner answers disputes: so many of one run still wait for evidence.
_OPEN_DISPUTES = 5
_HTML = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n<p>{}</p>\n</body>\n</html>\n'
)
_SECOND = timedelta(seconds=1)
CARD = ("visa", "4242")


def stamp(moment: datetime) -> str:
    """A time as the tables store it."""
    return moment.isoformat(" ")


class OrderRows:
    """Makes rows of orders. `next_ids` has the id that the next row of each table gets."""

    def __init__(self, source: random.Random, texts: Iterator[str], now: datetime, next_ids: dict[type, int]) -> None:
        self.random, self.texts, self.now, self.next_ids = source, texts, now, next_ids
        self.open_disputes = 0
        self.orders = Rows(
            Order,
            "id token offer_id merchant_id visit_key title unit_amount quantity amount currency email name email_folded"
            " name_folded language status created_at expires_at buyer_address paid_at kind consent consented_at mode",
        )
        self.payments = Rows(
            Payment,
            "id public_id order_id merchant_id amount currency intent_id status kind error_code decline_code attempt"
            " created_at checked_at touched_at next_check_at ended_at end_reason card_brand card_last4",
        )
        self.entries = Rows(TimelineEntry, "order_id kind detail at")
        self.emails = Rows(
            Email,
            "kind about order_id subscription_id invoice_id recipient recipient_folded language subject subject_folded"
            " title_folded text html state problem due_at created_at done_at",
        )
        self.refunds = Rows(
            Refund, "id public_id order_id payment_id refund_id amount currency status reason created_at"
        )
        self.disputes = Rows(
            Dispute, "order_id payment_id dispute_id amount currency status reason evidence_due_at created_at"
        )

    @property
    def tables(self) -> list[Rows]:
        """In an order in which a row is written after those that it refers to."""
        return [self.orders, self.payments, self.entries, self.emails, self.refunds, self.disputes]

    def take_id(self, model: type) -> int:
        """The id of the next row."""
        row_id = self.next_ids[model]
        self.next_ids[model] = row_id + 1
        return row_id

    def add(self, offer: SoldOffer, buyer: Person, created: datetime, outcome: str, *, recurs: bool) -> tuple[int, int]:
        """Add an order that ends with `outcome`. Return the ids of the order and its payment."""
        quantity = 1 if recurs or self.random.random() < 0.85 else self.random.randint(2, 4)
        amount = offer.amount * quantity
        settled = outcome not in (UNPAID, OrderStatus.FAILED.value)
        status = outcome if outcome != UNPAID else self._unpaid_status(created)
        paid = created + timedelta(seconds=self.random.randint(20, 400)) if settled else None
        at, paid_at = stamp(created), stamp(paid) if paid else None
        order_id, texts = self.take_id(Order), self.texts
        self.orders.add(
            (
                order_id,
                next(texts),
                offer.id,
                offer.merchant_id,
                next(texts),
                offer.title,
                offer.amount,
                quantity,
                amount,
            )
            + (offer.currency, buyer.email, buyer.name, buyer.email, buyer.name_folded, buyer.language, status, at)
            + (stamp(created + LIFETIME), self._address(), paid_at, "recurring" if recurs else "one_off")
            + ((_CONSENT, at, "test") if recurs else ("", None, "test"))
        )
        self.entries.add(
            (order_id, TimelineKind.CREATED.value, f'{{"amount": {amount}, "currency": "{offer.currency}"}}', at)
        )
        payment_id, intent = self._add_payment(order_id, offer, amount, status, created, paid, recurs)
        if paid:
            self._add_sale(order_id, intent, offer, buyer, amount, paid)
            if status != OrderStatus.PAID.value:
                self._add_return(order_id, payment_id, offer, buyer, amount, status, paid)
        elif status == OrderStatus.EXPIRED.value:
            self.entries.add((order_id, TimelineKind.EXPIRED.value, "{}", stamp(created + LIFETIME)))
        elif status == OrderStatus.FAILED.value:
            self.entries.add(
                (order_id, TimelineKind.TOO_MANY_DECLINES.value, '{"count": 10}', stamp(created + 300 * _SECOND))
            )
        return order_id, payment_id

    def _unpaid_status(self, created: datetime) -> str:
        if created + LIFETIME < self.now:
            return OrderStatus.EXPIRED.value
        return OrderStatus.PROCESSING.value if self.random.random() < 0.1 else OrderStatus.PENDING.value

    def _address(self) -> str:
        number = self.random.getrandbits(16)
        return f"198.51.{number >> 8}.{number & 255}"

    def _add_payment(
        self,
        order_id: int,
        offer: SoldOffer,
        amount: int,
        status: str,
        created: datetime,
        paid: datetime | None,
        recurs: bool,
    ) -> tuple[int, str]:
        payment_id, at, texts = self.take_id(Payment), stamp(created), self.texts
        intent: str | None = f"pi_{next(texts)}"
        kind = PaymentKind.FIRST.value if recurs else PaymentKind.ONE_OFF.value
        ended, reason, intent_status, failure = None, "", "succeeded", ("", "", "")
        if status in (OrderStatus.PENDING.value, OrderStatus.PROCESSING.value):
            # Without an intent: there is none at Stripe that could be asked for.
            intent, intent_status = None, ""
        elif not paid:
            was_declined = status == OrderStatus.FAILED.value
            intent_status, reason = "canceled", "declines" if was_declined else "expired"
            ended = stamp(created + (300 * _SECOND if was_declined else LIFETIME))
            failure = ("card_declined", "generic_decline", f"ch_{next(texts)}")
        checked = stamp(paid) if paid else at
        self.payments.add(
            (
                payment_id,
                next(texts),
                order_id,
                offer.merchant_id,
                amount,
                offer.currency,
                intent,
                intent_status,
                kind,
                *(*failure, at, checked, checked, None, ended, reason),
                *(CARD if paid else ("", "")),
            )
        )
        return payment_id, intent or ""

    def _add_sale(
        self, order_id: int, intent: str, offer: SoldOffer, buyer: Person, amount: int, paid: datetime
    ) -> None:
        at, price, about = stamp(paid), f"€{amount / 100:.2f}", f"order-{order_id}"
        number = Order.FIRST_NUMBER + order_id
        self.entries.add((order_id, TimelineKind.PAID.value, f'{{"amount": {amount}, "intent": "{intent}"}}', at))
        words = (
            f"Hi {buyer.name},\n\nWe’ve received your payment of {price} for {offer.title}. Your order is #{number}.\n"
        )
        self.add_email(EmailKind.RECEIPT, about, order_id, offer.title, buyer, f"Receipt · {price}", words, paid)
        words = f"{buyer.name} paid {price} for {offer.title}, order #{number}.\n"
        subject = f"New sale: {offer.title} · {price}"
        self.add_email(EmailKind.OWNER_SALE, about, order_id, offer.title, None, subject, words, paid)

    def add_email(
        self,
        kind: EmailKind,
        about: str,
        order_id: int,
        title: str,
        recipient: Person | None,
        subject: str,
        words: str,
        written: datetime,
        subscription_id: int | None = None,
        invoice_id: int | None = None,
    ) -> None:
        """Add an email that was sent, or that failed as one in 500 does. `recipient` is None for the owner."""
        html = _HTML.format(words)
        if self.now - written > _TEXTS_KEPT:
            subject = words = html = ""
        failed = self.random.random() < 0.002
        state, problem = (
            (EmailState.FAILED.value, "550 5.1.1 No such user here") if failed else (EmailState.SENT.value, "")
        )
        to, language = (recipient.email, recipient.language) if recipient else ("", "")
        at, done = stamp(written), stamp(written + 2 * _SECOND)
        self.emails.add(
            (
                kind.value,
                about,
                order_id,
                subscription_id,
                invoice_id,
                to,
                to,
                language,
                subject,
                subject.casefold(),
                title.casefold(),
                *(words, html, state, problem, at, at, done),
            )
        )

    def _add_return(
        self, order_id: int, payment_id: int, offer: SoldOffer, buyer: Person, amount: int, status: str, paid: datetime
    ) -> None:
        later = min(paid + timedelta(hours=self.random.randint(1, 480)), self.now - 10 * _SECOND)
        if status == OrderStatus.DISPUTED.value:
            self._add_dispute(order_id, payment_id, offer, amount, later)
            return
        returned = amount if status == OrderStatus.REFUNDED.value else max(1, amount // 3)
        refund_id, at = self.take_id(Refund), stamp(later)
        self.refunds.add(
            (
                refund_id,
                next(self.texts),
                order_id,
                payment_id,
                f"re_{next(self.texts)}",
                returned,
                offer.currency,
                *("succeeded", "requested_by_customer", at),
            )
        )
        detail = f'{{"amount": {returned}, "failure": "", "origin": "shop"}}'
        self.entries.add((order_id, TimelineKind.REFUND_SUCCEEDED.value, detail, at))
        self.entries.add(
            (
                order_id,
                TimelineKind.REFUNDED.value if returned == amount else TimelineKind.PARTIALLY_REFUNDED.value,
                "{}",
                at,
            )
        )
        words = (
            f"Hello {buyer.name},\n\n€{returned / 100:.2f} of your order no. {Order.FIRST_NUMBER + order_id} go back.\n"
        )
        subject = f"Your refund for {offer.title}"
        self.add_email(
            EmailKind.REFUND_MADE, f"refund-{refund_id}", order_id, offer.title, buyer, subject, words, later
        )

    def _add_dispute(self, order_id: int, payment_id: int, offer: SoldOffer, amount: int, opened: datetime) -> None:
        status, due = "lost", opened + _EVIDENCE_TIME
        if due > self.now:
            status = "needs_response" if self.open_disputes < _OPEN_DISPUTES else "under_review"
            self.open_disputes += status == "needs_response"
        dispute, at, reason = f"du_{next(self.texts)}", stamp(opened), "product_not_received"
        self.disputes.add((order_id, payment_id, dispute, amount, offer.currency, status, reason, stamp(due), at))
        detail = f'"amount": {amount}, "currency": "{offer.currency}", "reason": "{reason}", "status": "{status}"'
        self.entries.add((order_id, TimelineKind.DISPUTE.value, f"{{{detail}}}", at))
        self.entries.add((order_id, TimelineKind.DISPUTED.value, "{}", at))
        subject = f"Disputed: €{amount / 100:.2f} of order no. {Order.FIRST_NUMBER + order_id}"
        about = f"dispute-{dispute}-chargeback"
        self.add_email(EmailKind.OWNER_DISPUTE, about, order_id, offer.title, None, subject, f"{subject}.\n", opened)


_CONSENT = (
    "With this button you allow the shop to keep this card with Stripe and to charge the price of each month from it"
    " until you cancel."
)
