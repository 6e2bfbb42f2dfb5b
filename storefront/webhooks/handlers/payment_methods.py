"""Payment method events: a bank replaced a saved card, its expiry changed, or it was removed."""

from storefront.models import Subscription, WebhookEvent
from storefront.webhooks.handlers.subscriptions import refresh_each
from storefront.webhooks.looks import Looks


def card_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh each subscription that charges the card."""
    refresh_each(Subscription.card_id == event.object_id, event, looks)


HANDLERS = {
    "payment_method.automatically_updated": card_changed,
    "payment_method.detached": card_changed,
    "payment_method.updated": card_changed,
}
