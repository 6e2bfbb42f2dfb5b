"""Invoice events: a renewal was paid, failed, or needs its customer."""

from storefront import emails
from storefront.db import db
from storefront.models import EmailKind, TimelineKind, WebhookEvent
from storefront.webhooks.handlers.subscriptions import subscription_changed
from storefront.webhooks.looks import Looks


def invoice_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the invoice's subscription with all its invoices.

    A paid renewal gets its payment and its receipt there, a failed one its emails: see `subscriptions/invoices.py`.
    """
    subscription_changed(event, looks)


def finalization_failed(event: WebhookEvent, looks: Looks) -> None:
    """Tell the owner, once for each invoice: it stays a draft and charges nothing. Refresh the subscription."""
    subscription = looks.subscription(event)
    if subscription is None:
        return
    with db.atomic():
        emails.write(EmailKind.OWNER_INVOICE_STUCK, subscription.order, event.object_id[:80], subscription=subscription)
        subscription.order.note(TimelineKind.INVOICE_STUCK)
    subscription_changed(event, looks)


HANDLERS = {
    "invoice.created": invoice_changed,
    "invoice.finalized": invoice_changed,
    "invoice.finalization_failed": finalization_failed,
    "invoice.paid": invoice_changed,
    "invoice.payment_failed": invoice_changed,
    "invoice.payment_action_required": invoice_changed,
    "invoice.voided": invoice_changed,
    "invoice.marked_uncollectible": invoice_changed,
}
