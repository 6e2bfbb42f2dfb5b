"""The rows of one subscription: its invoices, their payments, and what was told about them."""

from datetime import datetime, timedelta

from benchmarks.grow.catalog import SoldOffer
from benchmarks.grow.documents import Line, Sale
from benchmarks.grow.orders import CARD, OrderRows
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows, stamp
from storefront.models import (
    EmailKind,
    Invoice,
    InvoiceNeed,
    InvoiceStatus,
    Payment,
    PaymentKind,
    Subscription,
    SubscriptionStatus,
    TimelineKind,
)

# A month of the periods.
_MONTH = timedelta(days=30)
# Shares of the subscriptions that have not ended.
_PAST_DUE, _UNPAID, _ENDING = 0.06, 0.02, 0.05
# In a month so many customers cancel.
_CANCELED_MONTHLY = 0.07


class SubscriptionRows:
    """Makes rows of subscriptions for the orders of `order_rows`."""

    def __init__(self, order_rows: OrderRows) -> None:
        self._orders = order_rows
        self.subscriptions = Rows(
            Subscription,
            "id public_id order_id offer_id mode merchant_id payment_id customer_id customer_email subscription_id"
            " item_id status unit_amount currency every interval period_start period_end cancel_at"
            " cancels_at_period_end canceled_at ended_at end_reason card_id card_brand card_last4 card_exp_month"
            " card_exp_year created_at synced_at next_check_at",
        )
        self.invoices = Rows(
            Invoice,
            "id public_id subscription_id invoice_id number status reason amount amount_paid amount_received currency"
            " period_start period_end intent_id intent_status error_code decline_code needs attempts next_attempt_at"
            " failed_at paid_at payment_id created_at",
        )

    @property
    def tables(self) -> list[Rows]:
        """In an order in which a row is written after those that it refers to."""
        return [self.subscriptions, self.invoices]

    def add(self, order_id: int, payment_id: int, offer: SoldOffer, buyer: Person, began: datetime) -> None:
        """Add the subscription of a paid order, with an invoice for each month until it ended, or until now."""
        orders, texts = self._orders, self._orders.texts
        chance = orders.random.random
        subscription_id = orders.take_id(Subscription)
        months = (orders.now - began) // _MONTH
        lasted = next((month for month in range(1, months + 1) if chance() < _CANCELED_MONTHLY), None)
        periods = months + 1 if lasted is None else lasted
        status, problem = self._status(periods, lasted)
        ends = lasted is None and not problem and chance() < _ENDING
        start = began + (periods - 1) * _MONTH
        end = start + _MONTH
        ended = stamp(end) if lasted is not None else None
        self.subscriptions.add(
            (
                subscription_id,
                next(texts),
                order_id,
                offer.id,
                "test",
                offer.merchant_id,
                payment_id,
                f"cus_{next(texts)}",
                buyer.email,
                *(f"sub_{next(texts)}", f"si_{next(texts)}", status, offer.amount, offer.currency, 1, "month"),
                *(stamp(start), stamp(end), stamp(end) if ends else None, ends, stamp(start) if ends else ended, ended),
                *("cancellation_requested" if ended else "", f"pm_{next(texts)}", "visa", "4242", 12, 2044),
                *(stamp(began), stamp(start), None),
            )
        )
        detail = '{"reason": "", "status": "active"}'
        orders.entries.add((order_id, TimelineKind.SUBSCRIPTION_STATUS.value, detail, stamp(began)))
        prefix = next(texts)[:8].upper()
        for period in range(periods):
            is_open = problem if period == periods - 1 else ""
            first = payment_id if period == 0 else None
            number = f"{prefix}-{period + 1:04}"
            self._add_invoice(subscription_id, order_id, offer, buyer, began + period * _MONTH, number, first, is_open)
        if ended:
            detail = '{"reason": "cancellation_requested", "status": "canceled"}'
            orders.entries.add((order_id, TimelineKind.SUBSCRIPTION_STATUS.value, detail, ended))
        elif problem:
            detail = f'{{"reason": "", "status": "{status}"}}'
            orders.entries.add((order_id, TimelineKind.SUBSCRIPTION_STATUS.value, detail, stamp(start)))

    def _status(self, periods: int, lasted: int | None) -> tuple[str, str]:
        """The status, and what the last invoice needs from the customer."""
        if lasted is not None:
            return SubscriptionStatus.CANCELED.value, ""
        dice = self._orders.random.random()
        # The first invoice was paid with the order.
        if periods > 1 and dice < _PAST_DUE + _UNPAID:
            need = InvoiceNeed.CARD.value if dice < _PAST_DUE / 2 else InvoiceNeed.AUTHENTICATION.value
            return (SubscriptionStatus.PAST_DUE.value if dice < _PAST_DUE else SubscriptionStatus.UNPAID.value), need
        return SubscriptionStatus.ACTIVE.value, ""

    def _add_invoice(
        self,
        subscription_id: int,
        order_id: int,
        offer: SoldOffer,
        buyer: Person,
        start: datetime,
        number: str,
        first_payment: int | None,
        need: str,
    ) -> None:
        texts, amount = self._orders.texts, offer.amount
        invoice_id, at, intent = self._orders.take_id(Invoice), stamp(start), f"pi_{next(texts)}"
        payment_id = first_payment
        sale = self._orders.sale(order_id, offer, offer.title, buyer)
        if not need and not first_payment:
            payment_id = self._add_renewal(order_id, offer, intent, at)
            period = at, stamp(start + _MONTH)
            self._orders.documents.add_renewal(sale, Line(offer.title, 1, amount), period, invoice_id, payment_id)
        paid, paid_at = (0, None) if need else (amount, at)
        status = InvoiceStatus.OPEN.value if need else InvoiceStatus.PAID.value
        reason = "subscription_create" if first_payment else "subscription_cycle"
        about = invoice_id, next(texts), subscription_id, f"in_{next(texts)}", number, status, reason
        money = amount, paid, paid, offer.currency, at, stamp(start + _MONTH)
        failure = "requires_payment_method" if need else "", *_failure_codes(need), need, 1, None, at if need else None
        self.invoices.add((*about, *money, intent, *failure, paid_at, payment_id, at))
        if not first_payment:
            self._tell(subscription_id, sale, amount, buyer, start, number, invoice_id, need)

    def _add_renewal(self, order_id: int, offer: SoldOffer, intent: str, at: str) -> int:
        payment_id = self._orders.take_id(Payment)
        about = payment_id, next(self._orders.texts), order_id, offer.merchant_id, offer.amount, offer.currency, intent
        kind = "succeeded", PaymentKind.RENEWAL.value, "", "", ""
        self._orders.payments.add((*about, *kind, at, None, at, None, at, "renewal", *CARD))
        return payment_id

    def _tell(
        self,
        subscription_id: int,
        sale: Sale,
        amount: int,
        buyer: Person,
        start: datetime,
        number: str,
        invoice_id: int,
        need: str,
    ) -> None:
        """The entry in the timeline and the email about the invoice of a renewal."""
        price, about = f"€{amount / 100:.2f}", f"invoice-{invoice_id}"
        if need:
            code = _failure_codes(need)[1]
            detail = f'"amount": {amount}, "code": "{code}", "needs": "{need}", "number": "{number}"'
            entry = TimelineKind.INVOICE_NEEDS
            kind = EmailKind.RENEWAL_DECLINED if need == InvoiceNeed.CARD.value else EmailKind.RENEWAL_AUTHENTICATION
            subject = f"Your {price} payment failed"
            words = f"Hi {buyer.name},\n\nWe couldn’t charge your card for {sale.title}.\n"
        else:
            detail = f'"amount": {amount}, "number": "{number}", "recovered": false'
            entry = TimelineKind.INVOICE_PAID
            kind, subject = EmailKind.RENEWAL_RECEIPT, f"Receipt for {sale.title} · {price}"
            words = f"Hi {buyer.name},\n\nWe’ve received your payment of {price} for {sale.title}.\n"
        self._orders.entries.add((sale.order_id, entry.value, f"{{{detail}}}", stamp(start)))
        ids = subscription_id, invoice_id
        self._orders.letters.add(kind, about, sale, buyer, subject, words, start, *ids)


def _failure_codes(need: str) -> tuple[str, str]:
    """The error and the decline code of an invoice that needs this from the customer."""
    if need == InvoiceNeed.CARD.value:
        return "card_declined", "generic_decline"
    if need == InvoiceNeed.AUTHENTICATION.value:
        return "invoice_payment_intent_requires_action", "authentication_required"
    return "", ""
