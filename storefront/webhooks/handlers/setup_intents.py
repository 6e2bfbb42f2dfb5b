"""Setup intent events: a card was saved for a trial or for a subscription that runs."""

from storefront import payments, subscriptions
from storefront.models import WebhookEvent
from storefront.webhooks.handlers.payment_intents import count_decline, mark_challenged
from storefront.webhooks.matching import find_payment, find_subscription


def intent_changed(event: WebhookEvent) -> None:
    """Refresh the setup payment that starts a trial."""
    payment = find_payment(event)
    if payment is not None:
        payments.refresh(payment)


def card_saved(event: WebhookEvent) -> None:
    """Finish a card change or a trial's start, in case the customer's browser did not come back."""
    subscription = find_subscription(event) if event.subscription else None
    if subscription is not None:
        subscriptions.finish_interrupted_card_change(subscription, event.object_id, event.occurred_at)
    intent_changed(event)


def setup_failed(event: WebhookEvent) -> None:
    """Count the declined attempt, and refresh."""
    count_decline(event)
    subscription = find_subscription(event) if event.subscription else None
    if subscription is not None:
        subscriptions.record_failed_card_change(subscription, event.object_id, event.attempt)
    intent_changed(event)


def authentication_required(event: WebhookEvent) -> None:
    """Remember that the bank asked for 3-D Secure, and refresh."""
    mark_challenged(event)
    intent_changed(event)


HANDLERS = {
    "setup_intent.succeeded": card_saved,
    "setup_intent.setup_failed": setup_failed,
    "setup_intent.requires_action": authentication_required,
    "setup_intent.canceled": intent_changed,
}
