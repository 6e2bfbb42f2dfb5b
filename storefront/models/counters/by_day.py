"""Daily counters by their days, for figures that show how they develop."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from peewee import fn

from storefront.models.counters.counter import Counter, CounterKind


@dataclass(frozen=True)
class DayCount:
    """What was counted on one day, in one mode and currency; `amount` in minor units. Of a month: its first day."""

    kind: str
    day: date
    mode: str
    currency: str
    number: int
    amount: int


def counts_by_day(
    *kinds: CounterKind, since: date, by_month: bool = False, mode: str = "", currency: str = ""
) -> list[DayCount]:
    """Daily counters from the day `since` on, of all modes and currencies unless they are given. One query."""
    day: Any = fn.SUBSTR(Counter.day, 1, 7) if by_month else Counter.day
    columns = (Counter.kind, day, Counter.mode, Counter.currency)
    query: Any = Counter.select(*columns, fn.SUM(Counter.number), fn.SUM(Counter.amount))
    query = query.where(Counter.kind.in_(kinds), Counter.subject == 0, Counter.day >= since.isoformat())
    for column, wanted in ((Counter.mode, mode), (Counter.currency, currency)):
        query = query.where(column == wanted) if wanted else query
    rows = cast(Iterable[tuple[str, str, str, str, int, int]], query.group_by(*columns).tuples())
    return [
        DayCount(kind, date.fromisoformat(f"{day}-01" if by_month else day), mode, currency, int(number), int(amount))
        for kind, day, mode, currency, number, amount in rows
        if number or amount
    ]
