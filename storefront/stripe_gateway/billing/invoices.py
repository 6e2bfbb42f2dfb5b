"""Invoices of subscriptions: list, void, and pay with a saved card."""

from dataclasses import dataclass
from datetime import datetime

import stripe
from stripe.params import InvoicePayParams

from storefront.models import Merchant
from storefront.stripe_gateway.answers import id_field, optional_time_of, time_field, time_of
from storefront.stripe_gateway.billing.invoice_payments import ReceivedPayment, intent_id_of, received_payments_of
from storefront.stripe_gateway.client import charging_call, charging_client_of, client_of, stripe_call

EXPAND = ["payments"]


@dataclass(frozen=True)
class InvoiceSnapshot:
    """An invoice as Stripe has it now. Amounts in minor units of `currency` (upper-case), times in UTC.

    `reason` is Stripe's billing_reason. The period is the one that is charged, from the line that ends last: the
    invoice's own `period_start` belongs to the period before, and a line can give back an older one. `attempts` counts
    Stripe's own attempts; `next_attempt_at` is None if Stripe does not retry by itself. `intent_id` is the intent that
    paid, else the open one; "" if nothing is due.
    `received` are the payments of Stripe; `amount_paid` also counts what the seller has received elsewhere.
    """

    id: str
    number: str
    status: str
    reason: str
    amount_due: int
    amount_paid: int
    currency: str
    subscription_id: str
    period_start: datetime | None
    period_end: datetime | None
    created: datetime
    paid_at: datetime | None
    next_attempt_at: datetime | None
    attempts: int
    attempted: bool
    intent_id: str
    received: tuple[ReceivedPayment, ...]

    @property
    def amount_received(self) -> int:
        """The sum of `received`."""
        return sum(payment.amount for payment in self.received)


def list_invoices(merchant: Merchant, subscription_id: str) -> list[InvoiceSnapshot]:
    """List all invoices of a subscription, oldest first. Raises StripeError."""
    with stripe_call():
        page = client_of(merchant).v1.invoices.list(
            {"subscription": subscription_id, "limit": 100, "expand": ["data.payments"]}
        )
        newest_first = [_snapshot(invoice) for invoice in page.auto_paging_iter()]
    return newest_first[::-1]


def void_invoice(merchant: Merchant, invoice_id: str) -> InvoiceSnapshot:
    """Void the invoice. Stripe cancels its intent.

    Raises StripeRefused if it is paid or void already, and other StripeErrors.
    """
    with stripe_call():
        return _snapshot(client_of(merchant).v1.invoices.void_invoice(invoice_id, {"expand": EXPAND}))


def pay_invoice(merchant: Merchant, invoice_id: str, card_id: str) -> InvoiceSnapshot:
    """Charge this saved card for the invoice, off session.

    Raises StripeRefused with Stripe's code (docs.stripe.com/error-codes): a decline (`card_declined`, `expired_card`,
    …); `invoice_payment_intent_requires_action` if the bank asks for 3-D Secure: the intent then waits for the customer
    with this card; `invoice_already_paid`. Raises other StripeErrors.
    """
    terms: InvoicePayParams = {"payment_method": card_id, "off_session": True, "expand": EXPAND}
    invoices = charging_client_of(merchant).v1.invoices
    return _snapshot(charging_call(lambda options: invoices.pay(invoice_id, terms, options)))


def _snapshot(invoice: stripe.Invoice) -> InvoiceSnapshot:
    lines = invoice.lines.data if getattr(invoice, "lines", None) else []
    line = max(lines, key=lambda one: one.period.end, default=None)
    parent, transitions = getattr(invoice, "parent", None), getattr(invoice, "status_transitions", None)
    details = getattr(parent, "subscription_details", None)
    return InvoiceSnapshot(
        id=invoice.id or "",
        number=getattr(invoice, "number", None) or "",
        status=invoice.status or "",
        reason=invoice.billing_reason or "",
        amount_due=invoice.amount_due,
        amount_paid=invoice.amount_paid,
        currency=invoice.currency.upper(),
        subscription_id=id_field(details, "subscription"),
        period_start=optional_time_of(line.period.start) if line else None,
        period_end=optional_time_of(line.period.end) if line else None,
        created=time_of(invoice.created),
        paid_at=time_field(transitions, "paid_at"),
        next_attempt_at=time_field(invoice, "next_payment_attempt"),
        attempts=getattr(invoice, "attempt_count", 0),
        attempted=bool(getattr(invoice, "attempted", False)),
        intent_id=intent_id_of(invoice),
        received=received_payments_of(invoice),
    )
