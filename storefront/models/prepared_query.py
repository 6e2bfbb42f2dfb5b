"""Queries whose SQL is built once. Peewee builds it for each use, which takes longer than SQLite needs to answer."""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    Database,
    ForeignKeyField,
    IntegerField,
    ModelCursorWrapper,
    ModelSelect,
    TextField,
)

from storefront.db import db
from storefront.models.prepared_statement import BuiltStatement

T = TypeVar("T")
# What drivers return for these is what the models hold.
UNCONVERTED = (CharField, TextField, IntegerField, BigIntegerField, AutoField, ForeignKeyField)


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
        def limited(*values: Any) -> Any:
            query = build(*values)
            return query.limit(1) if is_first else query

        self._statement = BuiltStatement(limited, count)
        # How to read a row. Peewee finds it out with the first one, and it is the same for every use.
        self._layout: _RowLayout | None = None

    def rows(self, values: tuple[str | int, ...]) -> Iterator[Any]:
        cursor = self._statement.execute(values)
        found = cursor.fetchall()
        if found and self._layout is None:
            self._layout = _RowLayout(self._statement.query._get_cursor_wrapper(cursor))
        return map(self._layout.record, found) if self._layout is not None else iter(())


class _RowLayout:
    """Makes the same records of a row as Peewee does, without setting each value through its field."""

    def __init__(self, peewee_rows: Any) -> None:
        peewee_rows.initialize()
        self._model = peewee_rows.model
        is_joined = isinstance(peewee_rows, ModelCursorWrapper)
        if is_joined:
            self._models = [key for key, _constructor, _is_model in peewee_rows._constructor_list]
            columns = peewee_rows._row_spec
            self._joins = [(source, name, joined) for source, name, joined, *_ in peewee_rows.src_to_dest]
        else:
            self._models = [self._model]
            columns = [
                (at, self._model, *column)
                for at, column in enumerate(zip(peewee_rows.columns, peewee_rows.converters, strict=True))
            ]
            self._joins = []
        # For each model the columns that are stored as they are, and the others with their converters.
        self._plain: list[list[tuple[str, int]]] = [[] for _ in self._models]
        self._converted: list[list[tuple[str, int, Any]]] = [[] for _ in self._models]
        for at, key, name, converter in columns:
            index, field = self._models.index(key), getattr(converter, "__self__", None)
            if converter is None or type(field) in UNCONVERTED:
                self._plain[index].append((name, at))
            else:
                self._converted[index].append((name, at, converter))

    def record(self, row: tuple[object, ...]) -> Any:
        """The record, with the records that were joined."""
        records = {}
        for model, plain, converted in zip(self._models, self._plain, self._converted, strict=True):
            records[model] = record = model(__no_default__=True)
            data = {name: row[at] for name, at in plain}
            for name, at, converter in converted:
                data[name] = converter(row[at])
            record.__data__ = data
        for source, name, joined in self._joins:
            if records[joined].id is None:  # of an outer join without a row
                records[source].__rel__[name] = None
            else:
                setattr(records[source], name, records[joined])
        for record in records.values():
            record._dirty.clear()
        return records[self._model]
