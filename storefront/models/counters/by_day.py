"""Daily counters by their days, for figures that show how they develop."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from peewee import SQL, fn

from storefront.models.counters.counter import Counter, CounterKind, Counts


@dataclass(frozen=True)
class DayCount:
    """What was counted on one day, in one mode and currency; `amount` in minor units. Of a month: its first day."""

    kind: str
    day: date
    mode: str
    currency: str
    number: int
    amount: int


def days_query(*kinds: CounterKind, since: date, by_month: bool = False) -> Any:
    """A query of these kinds from the day `since` on with the columns of Count, the day as status: for `counts`."""
    # Without parameters: PostgreSQL takes the same expression with parameters for another one when it groups.
    day: Any = fn.SUBSTR(Counter.day, SQL("1"), SQL("7")) if by_month else Counter.day
    columns = (Counter.kind, Counter.mode, Counter.currency, day)
    query: Any = Counter.select(*columns, fn.SUM(Counter.number), fn.SUM(Counter.amount))
    query = query.where(Counter.kind.in_(kinds), Counter.subject == 0, Counter.day >= since.isoformat())
    return query.group_by(*columns)


def days_in(counted: Counts, *kinds: CounterKind) -> list[DayCount]:
    """What `counts` has read with `days_query`."""
    return [
        DayCount(one.kind, date.fromisoformat(one.status), one.mode, one.currency, one.number, one.amount)
        for kind in kinds
        for one in counted.of(kind)
    ]


def counts_by_day(
    *kinds: CounterKind, since: date, by_month: bool = False, mode: str = "", currency: str = ""
) -> list[DayCount]:
    """Daily counters from the day `since` on, of all modes and currencies unless they are given. One query."""
    query = days_query(*kinds, since=since, by_month=by_month)
    for column, wanted in ((Counter.mode, mode), (Counter.currency, currency)):
        query = query.where(column == wanted) if wanted else query
    rows = cast(Iterable[tuple[str, str, str, str, int, int]], query.tuples())
    return [
        DayCount(kind, date.fromisoformat(f"{day}-01" if by_month else day), mode, currency, int(number), int(amount))
        for kind, mode, currency, day, number, amount in rows
        if number or amount
    ]
