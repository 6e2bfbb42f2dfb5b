"""Addresses the owner's pages show: of the shop as buyers see it, and of Stripe's dashboard."""

from storefront.models import Offer, Order, Payment
from storefront.web.security import shop_config


def offer_address(offer: Offer) -> str:
    """Where buyers find the offer."""
    return f"{shop_config().public_url}/o/{offer.slug}"


def order_address(order: Order) -> str:
    """The order's own page."""
    return f"{shop_config().public_url}/orders/{order.token}"


def stripe_payment_address(payment: Payment) -> str:
    """The payment in Stripe's dashboard, of the right account and mode."""
    merchant = payment.merchant
    account = f"/{merchant.stripe_account_id}" if merchant.stripe_account_id else ""
    mode = "" if merchant.is_live else "/test"
    return f"https://dashboard.stripe.com{account}{mode}/payments/{payment.intent_id}"
