"""Takings: amounts paid and refunded, by day, mode and currency."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from storefront import settings
from storefront.models import CounterKind, Counts, DayCount, counts_by_day, days_in, days_query, now
from storefront.money import Money

# Whole days: today and the 29 days before, compared with the 30 days before these.
DAYS = 30
TAKINGS_KINDS = (CounterKind.ORDER_TAKINGS, CounterKind.RENEWAL_TAKINGS, CounterKind.REFUNDS)


class Period(StrEnum):
    """What a chart has a bar for. The values are those of its addresses."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def begin(self, day: date) -> date:
        """The first day of the period of this day. Weeks begin on Monday."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day.replace(day=1) if self is Period.MONTH else day

    def last_begins(self, today: date) -> list[date]:
        """The first days of the last periods, the current one last: 30 days, 26 weeks or 12 months."""
        begins = [self.begin(today)]
        for _ in range({"day": DAYS, "week": 26, "month": 12}[self] - 1):
            begins.append(self.begin(begins[-1] - timedelta(days=1)))
        return begins[::-1]


@dataclass
class DayTakings:
    """Takings of one day, week or month. Amounts in minor units.

    `revenue` is the sum of `orders` paid orders and `renewals` paid renewals. `refunded` is the sum of refunds made
    then, pending ones included, whenever the payment was made.
    """

    revenue: int = 0
    orders: int = 0
    renewals: int = 0
    refunded: int = 0

    def add(self, count: DayCount) -> None:
        """Add a counter."""
        if count.kind == CounterKind.REFUNDS:
            self.refunded += count.amount
            return
        self.revenue += count.amount
        if count.kind == CounterKind.ORDER_TAKINGS:
            self.orders += count.number
        else:
            self.renewals += count.number

    def __add__(self, other: "DayTakings") -> "DayTakings":
        """Both together."""
        return DayTakings(*(one + another for one, another in zip(self._values(), other._values(), strict=True)))

    def _values(self) -> tuple[int, int, int, int]:
        return self.revenue, self.orders, self.renewals, self.refunded


@dataclass(frozen=True)
class Takings:
    """Takings in one mode ("live" or "test") and one currency, without what was paid outside of Stripe.

    `days` are the last 30 days, the oldest first; `before` are the sums of the 30 days before these.
    """

    mode: str
    currency: str
    days: tuple[DayTakings, ...]
    before: DayTakings = field(default_factory=DayTakings)

    @property
    def total(self) -> Money:
        """Revenue of the last 30 days."""
        return Money(self.sums.revenue, self.currency)

    @property
    def orders(self) -> int:
        """Orders paid in the last 30 days."""
        return self.sums.orders

    @property
    def renewals(self) -> int:
        """Renewals paid in the last 30 days."""
        return self.sums.renewals

    @property
    def refunded(self) -> Money:
        """Refunds made in the last 30 days."""
        return Money(self.sums.refunded, self.currency)

    @property
    def sums(self) -> DayTakings:
        """The last 30 days together."""
        return sum(self.days, DayTakings())


def recent_days(today: date) -> Any:
    """A query for `counts`: what `recent_takings` needs."""
    return days_query(*TAKINGS_KINDS, since=_first_day(today))


def recent_takings(today: date | None = None, counts: Counts | None = None) -> list[Takings]:
    """Takings of the last 30 days and of those before, live before test, then by currency.

    One query; none if counts with those of `recent_days` are given. `today` is the day in the shop's time zone; it is
    looked up if it isn't given.
    """
    today = today or settings.local_time(now()).date()
    counted = (
        counts_by_day(*TAKINGS_KINDS, since=_first_day(today)) if counts is None else days_in(counts, *TAKINGS_KINDS)
    )
    found: dict[tuple[str, str], dict[date, DayTakings]] = defaultdict(lambda: defaultdict(DayTakings))
    for one in counted:
        found[one.mode, one.currency][one.day].add(one)
    shown = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    takings = []
    for (mode, currency), by_day in sorted(found.items()):
        before = sum((one for day, one in by_day.items() if day < shown[0]), DayTakings())
        takings.append(Takings(mode, currency, tuple(by_day.get(day, DayTakings()) for day in shown), before))
    return takings


def _first_day(today: date) -> date:
    return today - timedelta(days=2 * DAYS - 1)


def takings_by_period(by: Period, mode: str, currency: str, today: date) -> list[tuple[date, DayTakings]]:
    """(first day, takings) of the last days, weeks or months, the current one last. One query."""
    begins = by.last_begins(today)
    found = counts_by_day(*TAKINGS_KINDS, since=begins[0], by_month=by is Period.MONTH, mode=mode, currency=currency)
    periods = {begin: DayTakings() for begin in begins}
    for one in found:
        begin = by.begin(one.day)
        if begin in periods:
            periods[begin].add(one)
    return list(periods.items())
