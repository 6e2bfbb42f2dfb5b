"""UPDATE and DELETE statements whose SQL is built once. Peewee builds it again for each use."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from peewee import Database, Value

from storefront.db import db
from storefront.models.row_changes import current_observer


class _Parameter:
    """Stands for a value that each use brings."""


class BuiltStatement:
    """The SQL of one Peewee query for the current database engine, with `count` values that each use brings."""

    def __init__(self, build: Callable[..., Any], count: int) -> None:
        parameters = [_Parameter() for _ in range(count)]
        # Without a converter: a field's own would convert the placeholder.
        self.query = build(*(Value(parameter, converter=False) for parameter in parameters))
        self._sql, found = db.obj.get_sql_context().sql(self.query).query()
        self._values = [
            (parameters.index(value), None) if isinstance(value, _Parameter) else (-1, value) for value in found
        ]

    def execute(self, values: Sequence[Any]) -> Any:
        """Run it with these values, which reach the database as they are. Return the driver's cursor."""
        return db.execute_sql(self._sql, [values[at] if at >= 0 else fixed for at, fixed in self._values])


class PreparedStatement:
    """An UPDATE or DELETE with other values each time.

    `build(*values)` makes the query. It is called once for each database engine and number of values, with
    placeholders. Values are text, numbers, None, or aware datetimes.

    Where changes are observed, as in the admin, the query itself runs, which tells the observer of each row. With
    `is_observed` false nobody is told: it is for statements that change nothing that anybody sees.
    """

    def __init__(self, build: Callable[..., Any], is_observed: bool = True) -> None:
        self._build, self._is_observed = build, is_observed
        self._built: dict[tuple[type[Database], int], BuiltStatement] = {}

    def execute(self, *values: object) -> int:
        """Run it. Return the number of rows that it has changed."""
        if self._is_observed and current_observer() is not None:
            return int(self._build(*values).execute())
        variant = (type(db.obj), len(values))
        built = self._built.get(variant)
        if built is None:
            built = self._built[variant] = BuiltStatement(self._build, len(values))
        return int(built.execute([_stored(value) for value in values]).rowcount)


def _stored(value: object) -> object:
    """Times are naive UTC in tables."""
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
