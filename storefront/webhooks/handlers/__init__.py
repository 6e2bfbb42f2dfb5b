"""What the shop does for each type of event: one module for each family of events."""

from collections.abc import Callable

from storefront.models import WebhookEvent
from storefront.webhooks.handlers import (
    customers,
    disputes,
    invoices,
    payment_intents,
    payment_methods,
    payouts,
    radar,
    refunds,
    setup_intents,
    subscription_schedules,
    subscriptions,
)
from storefront.webhooks.looks import Looks

Handler = Callable[[WebhookEvent, Looks], None]

# Event type: what is stored for each event before Stripe is asked.
NOTES: dict[str, Handler] = {**payment_intents.NOTES, **setup_intents.NOTES}
# Event type: the function that handles it.
HANDLERS: dict[str, Handler] = {
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
    **payouts.HANDLERS,
}
# The event types that our endpoint at Stripe is registered for.
HANDLED_EVENTS = tuple(HANDLERS)
