"""Webhook events from Stripe: received, stored once, and handled.

An event only says that an object changed. Its handler fetches the object in its present state from Stripe, so the
order, repetition and delay of events make no difference.
`handlers/` has one module for each family of events.

Events of one object that wait together cost one look at it.
"""

from storefront.webhooks.handlers import HANDLED_EVENTS
from storefront.webhooks.handling import handle, handle_waiting
from storefront.webhooks.health import (
    SLOW_DELIVERY,
    delivery_delay,
    find_test_event,
    health_of,
    latest_refusal,
    refused_for_unknown_merchants,
)
from storefront.webhooks.inbox import MAX_PAYLOAD_BYTES, receive, refuse, store
from storefront.webhooks.retention import delete_old_events
from storefront.webhooks.undelivered import take_undelivered

__all__ = [
    "HANDLED_EVENTS",
    "MAX_PAYLOAD_BYTES",
    "SLOW_DELIVERY",
    "delete_old_events",
    "delivery_delay",
    "find_test_event",
    "handle",
    "handle_waiting",
    "health_of",
    "latest_refusal",
    "receive",
    "refuse",
    "refused_for_unknown_merchants",
    "store",
    "take_undelivered",
]
