"""Invoices of a subscription: our rows follow Stripe's; paid and failed renewals get timeline entries and emails."""

from collections.abc import Collection

from storefront import integrations, payments, stripe_gateway
from storefront.models import (
    CLOSED_INVOICE_STATUSES,
    FIRST_INVOICE,
    EventType,
    Invoice,
    InvoiceNeed,
    InvoiceStatus,
    Merchant,
    Payment,
    Subscription,
    SwitchNeed,
    TimelineKind,
    now,
)
from storefront.stripe_gateway import Intent, InvoiceSnapshot
from storefront.subscriptions import dunning
from storefront.subscriptions.invoice_payments import CHANGE_INVOICE, record_payment, retract_payment


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
        record_payment(subscription, invoice, snapshot, exceeds_plan)
    elif snapshot.status == InvoiceStatus.PAID and invoice.payment_id is not None and not snapshot.received:
        retract_payment(invoice)
    elif snapshot.status in CLOSED_INVOICE_STATUSES and status_before not in CLOSED_INVOICE_STATUSES:
        subscription.order.note(
            TimelineKind.INVOICE_CLOSED, number=invoice.number, status=invoice.status, amount=invoice.amount
        )
    if needs and needs != needs_before:
        code = "no_card" if invoice.lacks_card else invoice.decline_code or invoice.error_code
        detail = {"needs": needs, "code": code, "amount": invoice.amount}
        subscription.order.note(TimelineKind.INVOICE_NEEDS, number=invoice.number, **detail)
        if not invoice.is_of_switch:
            dunning.start_dunning(invoice)
        about = f"invoice-{invoice.id}-{needs}-{invoice.attempts}"
        integrations.announce(EventType.SUBSCRIPTION_NEEDS_ACTION, subscription.order, about, invoice=invoice)
    elif needs_before and not needs:
        dunning.stop_dunning(invoice)


def needs_of(subscription: Subscription, snapshot: InvoiceSnapshot, intent: Intent | None) -> str:
    """What the customer has to do: an `InvoiceNeed` or a `SwitchNeed`, or "" for nothing.

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
    kind = SwitchNeed if _is_of_switch(subscription, snapshot) else InvoiceNeed
    return kind.AUTHENTICATION if asks_bank else kind.CARD


def _is_of_switch(subscription: Subscription, snapshot: InvoiceSnapshot) -> bool:
    """Whether it charges a switch of plans, which is dropped if nobody pays it: the present plan goes on."""
    return snapshot.reason == CHANGE_INVOICE and subscription.switch_id is not None


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
    if needs and not invoice.is_of_switch and invoice.failed_at is None:
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
