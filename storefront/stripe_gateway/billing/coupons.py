"""Coupons: what an order's promo code takes off the invoices of its subscription."""

from dataclasses import dataclass

from storefront.errors import StripeRefused
from storefront.models import Merchant, Order, shop_id
from storefront.stripe_gateway.client import client_of, stripe_call

ALREADY_EXISTS = "resource_already_exists"


@dataclass(frozen=True)
class Coupon:
    """Takes `amount` (minor units of `currency`) off one invoice, or off each if it is `lasting`. `name` is shown."""

    id: str
    name: str
    amount: int
    currency: str
    lasting: bool


def coupon_of(order: Order, amount: int, *, lasting: bool) -> Coupon:
    """The coupon that takes this off the order's invoices. Orders with the same code and amount have the same one.

    An amount and no percentage: the invoice is what the page showed, however Stripe rounds.
    """
    parts = (shop_id()[:16], order.promo_code_id or 0, order.currency, amount, "every" if lasting else "first")
    return Coupon("-".join(map(str, parts)).lower(), order.code, amount, order.currency, lasting)


def create_coupon(merchant: Merchant, coupon: Coupon) -> None:
    """Create it at Stripe, unless it is there. Raises StripeError."""
    try:
        with stripe_call():
            client_of(merchant).v1.coupons.create(
                {
                    "id": coupon.id,
                    "name": coupon.name,
                    "amount_off": coupon.amount,
                    "currency": coupon.currency.lower(),
                    "duration": "forever" if coupon.lasting else "once",
                }
            )
    except StripeRefused as error:
        if error.code != ALREADY_EXISTS:
            raise
