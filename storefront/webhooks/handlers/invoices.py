"""Invoice events: a renewal was paid, failed, or needs its customer."""

from storefront.models import WebhookEvent
from storefront.webhooks.handlers.subscriptions import subscription_changed


def invoice_changed(event: WebhookEvent) -> None:
    """Refresh the invoice's subscription with all its invoices.

    A paid renewal gets its payment and its receipt there, a failed one its emails: see `subscriptions/invoices.py`.
    """
    subscription_changed(event)


HANDLERS = {
    "invoice.created": invoice_changed,
    "invoice.finalized": invoice_changed,
    "invoice.paid": invoice_changed,
    "invoice.payment_failed": invoice_changed,
    "invoice.payment_action_required": invoice_changed,
    "invoice.voided": invoice_changed,
    "invoice.marked_uncollectible": invoice_changed,
}
