"""Other programs: events that are delivered to them, and the objects that they read."""

from storefront.integrations.announcing import (
    announce,
    announce_end,
    announce_few_keys,
    announce_paid_order,
    announce_renewal,
    announce_second_account,
    announce_start,
)
from storefront.integrations.api import RESOURCES, InvalidQuery, api_description, read_one, read_page
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
from storefront.integrations.telegram import (
    TelegramProblem,
    disconnect_telegram,
    has_due_messages,
    is_token_readable,
    save_telegram,
    send_messages,
    send_test_message,
)

__all__ = [
    "RESOURCES",
    "DeliveryProblem",
    "InvalidQuery",
    "TelegramProblem",
    "add_endpoint",
    "announce",
    "announce_end",
    "announce_few_keys",
    "announce_paid_order",
    "announce_renewal",
    "announce_second_account",
    "announce_start",
    "api_description",
    "change_endpoint",
    "delete_old_outgoing_events",
    "deliver_due",
    "disable_endpoint",
    "disconnect_telegram",
    "enable_endpoint",
    "erase_outgoing_events",
    "has_due_messages",
    "has_unprepared_events",
    "is_token_readable",
    "prepare_events",
    "read_one",
    "read_page",
    "remove_endpoint",
    "resend",
    "rotate_secret",
    "save_telegram",
    "send_messages",
    "send_test_message",
]
