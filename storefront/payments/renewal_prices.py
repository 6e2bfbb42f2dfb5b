"""Offers' prices in a merchant's catalogue at Stripe: one product an offer, one price for each amount and rhythm."""

from storefront import stripe_gateway
from storefront.errors import StripeBroken
from storefront.models import CatalogPrice, Subscription


def stripe_price(subscription: Subscription, unit_amount: int) -> CatalogPrice:
    """The price that charges `unit_amount` (minor units) in the subscription's rhythm; made at Stripe if there is none.

    Our row comes first: a lost answer is taken up under the same key. Raises StripeError.
    """
    price = _row(subscription, unit_amount)
    if not price.price_id:
        try:
            _make(price)
        except StripeBroken:
            # Stripe would replay this 5xx under the same key for a day. A product or price left over costs nothing.
            CatalogPrice.update(keys_used_up=CatalogPrice.keys_used_up + 1).where(CatalogPrice.id == price.id).execute()
            raise
    return price


def _row(subscription: Subscription, unit_amount: int) -> CatalogPrice:
    order = subscription.order
    wanted = {
        "offer": order.offer_id,
        "merchant": subscription.merchant_id,
        "unit_amount": unit_amount,
        "currency": subscription.currency,
        "every": subscription.every,
        "interval": subscription.interval,
    }
    CatalogPrice.insert(title=order.title, **wanted).on_conflict_ignore().execute()
    found: CatalogPrice = CatalogPrice.get(*(getattr(CatalogPrice, name) == value for name, value in wanted.items()))
    return found


def _make(price: CatalogPrice) -> None:
    if not price.product_id:
        price.product_id = _known_product(price) or stripe_gateway.create_product(price)
        price.save(only=[CatalogPrice.product_id])
    price.price_id = stripe_gateway.create_price(price)
    price.save(only=[CatalogPrice.price_id])


def _known_product(price: CatalogPrice) -> str:
    """The product of another price of the same offer."""
    met = CatalogPrice.get_or_none(
        CatalogPrice.offer == price.offer, CatalogPrice.merchant == price.merchant, CatalogPrice.product_id != ""
    )
    return met.product_id if met is not None else ""
