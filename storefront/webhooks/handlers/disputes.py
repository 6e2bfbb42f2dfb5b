"""Dispute events: a customer's bank disputes a payment, or decided."""

from storefront import payments
from storefront.models import WebhookEvent
from storefront.webhooks.matching import find_or_await_payment


def dispute_changed(event: WebhookEvent) -> None:
    """Refresh the payment and its disputes."""
    payment = find_or_await_payment(event)
    if payment is not None:
        payments.refresh(payment)
        payments.sync_disputes(payment)


HANDLERS = {
    "charge.dispute.created": dispute_changed,
    "charge.dispute.updated": dispute_changed,
    "charge.dispute.closed": dispute_changed,
    "charge.dispute.funds_withdrawn": dispute_changed,
    "charge.dispute.funds_reinstated": dispute_changed,
}
