"""Where the limits on declines were reached recently, for the owner's pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from peewee import fn

from storefront import settings
from storefront.models import DECLINE_WINDOW, Decline, Offer, Order, TimelineEntry, TimelineKind, is_recent, now

CLOSED_ORDERS_PERIOD = timedelta(days=7)


@dataclass(frozen=True)
class ReachedLimits:
    """IP addresses and offers at their limit, with their declines of the last hour; orders closed in the last week."""

    addresses: list[tuple[str, int]]
    offers: list[tuple[Offer, int]]
    orders: list[Order]

    def __bool__(self) -> bool:
        return bool(self.addresses or self.offers or self.orders)


def recently_reached_limits() -> ReachedLimits:
    """Where cards are probably being tested, for the owner's pages. At most 20 of each kind."""
    limits = settings.current()
    by_address = _at_limit(Decline.address, limits.declines_per_address_hour)
    by_offer = _at_limit(Decline.offer_id, limits.declines_per_offer_hour)
    offers = {offer.id: offer for offer in Offer.select().where(Offer.id.in_([offer_id for offer_id, _ in by_offer]))}
    closed = (
        Order.select(Order)
        .join(TimelineEntry)
        .where(TimelineEntry.kind == TimelineKind.TOO_MANY_DECLINES, TimelineEntry.at >= now() - CLOSED_ORDERS_PERIOD)
        .order_by(TimelineEntry.id.desc())
        .limit(20)
    )
    return ReachedLimits(
        addresses=by_address,
        offers=[(offers[offer_id], count) for offer_id, count in by_offer if offer_id in offers],
        orders=list(closed),
    )


def _at_limit(column: Any, limit: int) -> list[tuple[Any, int]]:
    """Values of a Decline column with at least `limit` rows in the last hour, and their counts. 0 means no limit."""
    if not limit:
        return []
    rows = (
        Decline.select(column, fn.COUNT(Decline.id))
        .where(is_recent(Decline.at, DECLINE_WINDOW))
        .group_by(column)
        .having(fn.COUNT(Decline.id) >= limit)
        .order_by(fn.COUNT(Decline.id).desc())
        .limit(20)
    )
    return [(value, int(count)) for value, count in cast(Iterable[tuple[Any, int]], rows.tuples())]
