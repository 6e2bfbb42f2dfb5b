"""Writes many rows of the shop's tables: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import OperationalError, PostgresqlDatabase

from storefront.db import db
from storefront.models import Record, now


def stored_now() -> datetime:
    """The current time as the tables store it: in UTC, without a time zone."""
    return now().astimezone(UTC).replace(tzinfo=None)


@lru_cache
def stamp(moment: datetime) -> str:
    """A time as the tables store it. Many rows of an order have the same one."""
    return moment.isoformat(" ")


class Rows:
    """Rows of one table that are to be written: `add` takes the values of `columns`, in their order.

    `columns` are column names. Every other column gets the default of its field. Times are naive UTC, as text.
    """

    def __init__(self, model: type[Record], columns: str) -> None:
        """Raises ValueError for a column without a constant default that is not in `columns`."""
        fields = {field.column_name: field for field in model._meta.sorted_fields}
        self.model = model
        self.columns = columns.split()
        self._constants: dict[str, Any] = {}
        for name, field in fields.items():
            # A primary key that is not given is the database's.
            if name in self.columns or field.primary_key:
                continue
            default = field.default
            if callable(default) and default not in (dict, list):
                raise ValueError(f"{model.__name__}.{name} needs a value")
            value = default() if callable(default) else default
            if value is None and not field.null:
                raise ValueError(f"{model.__name__}.{name} needs a value")
            self._constants[name] = None if value is None else field.db_value(value)
        if unknown := set(self.columns) - set(fields):
            raise ValueError(f"{model.__name__} has no columns {unknown}")
        self._rows: list[tuple[Any, ...]] = []
        self.add = self._rows.append

    def take(self) -> list[tuple[Any, ...]]:
        """The rows that were added, which are forgotten here."""
        taken = self._rows
        self._rows = []
        self.add = self._rows.append
        return taken

    def write(self, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows that `take` has returned. Call it in a transaction."""
        if rows:
            (_copy if _is_postgresql() else _insert)(self, rows)

    @property
    def all_columns(self) -> str:
        """The quoted names of all columns, those of `add` first."""
        return ", ".join(f'"{name}"' for name in (*self.columns, *self._constants))

    @property
    def constants(self) -> tuple[Any, ...]:
        """The values of the columns that are the same in each row."""
        return tuple(self._constants.values())


def _is_postgresql() -> bool:
    return isinstance(db.obj, PostgresqlDatabase)


def _insert(table: Rows, rows: list[tuple[Any, ...]]) -> None:
    # Constants are part of the statement, so that only the other values are bound for each row.
    constants = [_literal(value) for value in table.constants]
    values = ", ".join(["?"] * len(table.columns) + constants)
    sql = f'INSERT INTO "{table.model._meta.table_name}" ({table.all_columns}) VALUES ({values})'  # noqa: S608
    db.connection().executemany(sql, rows)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _copy(table: Rows, rows: list[tuple[Any, ...]]) -> None:
    constants = table.constants
    sql = f'COPY "{table.model._meta.table_name}" ({table.all_columns}) FROM STDIN'
    with db.connection().cursor().copy(sql) as copy:
        for row in rows:
            copy.write_row(row + constants)


def run(sql: str) -> None:
    """Run a statement without parameters, in which a percent sign stands for itself."""
    db.execute_sql(sql.replace("%", "%%") if _is_postgresql() else sql)


def next_id(model: type[Record]) -> int:
    """An id above all that were used in the table."""
    table = model._meta.table_name
    newest = int(db.execute_sql(f'SELECT COALESCE(MAX(id), 0) FROM "{table}"').fetchone()[0])  # noqa: S608
    if _is_postgresql():
        sql = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {_sequence(table)}"  # noqa: S608
        last = db.execute_sql(sql).fetchone()[0]
        newest = max(newest, int(last))
    return newest + 1


def raise_sequences(models: Sequence[type[Record]]) -> None:
    """Let PostgreSQL go on after the ids that were written. SQLite does it by itself."""
    if _is_postgresql():
        for model in models:
            table = model._meta.table_name
            sql = f'SELECT setval(%s, (SELECT MAX(id) FROM "{table}")) WHERE EXISTS (SELECT 1 FROM "{table}")'  # noqa: S608
            db.execute_sql(sql, (_sequence(table),))


def _sequence(table: str) -> str:
    return str(db.execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (f'"{table}"',)).fetchone()[0])


class _Index(NamedTuple):
    name: str
    definition: str


@contextmanager
def without_indexes(models: Sequence[type[Record]]) -> Iterator[None]:
    """Drop the indexes of these tables and create them again at the end: much faster for most rows of a table."""
    indexes = [index for model in models for index in _indexes(model._meta.table_name)]
    for index in indexes:
        db.execute_sql(f'DROP INDEX "{index.name}"')
    yield
    for index in indexes:
        db.execute_sql(index.definition)


def _indexes(table: str) -> list[_Index]:
    """The indexes of the table that are not part of its definition."""
    if _is_postgresql():
        sql = (
            "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_class t ON t.oid = x.indrelid WHERE t.relname = %s"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)"
        )
    else:
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    return [_Index(*row) for row in db.execute_sql(sql, (table,)).fetchall()]


@contextmanager
def bulk_writes(*, alone: bool) -> Iterator[None]:
    """One transaction for all rows, so that an interrupted run adds none.

    On SQLite without checks of foreign keys, which the rows fulfill by how they are made, and with a larger cache.
    `alone` means that nothing else uses the database.
    """
    if _is_postgresql():
        with db.obj.without_time_limit(), db.atomic():
            yield
        return
    db.execute_sql("PRAGMA foreign_keys = OFF")
    # Rows of an index are sorted beside reading them.
    db.execute_sql("PRAGMA threads = 1")
    db.execute_sql("PRAGMA cache_size = -400000")
    if alone:
        # New pages are written once. A write-ahead log would get them first.
        _set_journal("TRUNCATE")
    try:
        with db.atomic():
            yield
    finally:
        if alone:
            _set_journal("WAL")
        db.execute_sql("PRAGMA cache_size = -16000")
        db.execute_sql("PRAGMA threads = 0")
        db.execute_sql("PRAGMA foreign_keys = ON")


def _set_journal(mode: str) -> None:
    """Change SQLite's journal. It stays as it is while another connection is open."""
    (timeout,) = db.execute_sql("PRAGMA busy_timeout").fetchone()
    db.execute_sql("PRAGMA busy_timeout = 0")
    with suppress(OperationalError):
        db.execute_sql(f"PRAGMA journal_mode = {mode}")
    db.execute_sql(f"PRAGMA busy_timeout = {timeout}")
