"""Prices of renewals: the Stripe Price that a subscription charges each billing period.

Each offer has one Product per merchant, with one Price for each amount and billing interval. They can be archived in
Stripe's Dashboard. Then the shop creates others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import StripeBroken, StripeError, StripeNotFound, StripeRefused
from storefront.models import CatalogPrice, Subscription

T = TypeVar("T")


@dataclass(frozen=True)
class Rhythm:
    """A price is charged every `every` `interval`s."""

    every: int
    interval: str


def use_renewal_price(
    subscription: Subscription, unit_amount: int, use: Callable[[str], T], rhythm: Rhythm | None = None
) -> T:
    """Call `use` with the id of the Price that charges `unit_amount` (minor units); return its result.

    The Price has the subscription's own interval, or that of `rhythm`. If Stripe refuses the stored Price as archived
    or unknown, `use` is called again with a new one. Raises StripeError.
    """
    rhythm = rhythm or Rhythm(subscription.every, subscription.interval)
    price = _find_or_create_row(subscription, unit_amount, rhythm)
    try:
        return use(_price_id(price))
    except (StripeNotFound, StripeRefused) as error:
        if not _is_about_catalog(error):
            raise
        _forget(price)
    return use(_price_id(_find_or_create_row(subscription, unit_amount, rhythm)))


def _is_about_catalog(error: StripeError) -> bool:
    """Whether Stripe refuses the price or its product, and not another part of the request."""
    return error.param == "product" or error.param.endswith("[price]")


def _forget(price: CatalogPrice) -> None:
    """Forget the ids, unless another request has replaced them. The product may be archived as well."""
    with db.atomic():
        used = (CatalogPrice.id == price.id) & (CatalogPrice.price_id == price.price_id)
        CatalogPrice.update(price_id="", keys_used_up=CatalogPrice.keys_used_up + 1).where(used).execute()
        CatalogPrice.update(product_id="").where(
            CatalogPrice.offer == price.offer_id,
            CatalogPrice.merchant == price.merchant_id,
            CatalogPrice.product_id == price.product_id,
        ).execute()


def _price_id(price: CatalogPrice) -> str:
    """The id of the Price at Stripe; created if missing.

    Our row was written first and is in the idempotency key, so a repeated call after a crash makes no second Price.
    """
    if not price.price_id:
        try:
            _create_at_stripe(price)
        except StripeBroken:
            # Stripe would replay this 5xx under the same key for a day. An unused product or price does no harm.
            CatalogPrice.update(keys_used_up=CatalogPrice.keys_used_up + 1).where(CatalogPrice.id == price.id).execute()
            raise
    return price.price_id


def _find_or_create_row(subscription: Subscription, unit_amount: int, rhythm: Rhythm) -> CatalogPrice:
    order = subscription.order
    columns = {
        "offer": order.offer_id,
        "merchant": subscription.merchant_id,
        "unit_amount": unit_amount,
        "currency": subscription.currency,
        "every": rhythm.every,
        "interval": rhythm.interval,
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
