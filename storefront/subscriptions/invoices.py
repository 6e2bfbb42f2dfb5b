"""Invoices of a subscription: our rows follow Stripe's; paid and failed renewals get timeline entries and emails."""

from collections.abc import Collection

from storefront import emails, payments, stripe_gateway
from storefront.models import (
    FIRST_INVOICE,
    EmailKind,
    Invoice,
    InvoiceNeed,
    InvoiceStatus,
    Merchant,
    Payment,
    PaymentKind,
    Subscription,
    TimelineKind,
    now,
)
from storefront.stripe_gateway import Intent, InvoiceSnapshot
from storefront.subscriptions import dunning

# Statuses of an invoice that will not be paid any more.
CLOSED = frozenset({InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE})


def is_open_renewal(snapshot: InvoiceSnapshot) -> bool:
    """Whether the invoice is open and not the first one, which is paid with the order."""
    return snapshot.status == InvoiceStatus.OPEN and snapshot.reason != FIRST_INVOICE


def retrieve_intents(merchant: Merchant, snapshots: Collection[InvoiceSnapshot]) -> dict[str, Intent]:
    """The payment intents of open renewals, by invoice id. Raises StripeError."""
    return {
        snapshot.id: stripe_gateway.retrieve_intent(merchant, snapshot.intent_id)
        for snapshot in snapshots
        if is_open_renewal(snapshot) and snapshot.intent_id
    }


def settle(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> None:
    """Store an invoice as Stripe has it. Payment, timeline entries and emails follow from what has changed.

    `intent` is the invoice's payment intent if the invoice is an open renewal. Call this in the transaction that holds
    the order's lock. Repeating it changes nothing more.
    """
    invoice = _find_or_create(subscription, snapshot)
    status_before, needs_before = invoice.status, invoice.needs
    needs = needs_of(subscription, snapshot, intent)
    _store(invoice, snapshot, intent, needs)
    _count_decline(subscription, intent)
    if invoice.is_first:
        _link_to_order(subscription, invoice)
    elif snapshot.status == InvoiceStatus.PAID and status_before != InvoiceStatus.PAID:
        _record_payment(subscription, invoice)
    elif snapshot.status in CLOSED and status_before not in CLOSED:
        subscription.order.note(
            TimelineKind.INVOICE_CLOSED, number=invoice.number, status=invoice.status, amount=invoice.amount
        )
    if needs and needs != needs_before:
        detail = {"needs": needs, "code": invoice.decline_code or invoice.error_code, "amount": invoice.amount}
        subscription.order.note(TimelineKind.INVOICE_NEEDS, number=invoice.number, **detail)
        dunning.start_dunning(invoice)
    elif needs_before and not needs:
        dunning.stop_dunning(invoice)


def needs_of(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> str:
    """What the customer has to do: an `InvoiceNeed`, or "" for nothing.

    Stripe does not retry a renewal that waits for 3-D Secure.
    Source: support.stripe.com, "Subscription retries for failed 3D Secure authorizations".
    """
    if not is_open_renewal(snapshot) or not subscription.collects_open_invoices or intent is None:
        return ""
    if intent.status in ("requires_action", "requires_confirmation"):
        return InvoiceNeed.AUTHENTICATION
    if intent.status != "requires_payment_method" or not (snapshot.attempted or intent.error_code):
        return ""
    failed_authentication = {intent.error_code, intent.decline_code} & payments.AUTHENTICATION_FAILURE_CODES
    return InvoiceNeed.AUTHENTICATION if failed_authentication else InvoiceNeed.CARD


def take_recovery_card(subscription: Subscription) -> str:
    """The id of the card that paid the newest invoice after its first attempt had failed, once; else "".

    Raises StripeError.
    """
    newest = Invoice.select().where(Invoice.subscription == subscription).order_by(Invoice.created_at.desc()).first()
    if newest is None or newest.failed_at is None or newest.status != InvoiceStatus.PAID or newest.card_taken:
        return ""
    card: str = stripe_gateway.retrieve_intent(subscription.merchant, newest.intent_id).payment_method
    Invoice.update(card_taken=True).where(Invoice.id == newest.id).execute()
    return card


def _find_or_create(subscription: Subscription, snapshot: InvoiceSnapshot) -> Invoice:
    Invoice.insert(
        subscription=subscription,
        invoice_id=snapshot.id,
        reason=snapshot.reason,
        amount=snapshot.amount_due,
        currency=snapshot.currency,
        created_at=snapshot.created,
    ).on_conflict_ignore().execute()
    found: Invoice = Invoice.get(Invoice.invoice_id == snapshot.id)
    return found


def _store(invoice: Invoice, snapshot: InvoiceSnapshot, intent: Intent | None, needs: str) -> None:
    invoice.number = snapshot.number
    invoice.status = snapshot.status
    invoice.amount, invoice.amount_paid = snapshot.amount_due, snapshot.amount_paid
    invoice.period_start, invoice.period_end = snapshot.period_start, snapshot.period_end
    invoice.intent_id = snapshot.intent_id
    invoice.attempts, invoice.next_attempt_at = snapshot.attempts, snapshot.next_attempt_at
    invoice.paid_at = snapshot.paid_at
    invoice.needs = needs
    if intent is not None:
        invoice.intent_status = intent.status
        invoice.error_code, invoice.decline_code = intent.error_code, intent.decline_code
    if needs and invoice.failed_at is None:
        invoice.failed_at = now()
    invoice.save()


def _link_to_order(subscription: Subscription, invoice: Invoice) -> None:
    """Link a paid first invoice to the order's own payment, which has its own receipt.

    The payment's row may not have its intent id yet, while the checkout is still running. A later refresh links them.
    """
    if invoice.status == InvoiceStatus.PAID and invoice.payment_id is None and invoice.intent_id:
        payment = Payment.select(Payment.id).where(
            Payment.id == subscription.payment_id, Payment.intent_id == invoice.intent_id
        )
        Invoice.update(payment=payment).where(Invoice.id == invoice.id).execute()


def _count_decline(subscription: Subscription, intent: Intent | None) -> None:
    """Count a declined card that the customer typed. Stripe's own attempts with the saved card do not count."""
    if intent is None or not intent.attempt or intent.error_code in payments.AUTHENTICATION_FAILURE_CODES:
        return
    if intent.payment_method != subscription.card_id:
        payments.record_decline(subscription.payment, intent.attempt)


def _record_payment(subscription: Subscription, invoice: Invoice) -> None:
    """Create the payment of a paid renewal, with its timeline entry and receipt. An invoice of 0 gets none of them."""
    if not invoice.amount_paid:
        return
    order = subscription.order
    if invoice.intent_id:
        Payment.insert(
            order=order,
            merchant=subscription.merchant,
            kind=PaymentKind.RENEWAL,
            amount=invoice.amount_paid,
            currency=invoice.currency,
            intent_id=invoice.intent_id,
            status="succeeded",
            ended_at=now(),
            end_reason="renewal",
            next_check_at=None,
            # Events about refunds and disputes may have come before this row.
            refunds_check_at=now(),
        ).on_conflict_ignore().execute()
        invoice.payment = Payment.get(Payment.intent_id == invoice.intent_id)
        invoice.save(only=[Invoice.payment])
    order.note(
        TimelineKind.INVOICE_PAID,
        number=invoice.number,
        amount=invoice.amount_paid,
        recovered=invoice.failed_at is not None,
    )
    emails.write(EmailKind.RENEWAL_RECEIPT, order, f"invoice-{invoice.id}", subscription=subscription, invoice=invoice)
