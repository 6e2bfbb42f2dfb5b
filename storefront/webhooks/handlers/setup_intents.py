"""Setup intent events: a card was saved for a trial or for a subscription that runs."""

from storefront import payments, subscriptions
from storefront.models import WebhookEvent
from storefront.webhooks.handlers.payment_intents import count_decline, mark_challenged
from storefront.webhooks.looks import Looks


def intent_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the setup payment that starts a trial."""
    payment = looks.payment(event)
    if payment is not None:
        looks.once(payments.refresh, payment)


def card_saved(event: WebhookEvent, looks: Looks) -> None:
    """Finish a card change or a trial's start, in case the customer's browser did not come back."""
    subscription = looks.subscription(event) if event.subscription else None
    if subscription is not None:
        subscriptions.finish_interrupted_card_change(subscription, event.object_id, event.occurred_at)
    intent_changed(event, looks)


def setup_failed(event: WebhookEvent, looks: Looks) -> None:
    """Count the declined attempt of a card change, and refresh."""
    subscription = looks.subscription(event) if event.subscription else None
    if subscription is not None:
        subscriptions.record_failed_card_change(subscription, event.object_id, event.attempt)
    intent_changed(event, looks)


# What an event alone tells. It is stored before Stripe is asked.
NOTES = {
    "setup_intent.setup_failed": count_decline,
    "setup_intent.requires_action": mark_challenged,
}
HANDLERS = {
    "setup_intent.succeeded": card_saved,
    "setup_intent.setup_failed": setup_failed,
    "setup_intent.requires_action": intent_changed,
    "setup_intent.canceled": intent_changed,
}
