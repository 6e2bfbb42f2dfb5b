"""Customer events: the default card changed, or the customer was deleted at Stripe."""

from storefront.models import Subscription, WebhookEvent
from storefront.webhooks.handlers.subscriptions import refresh_each
from storefront.webhooks.looks import Looks


def customer_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the customer's subscriptions.

    Without a card of their own they charge the customer's default card. Those of a deleted customer have ended.
    """
    refresh_each(Subscription.customer_id == event.object_id, event, looks)


HANDLERS = {
    "customer.updated": customer_changed,
    "customer.deleted": customer_changed,
}
