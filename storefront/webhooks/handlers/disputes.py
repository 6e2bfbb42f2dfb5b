"""Dispute events: a customer's bank disputes a payment, or decided."""

from storefront import payments
from storefront.models import WebhookEvent
from storefront.webhooks.looks import Looks
from storefront.webhooks.matching import find_or_await_payment


def dispute_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the payment and its disputes."""
    payment = find_or_await_payment(event, looks)
    if payment is not None:
        looks.once(payments.refresh, payment)
        looks.once(payments.sync_disputes, payment)


HANDLERS = {
    "charge.dispute.created": dispute_changed,
    "charge.dispute.updated": dispute_changed,
    "charge.dispute.closed": dispute_changed,
    "charge.dispute.funds_withdrawn": dispute_changed,
    "charge.dispute.funds_reinstated": dispute_changed,
}
