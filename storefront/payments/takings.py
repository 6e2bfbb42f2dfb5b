"""What was paid and refunded in the last 30 days, by mode and currency, for the dashboard."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from peewee import fn

from storefront.models import (
    FIRST_INVOICE,
    SETTLED_STATUSES,
    UNSUCCESSFUL_REFUND_STATUSES,
    Invoice,
    Merchant,
    Order,
    Payment,
    Refund,
    Subscription,
    now,
)
from storefront.money import Money

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Takings:
    """`total` of so many orders and renewals of one mode and one currency: neither is ever added to another.

    `refunded` is what went back in the same days, or is on its way, whenever it had been paid.
    """

    mode: str
    total: Money
    orders: int
    renewals: int
    refunded: Money


def recent_takings() -> list[Takings]:
    """What was paid in the last 30 days, live before test; later periods of subscriptions too."""
    orders, renewals, refunds = (_by_mode_and_currency(query) for query in (_orders(), _renewals(), _refunds()))
    found = []
    for mode, currency in sorted(orders.keys() | renewals.keys() | refunds.keys()):
        ordered, count = orders.get((mode, currency), (0, 0))
        renewed, times = renewals.get((mode, currency), (0, 0))
        returned, _refunded = refunds.get((mode, currency), (0, 0))
        total = Money(ordered + renewed, currency)
        found.append(Takings(mode, total, count, times, Money(returned, currency)))
    return found


def _orders() -> Any:
    query = Order.select(Merchant.mode, Order.currency, fn.SUM(Order.amount), fn.COUNT(Order.id)).join(Merchant)
    query = query.where(Order.paid_at >= now() - LATELY, Order.status.in_(SETTLED_STATUSES))
    return query.group_by(Merchant.mode, Order.currency)


def _renewals() -> Any:
    """The first invoice's money is its order's."""
    sums = fn.SUM(Invoice.amount_paid), fn.COUNT(Invoice.id)
    query = Invoice.select(Merchant.mode, Invoice.currency, *sums).join(Subscription).join(Merchant)
    later = (Invoice.status == "paid") & (Invoice.reason != FIRST_INVOICE) & (Invoice.amount_paid > 0)
    return query.where(later, Invoice.paid_at >= now() - LATELY).group_by(Merchant.mode, Invoice.currency)


def _refunds() -> Any:
    query = Refund.select(Merchant.mode, Refund.currency, fn.SUM(Refund.amount), fn.COUNT(Refund.id))
    query = query.join(Payment).join(Merchant)
    kept = (Refund.created_at >= now() - LATELY) & Refund.status.not_in(list(UNSUCCESSFUL_REFUND_STATUSES))
    return query.where(kept).group_by(Merchant.mode, Refund.currency)


def _by_mode_and_currency(query: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """{(mode, currency): (minor units, how many)}."""
    rows = cast(Iterable[tuple[str, str, int, int]], query.tuples())
    return {(mode, currency): (int(total), count) for mode, currency, total, count in rows}
