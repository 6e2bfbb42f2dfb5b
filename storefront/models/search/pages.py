"""Pages of a list that may have any number of rows: read by position (keyset), counted up to a limit.

A page names the row at its edge. Reading it costs the same at any depth of the list, unlike OFFSET.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from peewee import Model, ModelSelect

from storefront.db import db

PER_PAGE = 50
# A list that has more rows is not counted.
MOST_COUNTED = 1000
# The last page that can be opened by its number: OFFSET reads all rows that it skips.
LAST_NUMBERED_PAGE = 20


@dataclass(frozen=True)
class Place:
    """Where a page begins: after or before the row with this key, or by the page's number."""

    after: int | None = None
    before: int | None = None
    number: int = 1

    @property
    def is_start(self) -> bool:
        """Whether it is the first page."""
        return self == FIRST_PAGE


FIRST_PAGE = Place()


@dataclass(frozen=True)
class Total:
    """How many rows match. If it is not exact, there are more."""

    number: int
    is_exact: bool = True


Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows of a list. `previous` and `next` are the arguments of the addresses of the pages beside it, or None."""

    rows: list[Row]
    total: Total
    previous: dict[str, int] | None = None
    next: dict[str, int] | None = None


@dataclass(frozen=True)
class Source:
    """The rows of a list as SQL with the columns k0, k1, …, which it is sorted by. The last one is a unique number.

    `descending`: the rows with the greatest keys are on the first page.
    """

    sql: str
    parameters: list[Any]
    keys: int = 1
    descending: bool = True


def source_of(query: Any, *keys: Any, descending: bool = True) -> Source:
    """The rows of a query without order, sorted by these columns or expressions."""
    sql, parameters = query.columns(*(key.alias(f"k{number}") for number, key in enumerate(keys))).sql()
    return Source(sql, list(parameters), len(keys), descending)


def read_page(source: Source, rows: "ModelSelect[Record]", *keys: Any, place: Place = FIRST_PAGE) -> Page[Record]:
    """The page of a list at `place`; the first page if there are no rows after, or too few before. Two queries.

    `rows` is a query for complete rows with their relations, without order; `keys` are its columns that `source` is
    sorted by.
    """
    found, total = _keys_and_total(source, place)
    is_lost = place.after is not None and not found
    if is_lost or (place.before is not None and len(found) < PER_PAGE):
        place = FIRST_PAGE
        found, total = _keys_and_total(source, place)
    order = [key.desc() if source.descending else key.asc() for key in keys]
    read = list(rows.where(keys[-1].in_(found)).order_by(*order)) if found else []
    is_more = len(found) > PER_PAGE
    if is_more:
        read = read[-PER_PAGE:] if place.before is not None else read[:PER_PAGE]
    name = keys[-1].name
    has_previous = is_more if place.before is not None else not place.is_start
    has_next = True if place.before is not None else is_more
    previous = {"before": getattr(read[0], name)} if read else {}
    return Page(
        read, total, previous if has_previous else None, {"after": getattr(read[-1], name)} if has_next else None
    )


def _keys_and_total(source: Source, place: Place) -> tuple[list[int], Total]:
    """The last keys of the rows of a page and of one more, and how many rows the list has; in one query."""
    mark = db.param
    names = [f"k{number}" for number in range(source.keys)]
    last, all_names = names[-1], ", ".join(names)
    condition, parameters, skipped = "", list(source.parameters), 0
    cursor = place.before if place.before is not None else place.after
    if cursor is not None:
        sign = "<" if source.descending == (place.before is None) else ">"
        position = mark
        if source.keys > 1:
            position = f"SELECT {all_names} FROM ({source.sql}) AS edge WHERE {last} = {mark}"  # noqa: S608
            parameters += source.parameters
        condition = f"WHERE ({all_names}) {sign} ({position})"
        parameters.append(cursor)
    else:
        skipped = (place.number - 1) * PER_PAGE
    direction = "DESC" if source.descending == (place.before is None) else "ASC"
    order = ", ".join(f"{name} {direction}" for name in names)
    rows = db.execute_sql(
        f"SELECT 0, {last} FROM (SELECT {all_names} FROM ({source.sql}) AS listed {condition}"  # noqa: S608
        f" ORDER BY {order} LIMIT {PER_PAGE + 1} OFFSET {skipped}) AS page"
        f" UNION ALL SELECT 1, COUNT(*)"
        f" FROM (SELECT 1 FROM ({source.sql}) AS listed LIMIT {MOST_COUNTED + 1}) AS counted",
        (*parameters, *source.parameters),
    ).fetchall()
    count = next(value for is_count, value in rows if is_count)
    total = Total(min(count, MOST_COUNTED), count <= MOST_COUNTED)
    return [value for is_count, value in rows if not is_count], total
