"""Refund events: a refund was made here or in the Stripe Dashboard, or changed."""

from storefront import payments
from storefront.models import WebhookEvent
from storefront.webhooks.looks import Looks
from storefront.webhooks.matching import find_or_await_payment


def refund_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the payment and all its refunds."""
    payment = find_or_await_payment(event, looks)
    if payment is not None:
        looks.once(payments.refresh, payment)
        looks.once(payments.sync_refunds, payment)


HANDLERS = {
    "charge.refunded": refund_changed,
    "refund.created": refund_changed,
    "refund.updated": refund_changed,
    "refund.failed": refund_changed,
}
