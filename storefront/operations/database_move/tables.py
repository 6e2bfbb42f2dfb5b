"""The tables of a move, and their values in one form for both databases."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from storefront import db
from storefront.models import ALL

Row = tuple[Any, ...]
Converter = Callable[[Any], Any]


class Unreadable(Exception):
    """A row has a value that its column can't have. The message names table, row and column, but no value."""


@dataclass(frozen=True)
class MovedTable:
    """A table with the names of its columns, the primary key `id` first, and how their values are converted."""

    name: str
    columns: tuple[str, ...]
    converters: tuple[Converter, ...]

    def convert(self, row: Sequence[Any]) -> Row:
        """The row with its values as both databases take them. Raises Unreadable."""
        try:
            return tuple([convert(value) for convert, value in zip(self.converters, row, strict=True)])
        except ValueError:
            raise Unreadable(f"{self.name}, row {row[0]}: {self._problem(row)}") from None

    def is_date(self, column: str) -> bool:
        """Whether the column has times or dates, which SQLite stores as text."""
        return self.converters[self.columns.index(column)] in (_datetime, _date)

    def _problem(self, row: Sequence[Any]) -> str:
        for name, convert, value in zip(self.columns, self.converters, row, strict=True):
            try:
                convert(value)
            except ValueError as error:
                return f"{name} {error}"
        raise AssertionError("every value of the row can be converted")


def moved_tables() -> list[MovedTable]:
    """All tables whose rows are moved, those first that others refer to. Derived rows are computed again instead."""
    return [_table(model) for model in ALL if model._meta.table_name not in db.derived_tables()]


def _table(model: Any) -> MovedTable:
    fields = model._meta.sorted_fields
    return MovedTable(
        model._meta.table_name,
        tuple(field.column_name for field in fields),
        tuple(_converter(field) for field in fields),
    )


def _converter(field: Any) -> Converter:
    kind = field.field_type
    if kind in ("VARCHAR", "TEXT"):
        return _text(getattr(field, "max_length", None))
    if kind in _CONVERTERS:
        return _CONVERTERS[kind]
    raise AssertionError(f"no conversion for {kind}")


def _text(longest: int | None) -> Converter:
    def convert(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not str:
            raise ValueError("is not text")
        if "\0" in value:
            raise ValueError("has a NUL character, which PostgreSQL can't store")
        if longest is not None and len(value) > longest:
            raise ValueError(f"has more than {longest} characters")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise ValueError("is not valid UTF-8") from None
        return value

    return convert


def _integer(bits: int) -> Converter:
    limit = 2 ** (bits - 1)

    def convert(value: Any) -> Any:
        if value is None:
            return None
        if type(value) is not int:
            raise ValueError("is not a whole number")
        if not -limit <= value < limit:
            raise ValueError(f"does not fit into {bits} bits")
        return value

    return convert


def _boolean(value: Any) -> Any:
    if value is None or type(value) is bool:
        return value
    if type(value) is not int or value not in (0, 1):
        raise ValueError("is neither true nor false")
    return value == 1


def _datetime(value: Any) -> Any:
    """Naive UTC. SQLite has it as text."""
    if value is None or isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError("is not a date and time") from None
    if found.tzinfo is not None:
        raise ValueError("has a time zone")
    return found


def _date(value: Any) -> Any:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError("is not a date") from None


_CONVERTERS: dict[str, Converter] = {
    "AUTO": _integer(32),
    "INT": _integer(32),
    "SMALLINT": _integer(16),
    "BIGINT": _integer(64),
    "BOOL": _boolean,
    "DATETIME": _datetime,
    "DATE": _date,
}
