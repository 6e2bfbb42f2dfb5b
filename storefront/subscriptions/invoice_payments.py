"""How a renewal, or the change of a period, was paid: payments, timeline entries, emails and documents follow."""

from datetime import datetime, timedelta
from typing import Any

from storefront import emails, integrations, payments, shipping
from storefront.models import EmailKind, Invoice, Payment, PaymentKind, Subscription, TimelineKind, now
from storefront.money import Money
from storefront.stripe_gateway import InvoiceSnapshot

# Stripe's billing_reason of the invoice of a change in the middle of a period.
CHANGE_INVOICE = "subscription_update"
# The moment of a change was shown a while before.
PERIOD_TOLERANCE = timedelta(hours=1)


def record_payment(subscription: Subscription, invoice: Invoice, snapshot: InvoiceSnapshot, exceeds_plan: bool) -> None:
    """Record how a renewal was paid: by payments of Stripe, outside of Stripe, or both. An invoice of 0 has neither.

    Each way gets its timeline entry and its email. If the invoice exceeds a payment plan, the owner is told.
    """
    if not invoice.amount_paid:
        return
    received, outside = Money(snapshot.amount_received, invoice.currency), invoice.paid_outside
    paying = _store_payments(subscription, invoice, snapshot)
    if invoice.reason != CHANGE_INVOICE or _begins_period(invoice):
        shipping.send_again(subscription.order)
    if received.amount:
        _note_paid(TimelineKind.INVOICE_PAID, invoice, received)
        _write_email(EmailKind.RENEWAL_RECEIPT, invoice, amount=received)
        if exceeds_plan:
            _write_email(EmailKind.OWNER_PLAN_OVERCHARGED, invoice, refund_amount=received)
    if outside.amount:
        _note_paid(TimelineKind.INVOICE_PAID_OUTSIDE, invoice, outside)
        _write_email(EmailKind.PAID_OUTSIDE, invoice, amount=outside)
    payments.invoice_renewal(subscription.order, invoice, paying)
    integrations.announce_renewal(invoice)


def _begins_period(invoice: Invoice) -> bool:
    """Whether it charges a period as a whole: a switch within one charges the difference."""
    start: datetime | None = invoice.subscription.period_start
    return start is not None and start >= invoice.created_at - PERIOD_TOLERANCE


def _note_paid(kind: TimelineKind, invoice: Invoice, paid: Money) -> None:
    recovered = invoice.failed_at is not None
    invoice.subscription.order.note(kind, number=invoice.number, amount=paid.amount, recovered=recovered)


def _write_email(kind: EmailKind, invoice: Invoice, **detail: Any) -> None:
    subscription = invoice.subscription
    emails.write(
        kind, subscription.order, f"invoice-{invoice.id}", subscription=subscription, invoice=invoice, **detail
    )


def _store_payments(subscription: Subscription, invoice: Invoice, snapshot: InvoiceSnapshot) -> list[Payment]:
    """Create a row for each payment of Stripe that has paid the invoice, and link the largest one. Return them."""
    paying = []
    for received in reversed(snapshot.received):
        if not received.intent_id:
            continue
        Payment.insert(
            order=subscription.order,
            merchant=subscription.merchant,
            kind=PaymentKind.RENEWAL,
            amount=received.amount,
            currency=invoice.currency,
            intent_id=received.intent_id,
            status="succeeded",
            ended_at=now(),
            end_reason="renewal",
            next_check_at=None,
            # Events about refunds and disputes may have come before this row.
            refunds_check_at=now(),
            **_card_of(subscription, invoice),
        ).on_conflict_ignore().execute()
        paying.append(Payment.get(Payment.intent_id == received.intent_id))
        invoice.payment = paying[-1]
    invoice.save(only=[Invoice.payment])
    return paying


def _card_of(subscription: Subscription, invoice: Invoice) -> dict[str, str]:
    """The columns of the card that has paid a renewal: the saved one, unless a failure may have brought another."""
    if invoice.failed_at is not None or invoice.reason == CHANGE_INVOICE:
        return {}
    return {"card_brand": subscription.card_brand, "card_last4": subscription.card_last4}


def retract_payment(invoice: Invoice) -> None:
    """Correct a row that says that Stripe has received a payment for an invoice that was paid outside of Stripe.

    Version 0.1 wrote such rows.
    """
    Payment.update(status="canceled").where(
        Payment.id == invoice.payment_id, Payment.kind == PaymentKind.RENEWAL
    ).execute()
    invoice.payment = None
    invoice.save(only=[Invoice.payment])
