"""Queries whose SQL is built once. Peewee builds it for each use, which takes longer than SQLite needs to answer."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from peewee import Database, ModelSelect, Value

from storefront.db import db

T = TypeVar("T")


class _Parameter:
    """Stands for a value that each use brings."""


class PreparedQuery(Generic[T]):
    """A SELECT of model instances with other values each time.

    `build(*values)` makes the query. It is called once for each database engine, with placeholders. The values of a use
    reach the database as they are: text and whole numbers only.
    """

    def __init__(self, build: Callable[..., "ModelSelect[Any]"]) -> None:
        self._build = build
        self._prepared: dict[tuple[type[Database], bool], _Prepared] = {}

    def first(self, *values: str | int) -> T | None:
        """The first row, or None."""
        return next(self._rows(values, is_first=True), None)

    def all(self, *values: str | int) -> list[T]:
        """All rows."""
        return list(self._rows(values, is_first=False))

    def _rows(self, values: tuple[str | int, ...], is_first: bool) -> Iterator[T]:
        variant = (type(db.obj), is_first)
        prepared = self._prepared.get(variant)
        if prepared is None:
            prepared = self._prepared[variant] = _Prepared(self._build, len(values), is_first)
        return prepared.rows(values)


class _Prepared:
    def __init__(self, build: Callable[..., "ModelSelect[Any]"], count: int, is_first: bool) -> None:
        parameters = [_Parameter() for _ in range(count)]
        # Without a converter: a field's own would convert the placeholder.
        query = build(*(Value(parameter, converter=False) for parameter in parameters))
        self._query: Any = query.limit(1) if is_first else query
        self._sql, found = db.obj.get_sql_context().sql(self._query).query()
        self._values = [
            (parameters.index(value), None) if isinstance(value, _Parameter) else (-1, value) for value in found
        ]
        # What Peewee finds out about the columns from the first row. It is the same for every use.
        self._columns: dict[str, Any] = {}

    def rows(self, values: tuple[str | int, ...]) -> Iterator[Any]:
        cursor = db.execute_sql(self._sql, [values[at] if at >= 0 else fixed for at, fixed in self._values])
        rows = self._query._get_cursor_wrapper(cursor)
        if self._columns:
            rows.__dict__.update(self._columns)
            rows.initialized = True
        known = set(rows.__dict__)
        found = []
        while True:
            try:
                found.append(rows.iterate(cache=False))
            except StopIteration:
                break
        if found and not self._columns:
            self._columns = {name: value for name, value in rows.__dict__.items() if name not in known}
        return iter(found)
