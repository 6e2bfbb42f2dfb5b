"""The records of the shop, one file each."""

from storefront.models.admin import Admin, SignInFailure
from storefront.models.former_address import FormerAddress
from storefront.models.merchant import Merchant
from storefront.models.offer import Offer
from storefront.models.order import Order, TimelineEntry
from storefront.models.payment import Payment
from storefront.models.webhook_event import WebhookEvent

ALL = (Admin, SignInFailure, Merchant, Offer, FormerAddress, Order, TimelineEntry, Payment, WebhookEvent)

__all__ = [
    "ALL",
    "Admin",
    "FormerAddress",
    "Merchant",
    "Offer",
    "Order",
    "Payment",
    "SignInFailure",
    "TimelineEntry",
    "WebhookEvent",
]
