"""What the dashboard shows: how far a new shop has come, and what it took lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from peewee import fn

from storefront.models import Merchant, Offer, Order
from storefront.models.base import now
from storefront.models.order import SETTLED
from storefront.money import Money

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Steps:
    """The way of a new shop; each is read from the data, never ticked by hand."""

    connected: bool
    offered: bool
    shared: bool
    paid: bool

    @property
    def all_done(self) -> bool:
        """Whether there is nothing left to be shown the way to."""
        return self.connected and self.offered and self.shared and self.paid


@dataclass(frozen=True)
class Takings:
    """`total` of `count` orders of one mode and one currency: neither is ever added to another."""

    mode: str
    total: Money
    count: int


def steps() -> Steps:
    """How far the shop has come."""
    connected = Merchant.disconnected_at.is_null()
    published = (
        Offer.select(Offer, Merchant).join(Merchant).where(Offer.status == "published", connected).order_by(Offer.id)
    )
    return Steps(
        connected=Merchant.select().where(connected).exists(),
        offered=Offer.select().exists(),
        shared=any(offer.obstacle() is None for offer in published),
        paid=Order.select().where(Order.status.in_(SETTLED)).exists(),
    )


def takings() -> list[Takings]:
    """What was paid in the last 30 days, live before test."""
    query = (
        Order.select(Merchant.mode, Order.currency, fn.SUM(Order.amount), fn.COUNT(Order.id))
        .join(Merchant)
        .where(Order.paid_at >= now() - LATELY, Order.status.in_(SETTLED))
        .group_by(Merchant.mode, Order.currency)
        .order_by(Merchant.mode, Order.currency)
    )
    rows = cast(Iterable[tuple[str, str, int, int]], query.tuples())
    return [Takings(mode, Money(int(total), currency), count) for mode, currency, total, count in rows]
