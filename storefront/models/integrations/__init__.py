"""What other programs are told: events, the endpoints that get them, and each delivery."""

from storefront.models.integrations.outgoing_event import EventType, OutgoingEvent
from storefront.models.integrations.webhook_delivery import DeliveryState, WebhookDelivery
from storefront.models.integrations.webhook_endpoint import WebhookEndpoint

__all__ = ["DeliveryState", "EventType", "OutgoingEvent", "WebhookDelivery", "WebhookEndpoint"]
