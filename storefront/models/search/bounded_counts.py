"""How many rows of a list match, counted up to a limit: for the numbers beside the tabs of a list.

The counts are read with those of the maintained counters, in one query: rows of (kind, mode, currency, status, number,
amount), of which `status` is the name of the tab.
"""

from typing import Any

from peewee import SQL, PostgresqlDatabase, Select, Value, fn

from storefront.db import db
from storefront.models import Counts
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import MOST_COUNTED, Total

# Kinds that no counter has: all that match; what the text index knows; and the first rows of the list.
_MATCHING, _LOOKED_UP, _SCANNED = "matching", "looked_up", "scanned"
_MOST = MOST_COUNTED + 1


def count_of(name: str, found: Any) -> list[Any]:
    """Queries that count the rows of `found`."""
    return [_counted(_MATCHING, name, found.columns(SQL("1")).limit(_MOST), Value(0))]


def count_of_text(name: str, text: TextSearch, found: Any, looked_up: Any, *order: Any) -> list[Any]:
    """Queries that count the rows of `found`, a query sorted by `order` that joins the text's model, with the text.

    `looked_up` are the same rows, in a query that is answered from the links to the text's model. If the index has few
    entries, SQLite looks these up; otherwise it reads the first rows of the list. PostgreSQL chooses by itself.
    """
    if isinstance(db.obj, PostgresqlDatabase) or text.is_number_only:
        return count_of(name, found.where(text.condition()))
    entries = text.entries(_MOST)
    number = fn.COALESCE(Select([entries.alias("entries")], [fn.COUNT(SQL("*"))]), 0)
    rows = looked_up.where(text.link.in_(entries), text.condition()).columns(SQL("1"))
    scanned = found.where(number > MOST_COUNTED).columns(text.condition().alias("hit")).order_by(*order).limit(_MOST)
    size = fn.COUNT(SQL("*"))
    return [_counted(_LOOKED_UP, name, rows, number), _counted(_SCANNED, name, scanned, size, fn.SUM(SQL("hit")))]


def total_of(name: str, counted: Counts) -> Total:
    """The number of rows of the tab `name`, from what the queries have found."""
    found = {one.kind: one for one in counted if one.status == name and one.kind in (_MATCHING, _LOOKED_UP, _SCANNED)}
    looked_up, scanned = found.get(_LOOKED_UP), found.get(_SCANNED)
    if scanned is not None:
        return Total(min(scanned.number, MOST_COUNTED), is_exact=scanned.amount <= MOST_COUNTED)
    matching = found.get(_MATCHING) or looked_up
    number = matching.number if matching is not None else 0
    return Total(min(number, MOST_COUNTED), is_exact=number <= MOST_COUNTED)


def _counted(kind: str, name: str, rows: Any, amount: Any, number: Any = None) -> Any:
    columns = (Value(kind), Value(""), Value(""), Value(name))
    return Select([rows.alias("listed")], [*columns, fn.COUNT(SQL("*")) if number is None else number, amount])
