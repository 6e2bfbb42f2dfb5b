"""Takings: amounts paid and refunded in the last 30 days, by mode and currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from peewee import fn

from storefront.models import (
    FIRST_INVOICE,
    SETTLED_STATUSES,
    Invoice,
    InvoiceStatus,
    Merchant,
    Order,
    Payment,
    Refund,
    Subscription,
    now,
)
from storefront.money import Money

PERIOD = timedelta(days=30)


@dataclass(frozen=True)
class Takings:
    """Takings in one mode ("live" or "test") and one currency, without what was paid outside of Stripe.

    `total` is the sum of `orders` paid orders and `renewals` paid renewals. `refunded` is the sum of refunds made in
    the period, pending ones included, whenever the payment was made.
    """

    mode: str
    total: Money
    orders: int
    renewals: int
    refunded: Money


def recent_takings() -> list[Takings]:
    """Takings of the last 30 days, live before test, then by currency."""
    orders, renewals, refunds = (_by_mode_and_currency(query) for query in (_orders(), _renewals(), _refunds()))
    takings = []
    for mode, currency in sorted(orders.keys() | renewals.keys() | refunds.keys()):
        order_sum, order_count = orders.get((mode, currency), (0, 0))
        renewal_sum, renewal_count = renewals.get((mode, currency), (0, 0))
        refunded, _count = refunds.get((mode, currency), (0, 0))
        total = Money(order_sum + renewal_sum, currency)
        takings.append(Takings(mode, total, order_count, renewal_count, Money(refunded, currency)))
    return takings


def _orders() -> Any:
    query = Order.select(Merchant.mode, Order.currency, fn.SUM(Order.amount), fn.COUNT(Order.id)).join(Merchant)
    received = Order.status.in_(SETTLED_STATUSES) & (Order.paid_outside == False)  # noqa: E712
    query = query.where(Order.paid_at >= now() - PERIOD, received)
    return query.group_by(Merchant.mode, Order.currency)


def _renewals() -> Any:
    """Without first invoices: their amounts are in the orders."""
    sums = fn.SUM(Invoice.received()), fn.COUNT(Invoice.id)
    query = Invoice.select(Merchant.mode, Invoice.currency, *sums).join(Subscription).join(Merchant)
    is_renewal = (Invoice.status == InvoiceStatus.PAID) & (Invoice.reason != FIRST_INVOICE) & (Invoice.received() > 0)
    return query.where(is_renewal, Invoice.paid_at >= now() - PERIOD).group_by(Merchant.mode, Invoice.currency)


def _refunds() -> Any:
    query = Refund.select(Merchant.mode, Refund.currency, fn.SUM(Refund.amount), fn.COUNT(Refund.id))
    query = query.join(Payment).join(Merchant)
    counted = (Refund.created_at >= now() - PERIOD) & Refund.not_failed()
    return query.where(counted).group_by(Merchant.mode, Refund.currency)


def _by_mode_and_currency(query: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """{(mode, currency): (sum in minor units, count)}."""
    rows = cast(Iterable[tuple[str, str, int, int]], query.tuples())
    return {(mode, currency): (int(total), count) for mode, currency, total, count in rows}
