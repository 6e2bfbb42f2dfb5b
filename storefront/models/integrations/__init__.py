"""Other programs: the tokens that they read with, and the events that they are told."""

from storefront.models.integrations.api_token import ApiToken
from storefront.models.integrations.outgoing_event import EventType, OutgoingEvent
from storefront.models.integrations.telegram import TelegramChannel, TelegramDetail, TelegramKind, TelegramMessage
from storefront.models.integrations.webhook_delivery import DeliveryState, WebhookDelivery
from storefront.models.integrations.webhook_endpoint import WebhookEndpoint

__all__ = [
    "ApiToken",
    "DeliveryState",
    "EventType",
    "OutgoingEvent",
    "TelegramChannel",
    "TelegramDetail",
    "TelegramKind",
    "TelegramMessage",
    "WebhookDelivery",
    "WebhookEndpoint",
]
