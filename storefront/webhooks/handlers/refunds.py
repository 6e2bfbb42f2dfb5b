"""Refund events: a refund was made here or in the Stripe Dashboard, or changed."""

from storefront import payments
from storefront.models import WebhookEvent
from storefront.webhooks.matching import find_or_await_payment


def refund_changed(event: WebhookEvent) -> None:
    """Refresh the payment and all its refunds."""
    payment = find_or_await_payment(event)
    if payment is not None:
        payments.refresh(payment)
        payments.sync_refunds(payment)


HANDLERS = {
    "charge.refunded": refund_changed,
    "refund.created": refund_changed,
    "refund.updated": refund_changed,
    "refund.failed": refund_changed,
}
