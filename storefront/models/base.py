"""The base class of all records, times in UTC, small JSON values, and text for searches."""

import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, cast

from peewee import (
    OP,
    AutoField,
    DateTimeField,
    Expression,
    Field,
    FieldAlias,
    Model,
    ModelSelect,
    TextField,
)

from storefront.db import db
from storefront.i18n import fold
from storefront.models.prepared_insert import insert_row, insert_unless_exists
from storefront.models.prepared_query import UNCONVERTED, PreparedQuery
from storefront.models.row_changes import (
    ObservedDelete,
    ObservedInsert,
    ObservedUpdate,
    inserted,
    inserted_unless_exists,
)
from storefront.runtime import current

# Several hosts may write rows, and their clocks differ a little.
CLOCK_TOLERANCE = timedelta(minutes=2)


def now() -> datetime:
    """The current time by the shop's clock, in UTC and timezone-aware."""
    return current().clock()


def is_due(column: Any, longest_wait: timedelta) -> Any:
    """Condition: the time in `column` has come.

    A time further away than `longest_wait` counts as due too: only a wrong clock can have set it. CLOCK_TOLERANCE is
    for processes that read the clock at different moments: without it, one would take a claim that another has just
    made for such a time, and send an email twice.
    """
    return (column <= now()) | (column > now() + longest_wait + CLOCK_TOLERANCE)


def is_recent(column: Any, window: timedelta) -> Any:
    """Condition: the time in `column` is within the last `window`. One in the future was written by a wrong clock."""
    return (column >= now() - window) & (column <= now() + CLOCK_TOLERANCE)


def recent_period(window: timedelta) -> tuple[datetime, datetime]:
    """The first and the last moment for which `is_recent` holds, as tables store them, for plain SQL."""
    return _naive(now() - window), _naive(now() + CLOCK_TOLERANCE)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def public_id(bits: int = 160) -> str:
    """A random name for a URL. It can't be guessed if it has at least 128 bits."""
    return secrets.token_urlsafe(bits // 8)


class UtcDateTimeField(DateTimeField):
    """An aware datetime in Python. The table stores naive UTC, the same on SQLite and PostgreSQL."""

    def db_value(self, value: datetime | None) -> datetime | None:
        """Convert to naive UTC for the table."""
        return None if value is None else _naive(value)

    def python_value(self, value: Any) -> datetime | None:
        """Convert to an aware datetime in UTC."""
        parsed = super().python_value(value)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
        return None if parsed is None else parsed.replace(tzinfo=UTC)


class JsonField(TextField):
    """A small JSON value stored as text. Queries do not look inside."""

    def db_value(self, value: Any) -> str | None:
        """Convert the value to JSON."""
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def python_value(self, value: str | None) -> Any:
        """Parse the JSON."""
        return None if value is None else json.loads(value)


class RecordSelect(ModelSelect):
    """A SELECT that writes the list of its columns as one string.

    Peewee builds several objects per column, which takes most of the processor time of a query.
    """

    _returning: Sequence[object]

    def __sql_selection__(self, ctx: Any, is_subquery: bool = False) -> Any:
        """Add the columns to the SQL; Peewee calls this. It renders subqueries, aliases and expressions itself."""
        columns = [] if is_subquery else self._plain_columns(ctx)
        return ctx.literal(", ".join(columns)) if columns else super().__sql_selection__(ctx, is_subquery)

    def _plain_columns(self, ctx: Any) -> list[str]:
        """The quoted columns; empty if one of them is not a field of a model."""
        tables: dict[object, str] = {}
        columns = []
        for field in self._returning:
            if not isinstance(field, Field) or isinstance(field, FieldAlias):
                return []
            model = field.model
            if model not in tables:
                tables[model] = ctx.alias_manager[model._meta.table]
            columns.append(f'"{tables[model]}"."{field.column_name}"')
        return columns


class Record(Model):
    """Base class of every model."""

    id = AutoField()

    @classmethod
    def select(cls, *fields: Any) -> "ModelSelect[Self]":
        """Select these fields, or all."""
        return cast("ModelSelect[Self]", RecordSelect(cls, fields or cls._meta.sorted_fields, is_default=not fields))

    @classmethod
    def get(cls, *query: Any, **filters: Any) -> Self:
        """The first row of the query. Raises DoesNotExist.

        Peewee reads foreign keys and `get_by_id` through this: such a query by id is built once.
        """
        record_id = _id_in(cls, query) if not filters else None
        if record_id is None:
            return super().get(*query, **filters)
        found = _BY_ID[cls].first(record_id)
        if found is None:
            raise cls.DoesNotExist(f"{cls.__name__} {record_id}")  # type: ignore[attr-defined]  # made by Peewee
        return cast("Self", found)

    @classmethod
    def insert_unless_exists(cls, **values: Any) -> None:
        """Insert a row with these values and defaults, unless a unique index has one like it already."""
        record = cls(**values)
        values = record.__data__.copy()
        values.pop("id", None)
        normal = record._normalize_data(None, values)  # type: ignore[attr-defined]
        inserted_unless_exists(cls, normal, lambda: insert_unless_exists(cls, normal))

    @classmethod
    def update(cls, values: Any = None, /, **named: Any) -> ObservedUpdate:
        """Update these values, by name or field."""
        return ObservedUpdate(cls, cls._normalize_data(values, named))  # type: ignore[attr-defined]

    @classmethod
    def insert(cls, values: Any = None, /, **named: Any) -> ObservedInsert:
        """Insert a row with these values, by name or field."""
        return ObservedInsert(cls, cls._normalize_data(values, named))  # type: ignore[attr-defined]

    @classmethod
    def insert_many(cls, rows: Any, fields: Any = None) -> ObservedInsert:
        """Insert these rows."""
        return ObservedInsert(cls, insert=rows, columns=fields)

    @classmethod
    def delete(cls) -> ObservedDelete:
        """Delete rows."""
        return ObservedDelete(cls)

    def save(self, force_insert: bool = False, only: Any = None) -> Any:
        """Insert the row, or write the columns that this code has set."""
        if only is not None or (self.id is not None and not force_insert):
            return super().save(force_insert, only)
        values = self.__data__.copy()
        self._populate_unsaved_relations(values)  # type: ignore[attr-defined]  # missing in the types of Peewee
        if values.get("id") is None:
            values.pop("id", None)
        normal = self._normalize_data(None, values)  # type: ignore[attr-defined]
        self.id = inserted(type(self), lambda: insert_row(type(self), normal))
        self._dirty.clear()  # type: ignore[attr-defined]
        return 1

    @classmethod
    def from_values(cls, fields: Sequence[Field], values: Sequence[Any]) -> "Self":
        """A record with these fields only, from values as the database driver returned them."""
        record = cls(__no_default__=True)
        for field, value in zip(fields, values, strict=False):
            record.__data__[field.name] = value if type(field) in UNCONVERTED else field.python_value(value)  # type: ignore[no-untyped-call]
        return record

    class Meta:
        database = db
        legacy_table_names = False
        # `save` writes the columns that this code has set, not what it once read: others may have changed them since.
        only_save_dirty = True


class _QueriesById(dict[type[Record], PreparedQuery[Any]]):
    def __missing__(self, model: type[Record]) -> PreparedQuery[Any]:
        query: PreparedQuery[Any] = PreparedQuery(lambda record_id: model.select().where(model.id == record_id))
        self[model] = query
        return query


_BY_ID = _QueriesById()


def _id_in(model: type[Record], query: tuple[Any, ...]) -> int | None:
    """The id if the query asks for `model.id == <id>` and nothing else."""
    condition = query[0] if len(query) == 1 else None
    if not isinstance(condition, Expression) or condition.op != OP.EQ or condition.lhs is not model.id:
        return None
    return condition.rhs if type(condition.rhs) is int else None


class FoldsText(Record):
    """A record with copies of its texts for searches: for each name in `FOLDED` a column `<name>_folded`.

    Each statement that writes a text writes its copy (`i18n.fold`) with it, except `insert_many`.
    """

    FOLDED: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def _normalize_data(cls, data: Any, kwargs: Any) -> Any:
        # Peewee's insert(), update(), create() and save() all prepare their values here.
        values = super()._normalize_data(data, kwargs)  # type: ignore[misc] # not in the stubs
        fields = cls._meta.fields
        for name in cls.FOLDED:
            if isinstance(values.get(fields[name]), str):
                values[fields[f"{name}_folded"]] = fold(values[fields[name]])
        return values

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that one of the folded texts contains what was typed into a search."""
        first, *others = (getattr(cls, f"{name}_folded").contains(fold(typed)) for name in cls.FOLDED)
        for other in others:
            first |= other
        return first
