"""Events from Stripe: stored once, then handled."""

from storefront.webhooks.health import (
    SLOW_DELIVERY,
    delivery_delay,
    health_of,
    last_refusal_since,
    refused_for_unknown_merchants,
    test_event_received,
)
from storefront.webhooks.inbox import (
    HANDLED_EVENTS,
    MAX_PAYLOAD_BYTES,
    handle_event,
    handle_waiting,
    receive_event,
    refuse_delivery,
    store_event,
)

__all__ = [
    "HANDLED_EVENTS",
    "MAX_PAYLOAD_BYTES",
    "SLOW_DELIVERY",
    "delivery_delay",
    "handle_event",
    "handle_waiting",
    "health_of",
    "last_refusal_since",
    "receive_event",
    "refuse_delivery",
    "refused_for_unknown_merchants",
    "store_event",
    "test_event_received",
]
