"""The records of the shop, one file each."""

from storefront.models.admin import Admin, SignInFailure
from storefront.models.catalog_price import CatalogPrice
from storefront.models.decline import Decline
from storefront.models.dispute import Dispute
from storefront.models.email import Letter, LetterWording
from storefront.models.email_request import LetterRequest
from storefront.models.invoice import Invoice
from storefront.models.merchant import Merchant
from storefront.models.offer import Offer
from storefront.models.offer_redirect import FormerAddress
from storefront.models.order import Order, TimelineEntry
from storefront.models.payment import Payment
from storefront.models.refund import Refund
from storefront.models.shop_setting import ShopSetting
from storefront.models.subscription import Subscription
from storefront.models.webhook_event import WebhookEvent
from storefront.models.webhook_refusal import WebhookRefusal

ALL = (
    Admin,
    SignInFailure,
    Merchant,
    Offer,
    FormerAddress,
    Order,
    TimelineEntry,
    Payment,
    Subscription,
    Invoice,
    CatalogPrice,
    WebhookEvent,
    Decline,
    Dispute,
    Letter,
    LetterWording,
    LetterRequest,
    Refund,
    ShopSetting,
    WebhookRefusal,
)

__all__ = [
    "ALL",
    "Admin",
    "CatalogPrice",
    "Decline",
    "Dispute",
    "FormerAddress",
    "Invoice",
    "Letter",
    "LetterRequest",
    "LetterWording",
    "Merchant",
    "Offer",
    "Order",
    "Payment",
    "Refund",
    "ShopSetting",
    "SignInFailure",
    "Subscription",
    "TimelineEntry",
    "WebhookEvent",
    "WebhookRefusal",
]
