"""What other programs get, in the API and in webhooks: one definition of each object, and how it is made of rows."""

from storefront.integrations.objects.customers import make_customers
from storefront.integrations.objects.fields import description_of, to_json
from storefront.integrations.objects.offers import make_offers
from storefront.integrations.objects.orders import make_dispute, make_orders, make_payment_request, make_refund
from storefront.integrations.objects.subscriptions import make_invoice, make_subscriptions
from storefront.integrations.objects.types import (
    ApiCustomer,
    ApiDispute,
    ApiInvoice,
    ApiOffer,
    ApiOrder,
    ApiPaymentRequest,
    ApiRefund,
    ApiSubscription,
)

__all__ = [
    "ApiCustomer",
    "ApiDispute",
    "ApiInvoice",
    "ApiOffer",
    "ApiOrder",
    "ApiPaymentRequest",
    "ApiRefund",
    "ApiSubscription",
    "description_of",
    "make_customers",
    "make_dispute",
    "make_invoice",
    "make_offers",
    "make_orders",
    "make_payment_request",
    "make_refund",
    "make_subscriptions",
    "to_json",
]
