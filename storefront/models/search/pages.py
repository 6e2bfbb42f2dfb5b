"""Pages of a list that may have any number of rows: read by position (keyset), counted up to a limit.

A page names the row at its edge. Reading it costs the same at any depth of the list, unlike OFFSET.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from peewee import SQL, Model, ModelSelect, PostgresqlDatabase

from storefront.db import db

PER_PAGE = 50
# A list that has more rows is not counted.
MOST_COUNTED = 1000
# Rows of an export that are read at once.
PER_READ = 1000
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

    `descending`: the rows with the greatest keys are on the first page. `parts` are queries, each with its parameters,
    that have the same rows in total and are each sorted by an index. `counted` are the rows to count where counting all
    would take too long, and `rest` has a row if there may be more.
    """

    sql: str
    parameters: list[Any]
    keys: int = 1
    descending: bool = True
    parts: Sequence[tuple[str, list[Any]]] = ()
    counted: str = ""
    counted_parameters: Sequence[Any] = ()
    rest: str = ""
    rest_parameters: Sequence[Any] = ()

    def order(self, is_backward: bool = False, first: int = 0) -> str:
        """The columns of ORDER BY, from the key with the number `first` on."""
        direction = "DESC" if self.descending != is_backward else "ASC"
        return ", ".join(f"k{number} {direction}" for number in range(first, self.keys))

    def counting(self, found: Any) -> "Source":
        """The same with the rows of another query to count: those of the list where this one begins at its page."""
        sql, parameters = found.columns(SQL("1")).sql()
        return replace(self, counted=sql, counted_parameters=parameters)

    def counting_parts(self, parts: Iterable[Any], key: Any) -> "Source":
        """The same with the rows of several queries to count, each read in the order of its index, which `key` ends."""
        each = [part.columns(SQL("1")).order_by(key).limit(MOST_COUNTED + 1).sql() for part in parts]
        counted = [f"SELECT 1 FROM ({sql}) AS counted{number}" for number, (sql, _values) in enumerate(each)]  # noqa: S608
        values = [value for _sql, its in each for value in its]
        return replace(self, counted=" UNION ALL ".join(counted), counted_parameters=values)


def source_of(query: Any, *keys: Any, descending: bool = True) -> Source:
    """The rows of a query without order, sorted by these columns or expressions."""
    sql, parameters = query.columns(*(key.alias(f"k{number}") for number, key in enumerate(keys))).sql()
    return Source(sql, list(parameters), len(keys), descending)


def source_in_parts(found: Any, parts: Iterable[Any], *keys: Any, descending: bool = True) -> Source:
    """The rows of the query `found`, which has no order, sorted by columns that follow others in an index.

    `parts` are queries with the same rows in total, each for one value of those other columns.
    """
    each = [source_of(part, *keys) for part in parts]
    whole = source_of(found, *keys, descending=descending)
    return replace(whole, parts=tuple((part.sql, part.parameters) for part in each))


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
    return _page_of(read, place, total, keys[-1].name)


def read_pages(
    rows: "ModelSelect[Record]", key: Any, *lists: tuple[Source, Place], most: int = PER_PAGE
) -> list[Page[Record]]:
    """The pages of several lists of the same records, in two queries. They are not counted.

    As in `read_page`, a place that is lost is the first page.
    """
    parts = [_page_sql(source, place, most + 1) for source, place in lists]
    sql = " UNION ALL ".join(
        f"SELECT {number} AS list, page.* FROM ({text}) AS page"  # noqa: S608
        for number, (text, _values) in enumerate(parts)
    )
    found: list[list[int]] = [[] for _ in lists]
    for number, value in db.execute_sql(sql, [value for _text, values in parts for value in values]):
        found[number].append(value)
    for number, (_source, place) in enumerate(lists):
        is_lost = place.after is not None and not found[number]
        if is_lost or (place.before is not None and len(found[number]) < most):
            first = [(source, FIRST_PAGE if at == number else its) for at, (source, its) in enumerate(lists)]
            return read_pages(rows, key, *first, most=most)
    ids = [value for values in found for value in values]
    read = {getattr(row, key.name): row for row in rows.where(key.in_(ids))} if ids else {}
    pages = []
    for values, (_source, place) in zip(found, lists, strict=True):
        its = [read[value] for value in (values if place.before is None else values[::-1]) if value in read]
        pages.append(_page_of(its, place, Total(len(its)), key.name, most))
    return pages


def _page_of(read: list[Record], place: Place, total: Total, name: str, most: int = PER_PAGE) -> Page[Record]:
    """The page of these rows, of which there is one more than a page has if others follow in the direction of reading.

    `name` is the attribute with the key of a row.
    """
    is_more = len(read) > most
    if is_more:
        read = read[-most:] if place.before is not None else read[:most]
    has_previous = is_more if place.before is not None else not place.is_start
    has_next = True if place.before is not None else is_more
    previous = {"before": getattr(read[0], name)} if read else {}
    return Page(
        read, total, previous if has_previous else None, {"after": getattr(read[-1], name)} if has_next else None
    )


def read_all(source: Source, rows: "ModelSelect[Record]", *keys: Any) -> Iterator[list[Record]]:
    """All rows of a list in its order, a part at a time; as `read_page`. No connection is held between two parts."""
    order = [key.desc() if source.descending else key.asc() for key in keys]
    place: Place | None = FIRST_PAGE
    while place is not None:
        found = read_keys(source, place, PER_READ)
        if found:
            yield list(rows.where(keys[-1].in_(found)).order_by(*order))
        place = Place(after=found[-1]) if found else None


def read_keys(source: Source, place: Place, most: int) -> list[int]:
    """The last keys of the rows from `place` on, in the list's order; in one query."""
    sql, parameters = _page_sql(source, place, most)
    return [key for (key,) in db.execute_sql(sql, parameters)]


def _keys_and_total(source: Source, place: Place) -> tuple[list[int], Total]:
    """The last keys of the rows of a page and of one more, and how many rows the list has; in one query."""
    page, parameters = _page_sql(source, place, PER_PAGE + 1)
    counted, counted_parameters = source.counted or source.sql, source.counted_parameters or source.parameters
    rows = db.execute_sql(
        f"SELECT 0, page.* FROM ({page}) AS page UNION ALL SELECT 1, COUNT(*)"  # noqa: S608
        f" FROM (SELECT 1 FROM ({counted}) AS listed LIMIT {MOST_COUNTED + 1}) AS counted"
        + (f" UNION ALL SELECT 2, 1 FROM ({source.rest}) AS rest" if source.rest else ""),  # noqa: S608
        (*parameters, *counted_parameters, *source.rest_parameters),
    ).fetchall()
    keys = [value for kind, value in rows if kind == 0]
    if place.is_start and len(keys) <= PER_PAGE:
        return keys, Total(len(keys))
    count = max(len(keys), *(value for kind, value in rows if kind == 1))
    is_exact = count <= MOST_COUNTED and all(kind != 2 for kind, _value in rows)
    return keys, Total(min(count, MOST_COUNTED), is_exact)


def _page_sql(source: Source, place: Place, most: int) -> tuple[str, list[Any]]:
    """A query for the last keys of at most so many rows from `place` on, and its parameters."""
    last, is_backward = f"k{source.keys - 1}", place.before is not None
    cursor = place.before if is_backward else place.after
    order, skipped = source.order(is_backward), 0 if cursor is not None else (place.number - 1) * PER_PAGE
    whole = f"FROM ({source.sql}) AS listed"
    sign = "<" if source.descending != is_backward else ">"
    beyond, at = ("", []) if cursor is None else (f" WHERE {last} {sign} {db.param}", [cursor])
    if not source.parts and (source.keys == 1 or cursor is None):
        sql = f"SELECT {last} {whole}{beyond} ORDER BY {order} LIMIT {most} OFFSET {skipped}"
        return sql, [*source.parameters, *at]
    names = ", ".join(f"k{number}" for number in range(source.keys))
    edge, values, ranges = "", list[Any](), [beyond]
    if cursor is not None and source.keys > 1:
        edge = f"WITH edge AS (SELECT {names} {whole} WHERE {last} = {db.param}) "
        values, at = [*source.parameters, cursor], []
        ranges = _beyond_edge(names, sign, source.keys)
    firsts: list[str] = []
    for part, parameters in source.parts or [(source.sql, source.parameters)]:
        for number, beyond in enumerate(ranges):
            some = f"SELECT {names} FROM ({part}) AS listed{beyond} ORDER BY {source.order(is_backward, number)}"  # noqa: S608
            # What is sorted in the end are these first rows only.
            firsts.append(f"SELECT * FROM ({some} LIMIT {most + skipped}) AS part{len(firsts)}")  # noqa: S608
            values += [*parameters, *at]
    listed = f"({edge}{' UNION ALL '.join(firsts)}) AS found"
    return f"SELECT {last} FROM {listed} ORDER BY {order} LIMIT {most} OFFSET {skipped}", values  # noqa: S608


def _beyond_edge(names: str, sign: str, keys: int) -> list[str]:
    """Conditions for the rows beyond the edge, each for some of them, in the order of their first keys."""
    if isinstance(db.obj, PostgresqlDatabase):
        return [f" WHERE ({names}) {sign} (SELECT {names} FROM edge)"]  # noqa: S608
    # SQLite would read such a comparison from the first row on with the edge's first key, of which there may be many.
    # Each of these ranges is read from where it begins.
    conditions = []
    for number in range(keys):
        at = [f"k{key} = (SELECT k{key} FROM edge)" for key in range(number)]  # noqa: S608
        at.append(f"k{number} {sign} (SELECT k{number} FROM edge)")  # noqa: S608
        conditions.append(f" WHERE {' AND '.join(at)}")
    return conditions
