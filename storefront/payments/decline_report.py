"""Where the limits on declines were reached recently, for the owner's pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

from peewee import SQL, fn

from storefront import settings
from storefront.models import (
    DECLINE_WINDOW,
    CounterKind,
    Counts,
    Decline,
    Offer,
    Order,
    TimelineEntry,
    TimelineKind,
    counts,
    is_recent,
    now,
)

T = TypeVar("T")

CLOSED_ORDERS_PERIOD = timedelta(days=7)


@dataclass(frozen=True)
class ReachedLimits:
    """IP addresses and offers at their limit, with their declines of the last hour; orders closed in the last week."""

    addresses: list[tuple[str, int]]
    offers: list[tuple[Offer, int]]
    orders: list[Order]

    def __bool__(self) -> bool:
        return bool(self.addresses or self.offers or self.orders)


def recently_reached_limits(counted: Counts | None = None) -> ReachedLimits:
    """Where cards are probably being tested, for the owner's pages. At most 20 of each kind.

    One query less if the counts of ORDERS_CLOSED_BY_DECLINES in the last 8 days, or more, are given.
    """
    limits = settings.current()
    by_address, by_offer = _recent_declines()
    at_offers = _at_limit(by_offer, limits.declines_per_offer_hour)
    ids = [offer_id for offer_id, _count in at_offers]
    offers = {offer.id: offer for offer in Offer.select().where(Offer.id.in_(ids))} if ids else {}
    kind = CounterKind.ORDERS_CLOSED_BY_DECLINES
    counted = counts(kind, since=(now() - CLOSED_ORDERS_PERIOD).date()) if counted is None else counted
    return ReachedLimits(
        addresses=_at_limit(by_address, limits.declines_per_address_hour),
        offers=[(offers[offer_id], count) for offer_id, count in at_offers if offer_id in offers],
        orders=_closed_orders() if counted.number(kind) else [],
    )


def _closed_orders() -> list[Order]:
    # Written out, so that SQLite uses the index of these entries.
    is_closing = TimelineEntry.kind == SQL(f"'{TimelineKind.TOO_MANY_DECLINES}'")
    closed = Order.select(Order).join(TimelineEntry)
    closed = closed.where(is_closing, TimelineEntry.at >= now() - CLOSED_ORDERS_PERIOD)
    return list(closed.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(20))


def _recent_declines() -> tuple[Counter[str], Counter[int]]:
    """Declines of the last hour by address and by offer, in one query."""
    columns = (Decline.address, Decline.offer_id)
    query = Decline.select(*columns, fn.COUNT(Decline.id)).where(is_recent(Decline.at, DECLINE_WINDOW))
    by_address: Counter[str] = Counter()
    by_offer: Counter[int] = Counter()
    for address, offer_id, count in cast(Iterable[tuple[str, int, int]], query.group_by(*columns).tuples()):
        by_address[address] += count
        by_offer[offer_id] += count
    return by_address, by_offer


def _at_limit(declines: Counter[T], limit: int) -> list[tuple[T, int]]:
    """Those with at least `limit` declines, the most first; none without a limit (0)."""
    return [(value, count) for value, count in declines.most_common(20) if limit and count >= limit]
