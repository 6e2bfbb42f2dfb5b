"""What a subscription at Stripe charges: the sum, interval and currency of all its items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import stripe

from storefront.models import UnclearTerms
from storefront.stripe_gateway.answers import metadata_of, optional_time_of

# Metadata of a schedule that a switch of plans has made.
SWITCH_KEY = "switch"


@dataclass(frozen=True)
class Terms:
    """`unit_amount` (minor units) and `quantity` are the first item's. `items_total` is the sum of all items, None for
    one item. `interval` and `every` are the first item's too.

    `discount` is what coupons take off each later charge, all items together, and `next_discount` what others take off
    the next one beside that.

    `unclear_terms` is an UnclearTerms if this does not tell all that Stripe charges, else "". The period is the one
    that ends first: items can have different ones.
    """

    item_id: str
    price_id: str
    unit_amount: int
    quantity: int
    items_total: int | None
    interval: str
    every: int
    discount: int
    next_discount: int
    unclear_terms: str
    period_start: datetime | None
    period_end: datetime | None


def terms_of(subscription: stripe.Subscription) -> Terms:
    """Read the items of Stripe's response. Periods are the items': subscriptions have none since 2025-03-31."""
    # `subscription.items` would be the method of dict. The oldest item first: it is the one that the shop created.
    items = sorted(subscription["items"].data, key=lambda item: getattr(item, "created", 0))
    first = items[0]
    recurring = first.price.recurring
    discounts = _discounts(subscription, items)
    start, end = min(
        ((getattr(item, "current_period_start", None), getattr(item, "current_period_end", None)) for item in items),
        key=lambda period: period[1] or 0,
    )
    return Terms(
        item_id=first.id,
        price_id=first.price.id,
        unit_amount=first.price.unit_amount or 0,
        quantity=_quantity(first),
        items_total=None if len(items) == 1 else sum((item.price.unit_amount or 0) * _quantity(item) for item in items),
        interval=recurring.interval if recurring else "",
        every=recurring.interval_count if recurring else 1,
        discount=discounts[0] if discounts else 0,
        next_discount=discounts[1] if discounts else 0,
        unclear_terms=_unclear_terms(subscription, items),
        period_start=optional_time_of(start),
        period_end=optional_time_of(end),
    )


def _quantity(item: Any) -> int:
    """0 is a quantity; metered items have none."""
    quantity = getattr(item, "quantity", None)
    return 1 if quantity is None else int(quantity)


def _unclear_terms(subscription: Any, items: Sequence[Any]) -> str:
    prices = [item.price for item in items]
    if any(getattr(price.recurring, "usage_type", "") == "metered" for price in prices):
        return UnclearTerms.METERED
    if any(price.unit_amount is None or getattr(price, "transform_quantity", None) for price in prices):
        return UnclearTerms.TIERED
    if len({(price.recurring.interval, price.recurring.interval_count) for price in prices}) > 1:
        return UnclearTerms.INTERVALS
    if _discounts(subscription, items) is None:
        return UnclearTerms.DISCOUNT
    if getattr(getattr(subscription, "automatic_tax", None), "enabled", False) or any(
        getattr(one, name, None) for one in (subscription, *items) for name in ("default_tax_rates", "tax_rates")
    ):
        return UnclearTerms.TAX
    return UnclearTerms.SCHEDULED if _changes_later(subscription, items) else ""


def _discounts(subscription: Any, items: Sequence[Any]) -> tuple[int, int] | None:
    """What is taken off each charge, and off the next one beside that, in minor units. None if it ends at another time,
    or is a part of the price.

    The coupons of the subscription's discounts have to be expanded.
    """
    if any(getattr(item, "discounts", None) for item in items):
        return None
    coupons = [
        getattr(getattr(one, "source", None), "coupon", None) for one in getattr(subscription, "discounts", None) or []
    ]
    amounts = {"forever": 0, "once": 0}
    for coupon in coupons:
        duration, amount = getattr(coupon, "duration", ""), getattr(coupon, "amount_off", None)
        if duration not in amounts or not amount:
            return None
        amounts[duration] += int(amount)
    return amounts["forever"], amounts["once"]


def _changes_later(subscription: Any, items: Sequence[Any]) -> bool:
    """Whether a later phase of the schedule, which has to be expanded, has other items."""
    schedule = getattr(subscription, "schedule", None)
    if isinstance(schedule, stripe.SubscriptionSchedule) and metadata_of(schedule).get(SWITCH_KEY):
        # A switch of plans that was made here: pages and emails tell of it.
        return False
    phases = getattr(schedule, "phases", None) or []
    current = getattr(getattr(schedule, "current_phase", None), "start_date", None)
    later = [phase for phase in phases if current is not None and phase.start_date > current]
    now_charged = {(item.price.id, _quantity(item)) for item in items}
    return any({(_price_id(item), _quantity(item)) for item in phase["items"]} != now_charged for phase in later)


def _price_id(item: Any) -> str:
    return str(getattr(item.price, "id", item.price))
