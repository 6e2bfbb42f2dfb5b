"""Payment method events: a bank replaced a saved card, or its expiry changed."""

from storefront.isolation import Run
from storefront.models import Subscription, WebhookEvent
from storefront.webhooks.handlers.subscriptions import refresh_if_outdated


def card_changed(event: WebhookEvent) -> None:
    """Refresh each subscription that charges the card. One that fails does not stop the others."""
    charged = Subscription.merchant == event.merchant_id, Subscription.card_id == event.object_id
    run = Run()
    run.each(
        lambda: Subscription.select().where(*charged),
        lambda subscription: refresh_if_outdated(subscription, event),
        name=lambda subscription: f"subscription {subscription.subscription_id}",
        merchant=lambda subscription: subscription.merchant_id,
    )
    if run.first_error is not None:
        # The event is retried. Subscriptions that were refreshed are skipped then.
        raise run.first_error


HANDLERS = {
    "payment_method.automatically_updated": card_changed,
    "payment_method.updated": card_changed,
}
