"""A list that is sorted by one number and limited to a range of another, as the customers of some days by their orders.

No index has the range in front and the order behind it. But the first number has few different values, and an index of
both numbers is read at each of them in turn until the page is full: at a look into the index for each value, however
many rows the range has. Customers with 1,000 different numbers of orders would need half a million orders.
"""

from typing import Any

from peewee import Select

from storefront.db import db
from storefront.models.search.pages import FIRST_PAGE, PER_PAGE, Place, Source, source_in_parts

# {first} and {second} are the columns of the index. `total` is how many rows of the range the values have so far.
_WALK = """
WITH RECURSIVE ends (low, high) AS ({ends}), walked (value, total) AS (
  SELECT {start}, {count_start}
  UNION ALL
  SELECT {following}, w.total + {count} FROM walked AS w WHERE w.value IS NOT NULL AND w.total < {most}
)
SELECT value, total, low, high FROM walked, ends WHERE value IS NOT NULL
"""
_START = "(SELECT {next}({first}) FROM {table} WHERE {first} > 0)"
_START_AT_EDGE = "(SELECT {first} FROM {table} WHERE {second} = {cursor})"
_FOLLOWING = "(SELECT {next}(n.{first}) FROM {table} AS n WHERE n.{first} {beyond} w.value AND n.{first} > 0)"
_COUNT = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM {table} AS c WHERE c.{first} = {value}"
    " AND c.{second} BETWEEN (SELECT low FROM ends) AND (SELECT high FROM ends){edge} LIMIT {most}) AS few)"
)
_EDGE = " AND c.{second} {beyond} {cursor}"


def source_of_range(
    found: Any, keys: tuple[Any, Any], ends: tuple[Any, Any], place: Place, descending: bool
) -> tuple[Source, Place]:
    """The rows of `found`, which has no order, sorted by the fields `keys`, and the place where its page begins.

    The first key is above 0, the second one from the first of `ends`, an expression, to the last. One query.
    """
    first, second = keys
    values, (low, high), place = _values_from(first, second, ends, place, descending)
    found = found.where(first > 0, second >= low, second <= high)
    # The row at the edge is one of several with its value, so that value is read from there.
    apart = {values[0], values[-1]}
    parts = [found.where(first == value) for value in apart]
    if between := [value for value in values if value not in apart]:
        # All their rows are on the page.
        parts.append(found.where(first.in_(between)))
    return source_in_parts(found, parts, first, second, descending=descending), place


def _values_from(
    first: Any, second: Any, ends: tuple[Any, Any], place: Place, descending: bool
) -> tuple[list[int], tuple[int, int], Place]:
    """The values of the first key on the page, in its order, what `ends` are, and where the page begins: a place that
    is lost is the start.
    """
    cursor = place.after if place.before is None else place.before
    is_falling = descending == (place.before is None)
    most = PER_PAGE + 1 + (0 if cursor is not None else (place.number - 1) * PER_PAGE)
    names = {"first": first.column_name, "second": second.column_name, "table": first.model._meta.table_name}
    names |= {"next": "MAX" if is_falling else "MIN", "beyond": "<" if is_falling else ">", "most": str(most)}
    names["ends"], parameters = db.obj.get_sql_context().sql(Select((), list(ends))).query()
    start, edge = _START, ""
    if cursor is not None:
        names["cursor"] = str(int(cursor))
        start, edge = _START_AT_EDGE, _EDGE.format(**names)
    first_value, following = start.format(**names), _FOLLOWING.format(**names)
    counts = {
        "count_start": _COUNT.format(value=first_value, edge=edge, **names),
        "count": _COUNT.format(value=following, edge="", **names),
    }
    walk = _WALK.format(start=first_value, following=following, **counts, **names)
    rows = db.execute_sql(walk, parameters).fetchall()
    values, total, found = list[int](), 0, (0, 0)
    for value, so_far, *found_ends in rows:
        found = int(found_ends[0]), int(found_ends[1])
        if so_far > total:
            values.append(int(value))
        total = so_far
    if cursor is not None and total < (PER_PAGE if place.before is not None else 1):
        return _values_from(first, second, ends, FIRST_PAGE, descending)
    # No row has the value 0.
    return values or [0], found, place
