"""Invoices of a subscription: our rows follow Stripe's; paid and failed renewals get timeline entries and emails."""

from collections.abc import Collection
from typing import Any

from storefront import emails, integrations, payments, shipping, stripe_gateway
from storefront.models import (
    CLOSED_INVOICE_STATUSES,
    FIRST_INVOICE,
    EmailKind,
    EventType,
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
from storefront.money import Money
from storefront.stripe_gateway import Intent, InvoiceSnapshot
from storefront.subscriptions import dunning


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
    # Nobody has to pay for a period after the last installment of a plan.
    exceeds_plan = Invoice.exceeds_plan(invoice)
    needs = "" if exceeds_plan else needs_of(subscription, snapshot, intent)
    _store(invoice, snapshot, intent, needs)
    _count_decline(subscription, intent)
    if invoice.is_first:
        _link_to_order(subscription, invoice)
    elif snapshot.status == InvoiceStatus.PAID and status_before != InvoiceStatus.PAID:
        _record_payment(subscription, invoice, snapshot, exceeds_plan)
    elif snapshot.status == InvoiceStatus.PAID and invoice.payment_id is not None and not snapshot.received:
        _retract_payment(invoice)
    elif snapshot.status in CLOSED_INVOICE_STATUSES and status_before not in CLOSED_INVOICE_STATUSES:
        subscription.order.note(
            TimelineKind.INVOICE_CLOSED, number=invoice.number, status=invoice.status, amount=invoice.amount
        )
    if needs and needs != needs_before:
        code = "no_card" if invoice.lacks_card else invoice.decline_code or invoice.error_code
        detail = {"needs": needs, "code": code, "amount": invoice.amount}
        subscription.order.note(TimelineKind.INVOICE_NEEDS, number=invoice.number, **detail)
        dunning.start_dunning(invoice)
        about = f"invoice-{invoice.id}-{needs}-{invoice.attempts}"
        integrations.announce(EventType.SUBSCRIPTION_NEEDS_ACTION, subscription.order, about, invoice=invoice)
    elif needs_before and not needs:
        dunning.stop_dunning(invoice)


def needs_of(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> str:
    """What the customer has to do: an `InvoiceNeed`, or "" for nothing.

    Stripe does not retry a renewal that waits for 3-D Secure.
    Source: support.stripe.com, "Subscription retries for failed 3D Secure authorizations".
    """
    if not is_open_renewal(snapshot) or not subscription.collects_open_invoices or intent is None:
        return ""
    waits_for_bank = intent.status in ("requires_action", "requires_confirmation")
    if not waits_for_bank and (
        intent.status != "requires_payment_method" or not (snapshot.attempted or intent.error_code)
    ):
        return ""
    failed_authentication = {intent.error_code, intent.decline_code} & payments.AUTHENTICATION_FAILURE_CODES
    # A card that was removed can't be confirmed any more.
    asks_bank = (waits_for_bank or failed_authentication) and not subscription.lacks_card
    return InvoiceNeed.AUTHENTICATION if asks_bank else InvoiceNeed.CARD


def take_recovery_card(subscription: Subscription) -> str:
    """The id of the card that paid the newest invoice after its first attempt had failed, once; else "".

    Raises StripeError.
    """
    newest = Invoice.select().where(Invoice.subscription == subscription).order_by(Invoice.created_at.desc()).first()
    if newest is None or newest.failed_at is None or newest.status != InvoiceStatus.PAID or newest.card_taken:
        return ""
    if newest.payment_id is None:
        # Paid outside of Stripe: no card has paid it.
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
    found.subscription = subscription
    return found


def _store(invoice: Invoice, snapshot: InvoiceSnapshot, intent: Intent | None, needs: str) -> None:
    invoice.number = snapshot.number
    invoice.status = snapshot.status
    invoice.amount, invoice.amount_paid = snapshot.amount_due, snapshot.amount_paid
    invoice.amount_received = snapshot.amount_received
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
    If nothing of it was paid through Stripe, the order is paid without a payment.
    """
    if invoice.amount and invoice.paid_outside == invoice.total:
        payments.record_payment_outside(subscription.payment)
    elif invoice.status == InvoiceStatus.PAID and invoice.payment_id is None and invoice.intent_id:
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


def _record_payment(
    subscription: Subscription, invoice: Invoice, snapshot: InvoiceSnapshot, exceeds_plan: bool
) -> None:
    """Record how a renewal was paid: by payments of Stripe, outside of Stripe, or both. An invoice of 0 has neither.

    Each way gets its timeline entry and its email. If the invoice exceeds a payment plan, the owner is told.
    """
    if not invoice.amount_paid:
        return
    received, outside = Money(snapshot.amount_received, invoice.currency), invoice.paid_outside
    paying = _store_payments(subscription, invoice, snapshot)
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
    if invoice.failed_at is not None:
        return {}
    return {"card_brand": subscription.card_brand, "card_last4": subscription.card_last4}


def _retract_payment(invoice: Invoice) -> None:
    """Correct a row that says that Stripe has received a payment for an invoice that was paid outside of Stripe.

    Version 0.1 wrote such rows.
    """
    Payment.update(status="canceled").where(
        Payment.id == invoice.payment_id, Payment.kind == PaymentKind.RENEWAL
    ).execute()
    invoice.payment = None
    invoice.save(only=[Invoice.payment])
