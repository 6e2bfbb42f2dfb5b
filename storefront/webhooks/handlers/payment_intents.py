"""Payment intent events: a payment of an order or of a renewal changed."""

from storefront import payments
from storefront.models import Invoice, Payment, PreparedStatement, WebhookEvent
from storefront.webhooks.handlers.subscriptions import refresh_if_outdated
from storefront.webhooks.looks import Looks, intent_id_of

_MARK_CHALLENGED = PreparedStatement(
    lambda challenged, payment: Payment.update(challenged=challenged).where(Payment.id == payment)
)


def intent_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the order's payment, or the subscription whose invoice the intent pays."""
    payment = looks.payment(event)
    if payment is not None:
        looks.once(payments.refresh, payment)
        return
    invoice = Invoice.get_or_none(Invoice.intent_id == intent_id_of(event))
    if invoice is not None:
        refresh_if_outdated(invoice.subscription, event, looks)


def count_decline(event: WebhookEvent, looks: Looks) -> None:
    """Count the declined attempt against the limits. An intent shows its last decline only: each event counts one."""
    payment = looks.payment(event)
    if payment is not None and event.attempt:
        payments.record_decline(payment, event.attempt)


def mark_challenged(event: WebhookEvent, looks: Looks) -> None:
    """Remember that the bank asked for 3-D Secure, even if the customer has passed it by now."""
    payment = looks.payment(event)
    if payment is not None and not payment.challenged:
        _MARK_CHALLENGED.execute(True, payment.id)
        payment.challenged = True


# What an event alone tells. It is stored before Stripe is asked.
NOTES = {
    "payment_intent.payment_failed": count_decline,
    "payment_intent.requires_action": mark_challenged,
}
HANDLERS = {
    "payment_intent.succeeded": intent_changed,
    "payment_intent.payment_failed": intent_changed,
    "payment_intent.processing": intent_changed,
    "payment_intent.requires_action": intent_changed,
    "payment_intent.canceled": intent_changed,
}
