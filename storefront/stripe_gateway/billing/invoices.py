"""Invoices of subscriptions: read, voided, paid with a saved card."""

from dataclasses import dataclass
from datetime import datetime

import stripe

from storefront.models import Merchant
from storefront.stripe_gateway.billing.invoice_payments import intent_id_of
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.payments.cards import id_in
from storefront.stripe_gateway.timestamps import known_moment, moment, moment_in

EXPAND = ["payments"]


@dataclass(frozen=True)
class InvoiceSnapshot:
    """An invoice as Stripe has it now. Amounts in minor units of `currency` (upper-case), moments in UTC.

    `reason` is Stripe's billing_reason. The period is the one it is asked for: its first line's (an invoice's own
    `period_start` is of the period before). `attempts` counts Stripe's own tries; `next_attempt_at` is None when it
    tries no more by itself. `intent_id` is the payment that paid, else the one that waits; "" where nothing is due.
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


def list_invoices(merchant: Merchant, subscription_id: str) -> list[InvoiceSnapshot]:
    """All of a subscription's, oldest first. Raises StripeError."""
    with stripe_call():
        page = client_of(merchant).v1.invoices.list(
            {"subscription": subscription_id, "limit": 100, "expand": ["data.payments"]}
        )
        newest_first = [_snapshot(invoice) for invoice in page.auto_paging_iter()]
    return newest_first[::-1]


def void_invoice(merchant: Merchant, invoice_id: str) -> InvoiceSnapshot:
    """Nobody owes it any more; its payment intent is cancelled with it.

    Raises StripeRefused when it is paid or void already, and other StripeError.
    """
    with stripe_call():
        return _snapshot(client_of(merchant).v1.invoices.void_invoice(invoice_id, {"expand": EXPAND}))


def pay_invoice(merchant: Merchant, invoice_id: str, card_id: str) -> InvoiceSnapshot:
    """Charge this saved card for it, its owner not being there.

    Raises StripeRefused: a decline with Stripe's code (`card_declined`, `expired_card`, …); a bank that asks first with
    `invoice_payment_intent_requires_action` (docs.stripe.com/error-codes): then the invoice's intent waits for its
    customer with this card; `invoice_already_paid`. Other StripeError.
    """
    with stripe_call():
        return _snapshot(
            client_of(merchant).v1.invoices.pay(
                invoice_id, {"payment_method": card_id, "off_session": True, "expand": EXPAND}
            )
        )


def _snapshot(invoice: stripe.Invoice) -> InvoiceSnapshot:
    line = next(iter(invoice.lines.data), None) if getattr(invoice, "lines", None) else None
    parent, moved = getattr(invoice, "parent", None), getattr(invoice, "status_transitions", None)
    details = getattr(parent, "subscription_details", None)
    return InvoiceSnapshot(
        id=invoice.id or "",
        number=getattr(invoice, "number", None) or "",
        status=invoice.status or "",
        reason=invoice.billing_reason or "",
        amount_due=invoice.amount_due,
        amount_paid=invoice.amount_paid,
        currency=invoice.currency.upper(),
        subscription_id=id_in(details, "subscription"),
        period_start=moment(line.period.start) if line else None,
        period_end=moment(line.period.end) if line else None,
        created=known_moment(invoice.created),
        paid_at=moment_in(moved, "paid_at"),
        next_attempt_at=moment_in(invoice, "next_payment_attempt"),
        attempts=getattr(invoice, "attempt_count", 0),
        attempted=bool(getattr(invoice, "attempted", False)),
        intent_id=intent_id_of(invoice),
    )
