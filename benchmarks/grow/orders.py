"""The rows of one order: its payment, timeline and emails."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks.grow.by_hand import OUTSIDE, HandRows
from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.choices import Choice, ChoiceRows
from benchmarks.grow.documents import DocumentRows, Line, Sale, buyer_of
from benchmarks.grow.letters import LetterRows
from benchmarks.grow.parcels import Parcel, ParcelRows
from benchmarks.grow.people import Person
from benchmarks.grow.promo_codes import UsedCode
from benchmarks.grow.returns import ReturnRows
from benchmarks.grow.tables import Rows, stamp
from storefront.models import Document, EmailKind, Order, OrderStatus, Payment, PaymentKind, TimelineEntry, TimelineKind
from storefront.payments.outside.marking import MARKED_PAID

# How an order of each hundred ends; the number of those that were not paid is the rest.
UNPAID = "unpaid"
_SHARES = {
    OrderStatus.PAID: 79,
    OrderStatus.REFUNDED: 3,
    OrderStatus.PARTIALLY_REFUNDED: 2,
    OrderStatus.DISPUTED: 1,
    OrderStatus.FAILED: 1,
}
_MARKED_PAID = 2
OUTCOMES = [str(status) for status, share in _SHARES.items() for _ in range(share)] + [OUTSIDE] * _MARKED_PAID
OUTCOMES += [UNPAID] * (100 - len(OUTCOMES))
# As long as an unpaid order stays open by default.
LIFETIME = timedelta(hours=72)
_SECOND = timedelta(seconds=1)
CARD = ("visa", "4242")


class OrderRows:
    """Makes rows of orders. `next_ids` has the id that the next row of each table gets."""

    def __init__(self, source: random.Random, texts: Iterator[str], now: datetime, next_ids: dict[type, int]) -> None:
        self.random, self.texts, self.now, self.next_ids = source, texts, now, next_ids
        self.orders = Rows(
            Order,
            "id token offer_id merchant_id visit_key title unit_amount quantity amount currency email name email_folded"
            " name_folded language status created_at expires_at buyer_address paid_at kind option_id option_label"
            " itemized discount promo_code_id code details_folded answer_count consent consented_at mode"
            " shipping_address country sent_at tracking_carrier tracking_number paid_outside",
        )
        self.payments = Rows(
            Payment,
            "id public_id order_id merchant_id amount currency intent_id status kind error_code decline_code attempt"
            " created_at checked_at touched_at next_check_at ended_at end_reason card_brand card_last4",
        )
        self.entries = Rows(TimelineEntry, "order_id kind detail at")
        self.letters = LetterRows(source, now)
        self.documents = DocumentRows(next_ids[Document])
        self._returns = ReturnRows(source, texts, now, self.take_id, self.entries, self.letters, self.documents)
        self._choices, self._parcels = ChoiceRows(), ParcelRows(now, self.entries)
        self._by_hand = HandRows(self.entries)

    @property
    def tables(self) -> list[Rows]:
        """In an order in which a row is written after those that it refers to; first orders and payments."""
        more = *self._choices.tables, self._returns.refunds, self._returns.disputes, self._parcels.deliveries
        more = *more, self._by_hand.outside
        return [self.orders, self.payments, self.entries, self.letters.rows, *more]

    def take_id(self, model: type) -> int:
        """The id of the next row."""
        row_id = self.next_ids[model]
        self.next_ids[model] = row_id + 1
        return row_id

    def add(
        self,
        offer: SoldOffer,
        buyer: Person,
        created: datetime,
        outcome: str,
        code: UsedCode | None = None,
        *,
        recurs: bool,
    ) -> tuple[int, int]:
        """Add an order that ends with `outcome`. Return the ids of the order and its payment."""
        quantity = 1 if recurs or self.random.random() < 0.85 else self.random.randint(2, 4)
        settled = outcome not in (UNPAID, OrderStatus.FAILED.value)
        outside = outcome == OUTSIDE
        status = OrderStatus.PAID.value if outside else outcome
        status = self._unpaid_status(created) if outcome == UNPAID else status
        paid = created + timedelta(seconds=self.random.randint(20, 400)) if settled else None
        order_id = self.take_id(Order)
        chosen = self._choices.choose(order_id, offer, quantity, code)
        parcel = self._parcels.add(order_id, offer, status, paid)
        self._add_row(order_id, offer, chosen, quantity, buyer, status, created, paid, recurs, parcel, outside)
        at, currency = stamp(created), offer.currency
        self.entries.add(
            (order_id, TimelineKind.CREATED.value, f'{{"amount": {chosen.amount}, "currency": "{currency}"}}', at)
        )
        payment_id, intent = self._add_payment(order_id, offer, chosen.amount, status, created, paid, recurs, outside)
        if paid:
            by_hand = self._by_hand.mark_paid(order_id, chosen.amount, paid) if outside else {}
            sale = self.sale(order_id, offer, chosen.title, buyer)
            self._add_sale(sale, intent, chosen.amount, buyer, paid, outside)
            invoice = self.documents.add_sale(sale, _lines(chosen, quantity), chosen.code, stamp(paid), by_hand)
            if status != OrderStatus.PAID.value:
                self._returns.add(sale, payment_id, chosen.amount, buyer, status, paid, invoice)
        elif status == OrderStatus.EXPIRED.value:
            self.entries.add((order_id, TimelineKind.EXPIRED.value, "{}", stamp(created + LIFETIME)))
        elif status == OrderStatus.FAILED.value:
            self.entries.add(
                (order_id, TimelineKind.TOO_MANY_DECLINES.value, '{"count": 10}', stamp(created + 300 * _SECOND))
            )
        return order_id, payment_id

    def _add_row(
        self,
        order_id: int,
        offer: SoldOffer,
        chosen: Choice,
        quantity: int,
        buyer: Person,
        status: str,
        created: datetime,
        paid: datetime | None,
        recurs: bool,
        parcel: Parcel,
        outside: bool,
    ) -> None:
        texts, at = self.texts, stamp(created)
        details = self._by_hand.note(order_id, chosen.answer, at)
        self.orders.add(
            (order_id, next(texts), offer.id, offer.merchant_id, next(texts), chosen.title, chosen.unit, quantity)
            + (chosen.amount, offer.currency, buyer.email, buyer.name, buyer.email, buyer.name_folded, buyer.language)
            + (status, at, stamp(created + LIFETIME), self._address(), stamp(paid) if paid else None)
            + ("recurring" if recurs else "one_off", chosen.option_id, chosen.option_label, chosen.itemized)
            + (chosen.discount, chosen.code_id, chosen.code, details, 1 if chosen.answer else 0)
            + ((_CONSENT, at, "test") if recurs else ("", None, "test"))
            + parcel
            + (outside,)
        )

    def sale(self, order_id: int, offer: SoldOffer, title: str, buyer: Person) -> Sale:
        """What all documents and emails of the order have."""
        named = buyer_of(buyer, is_posted=offer.is_posted)
        number = Order.FIRST_NUMBER + order_id
        return Sale(order_id, offer.id, title, number, offer.currency, buyer.language, named)

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
        outside: bool,
    ) -> tuple[int, str]:
        payment_id, at, texts = self.take_id(Payment), stamp(created), self.texts
        intent: str | None = f"pi_{next(texts)}"
        kind = PaymentKind.FIRST.value if recurs else PaymentKind.ONE_OFF.value
        ended, reason, intent_status, failure = None, "", "succeeded", ("", "", "")
        if status in (OrderStatus.PENDING.value, OrderStatus.PROCESSING.value):
            # Without an intent: there is none at Stripe that could be asked for.
            intent, intent_status = None, ""
        elif outside:
            # The customer had begun to pay by card before.
            intent_status, reason, ended = "canceled", MARKED_PAID, stamp(paid or created)
        elif not paid:
            was_declined = status == OrderStatus.FAILED.value
            intent_status, reason = "canceled", "declines" if was_declined else "expired"
            ended = stamp(created + (300 * _SECOND if was_declined else LIFETIME))
            failure = ("card_declined", "generic_decline", f"ch_{next(texts)}")
        checked = stamp(paid) if paid else at
        about = (
            payment_id,
            next(texts),
            order_id,
            offer.merchant_id,
            amount,
            offer.currency,
            intent,
            intent_status,
            kind,
        )
        card = CARD if paid and not outside else ("", "")
        self.payments.add((*about, *failure, at, checked, checked, None, ended, reason, *card))
        return payment_id, intent or ""

    def _add_sale(self, sale: Sale, intent: str, amount: int, buyer: Person, paid: datetime, outside: bool) -> None:
        at, price, about = stamp(paid), f"€{amount / 100:.2f}", f"order-{sale.order_id}"
        number, title = sale.number, sale.title
        if not outside:
            detail = f'{{"amount": {amount}, "intent": "{intent}"}}'
            self.entries.add((sale.order_id, TimelineKind.PAID.value, detail, at))
        words = f"Hi {buyer.name},\n\nWe’ve received your payment of {price} for {title}. Your order is #{number}.\n"
        self.letters.add(EmailKind.RECEIPT, about, sale, buyer, f"Receipt · {price}", words, paid)
        if outside:
            return
        words = f"{buyer.name} paid {price} for {title}, order #{number}.\n"
        subject = f"New sale: {title} · {price}"
        self.letters.add(EmailKind.OWNER_SALE, about, sale, None, subject, words, paid)


def _lines(chosen: Choice, quantity: int) -> list[Line]:
    units = Line(chosen.title, quantity, chosen.unit, chosen.discount)
    return [units, Line(chosen.addon.title, 1, chosen.addon.amount)] if chosen.addon else [units]


_CONSENT = (
    "With this button you allow the shop to keep this card with Stripe and to charge the price of each month from it"
    " until you cancel."
)
