"""Other programs: events that are delivered to them, and the objects that they read."""

from storefront.integrations.announcing import (
    announce,
    announce_end,
    announce_paid_order,
    announce_renewal,
    announce_start,
)
from storefront.integrations.delivering import deliver_due, disable_endpoint, has_unprepared_events, prepare_events
from storefront.integrations.endpoints import (
    add_endpoint,
    change_endpoint,
    enable_endpoint,
    remove_endpoint,
    resend,
    rotate_secret,
)
from storefront.integrations.requests import DeliveryProblem
from storefront.integrations.retention import delete_old_outgoing_events, erase_outgoing_events

__all__ = [
    "DeliveryProblem",
    "add_endpoint",
    "announce",
    "announce_end",
    "announce_paid_order",
    "announce_renewal",
    "announce_start",
    "change_endpoint",
    "delete_old_outgoing_events",
    "deliver_due",
    "disable_endpoint",
    "enable_endpoint",
    "erase_outgoing_events",
    "has_unprepared_events",
    "prepare_events",
    "remove_endpoint",
    "resend",
    "rotate_secret",
]
