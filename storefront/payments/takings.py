"""Takings: amounts paid and refunded in the last 30 days, by mode and currency."""

from dataclasses import dataclass
from datetime import date, timedelta

from storefront.models import CounterKind, Counts, counts, now
from storefront.money import Money

# Whole days in UTC: today and the 29 days before.
DAYS = 30
TAKINGS_KINDS = (CounterKind.ORDER_TAKINGS, CounterKind.RENEWAL_TAKINGS, CounterKind.REFUNDS)


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


def first_day() -> date:
    """The first day of the period."""
    return now().date() - timedelta(days=DAYS - 1)


def recent_takings(counted: Counts | None = None) -> list[Takings]:
    """Takings of the last 30 days, live before test, then by currency.

    One query; none if the counts of TAKINGS_KINDS since `first_day` are given.
    """
    counted = counts(*TAKINGS_KINDS, since=first_day()) if counted is None else counted
    orders, renewals, refunds = (_by_mode_and_currency(counted, kind) for kind in TAKINGS_KINDS)
    takings = []
    for mode, currency in sorted(orders.keys() | renewals.keys() | refunds.keys()):
        order_sum, order_count = orders.get((mode, currency), (0, 0))
        renewal_sum, renewal_count = renewals.get((mode, currency), (0, 0))
        refunded, _count = refunds.get((mode, currency), (0, 0))
        total = Money(order_sum + renewal_sum, currency)
        takings.append(Takings(mode, total, order_count, renewal_count, Money(refunded, currency)))
    return takings


def _by_mode_and_currency(counted: Counts, kind: CounterKind) -> dict[tuple[str, str], tuple[int, int]]:
    """{(mode, currency): (sum in minor units, count)}."""
    return {(one.mode, one.currency): (one.amount, one.number) for one in counted.of(kind)}
