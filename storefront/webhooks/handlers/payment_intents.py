"""Payment intent events: a payment of an order or of a renewal changed."""

from storefront import payments
from storefront.models import Invoice, Payment, WebhookEvent
from storefront.webhooks.handlers.subscriptions import refresh_if_outdated
from storefront.webhooks.matching import find_payment, intent_id_of


def intent_changed(event: WebhookEvent) -> None:
    """Refresh the order's payment, or the subscription whose invoice the intent pays."""
    payment = find_payment(event)
    if payment is not None:
        payments.refresh(payment)
        return
    invoice = Invoice.get_or_none(Invoice.intent_id == intent_id_of(event))
    if invoice is not None:
        refresh_if_outdated(invoice.subscription, event)


def payment_failed(event: WebhookEvent) -> None:
    """Count the declined attempt, and refresh. An intent shows its last decline only, so each event counts one."""
    count_decline(event)
    intent_changed(event)


def authentication_required(event: WebhookEvent) -> None:
    """Remember that the bank asked for 3-D Secure, even if the customer has passed it by now, and refresh."""
    mark_challenged(event)
    intent_changed(event)


def count_decline(event: WebhookEvent) -> None:
    """Count the attempt that the event is about against the limits of declines."""
    payment = find_payment(event)
    if payment is not None and event.attempt:
        payments.record_decline(payment, event.attempt)


def mark_challenged(event: WebhookEvent) -> None:
    """Mark the payment as one for which the bank asked for 3-D Secure."""
    payment = find_payment(event)
    if payment is not None:
        Payment.update(challenged=True).where(Payment.id == payment.id).execute()


HANDLERS = {
    "payment_intent.succeeded": intent_changed,
    "payment_intent.payment_failed": payment_failed,
    "payment_intent.processing": intent_changed,
    "payment_intent.requires_action": authentication_required,
    "payment_intent.canceled": intent_changed,
}
