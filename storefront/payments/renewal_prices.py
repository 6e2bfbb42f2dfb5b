"""Prices of renewals: the Stripe Price that a subscription charges each billing period.

Each offer has one Product per merchant, with one Price for each amount and billing interval.
"""

from storefront import stripe_gateway
from storefront.errors import StripeBroken
from storefront.models import CatalogPrice, Subscription


def renewal_price(subscription: Subscription, unit_amount: int) -> CatalogPrice:
    """The Price that charges `unit_amount` (minor units) at the subscription's interval; created if missing.

    Our row is written first and is in the idempotency key, so a repeated call after a crash makes no second Price.
    Raises StripeError.
    """
    price = _find_or_create_row(subscription, unit_amount)
    if not price.price_id:
        try:
            _create_at_stripe(price)
        except StripeBroken:
            # Stripe would replay this 5xx under the same key for a day. An unused product or price does no harm.
            CatalogPrice.update(keys_used_up=CatalogPrice.keys_used_up + 1).where(CatalogPrice.id == price.id).execute()
            raise
    return price


def _find_or_create_row(subscription: Subscription, unit_amount: int) -> CatalogPrice:
    order = subscription.order
    columns = {
        "offer": order.offer_id,
        "merchant": subscription.merchant_id,
        "unit_amount": unit_amount,
        "currency": subscription.currency,
        "every": subscription.every,
        "interval": subscription.interval,
    }
    CatalogPrice.insert(title=order.title, **columns).on_conflict_ignore().execute()
    found: CatalogPrice = CatalogPrice.get(*(getattr(CatalogPrice, name) == value for name, value in columns.items()))
    return found


def _create_at_stripe(price: CatalogPrice) -> None:
    if not price.product_id:
        price.product_id = _product_of_offer(price) or stripe_gateway.create_product(price)
        price.save(only=[CatalogPrice.product_id])
    price.price_id = stripe_gateway.create_price(price)
    price.save(only=[CatalogPrice.price_id])


def _product_of_offer(price: CatalogPrice) -> str:
    """The product id that another price of the same offer and merchant uses, or ""."""
    other = CatalogPrice.get_or_none(
        CatalogPrice.offer == price.offer, CatalogPrice.merchant == price.merchant, CatalogPrice.product_id != ""
    )
    return other.product_id if other is not None else ""
