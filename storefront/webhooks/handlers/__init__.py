"""What the shop does for each type of event: one module for each family of events."""

from collections.abc import Callable

from storefront.models import WebhookEvent
from storefront.webhooks.handlers import (
    customers,
    disputes,
    invoices,
    payment_intents,
    payment_methods,
    radar,
    refunds,
    setup_intents,
    subscription_schedules,
    subscriptions,
)

# Event type: the function that handles it.
HANDLERS: dict[str, Callable[[WebhookEvent], None]] = {
    **payment_intents.HANDLERS,
    **setup_intents.HANDLERS,
    **subscriptions.HANDLERS,
    **invoices.HANDLERS,
    **subscription_schedules.HANDLERS,
    **payment_methods.HANDLERS,
    **customers.HANDLERS,
    **refunds.HANDLERS,
    **disputes.HANDLERS,
    **radar.HANDLERS,
}
# The event types that our endpoint at Stripe is registered for.
HANDLED_EVENTS = tuple(HANDLERS)
