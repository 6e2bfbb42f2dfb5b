"""One side of a move: a PostgreSQL database."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from storefront.operations.database_move.errors import MoveError
from storefront.operations.database_move.tables import MovedTable, Row

CONNECT_SECONDS, LOCK_SECONDS = 10, 5
CHUNK = 2_000
_LINE = re.compile(r"line (\d+)")


class PostgresqlSide:
    """Inside `open_source` nobody can write to the shop's tables."""

    _connection: psycopg.Connection[Any]

    def __init__(self, url: str) -> None:
        self._parameters: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, **conninfo_to_dict(url)}

    def is_same(self, other: object) -> bool:
        """Whether both addresses name the same database in the same words."""
        return isinstance(other, PostgresqlSide) and all(
            self._parameters.get(name) == other._parameters.get(name) for name in ("host", "hostaddr", "port", "dbname")
        )

    @contextmanager
    def open_source(self, tables: Sequence[MovedTable]) -> Iterator[None]:
        """Read one state of the database inside the block. Raises MoveError while others write."""
        with self._connect() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.execute(SQL("SET LOCAL lock_timeout = '{}s'").format(LOCK_SECONDS))
            try:
                # Before the first query: that one fixes what the transaction sees.
                names = SQL(", ").join(Identifier(table.name) for table in tables)
                connection.execute(SQL("LOCK TABLE {} IN SHARE MODE").format(names))
            except errors.LockNotAvailable as error:
                raise MoveError("the shop writes to its database: stop web servers and workers first") from error
            yield
            connection.rollback()

    @contextmanager
    def open_target(self) -> Iterator[None]:
        """One transaction, which ends with the block; rolled back after an error."""
        with self._connect():
            yield

    def rows(self, table: MovedTable) -> Iterator[Row]:
        """All rows as the database has them, by id."""
        columns = SQL(", ").join(map(Identifier, table.columns))
        query = SQL("SELECT {} FROM {} ORDER BY id").format(columns, Identifier(table.name))
        with self._connection.cursor(name="rows_to_move") as cursor:
            cursor.itersize = CHUNK
            try:
                yield from cursor.execute(query)
            except psycopg.DataError as error:
                # A time such as "infinity", which Python has no value for.
                raise MoveError(f"{table.name}: a value can't be read: {_first_line(error)}") from error

    def write(self, table: MovedTable, rows: list[Row]) -> None:
        """Insert converted rows. Raises MoveError for a row that the database refuses."""
        columns = SQL(", ").join(map(Identifier, table.columns))
        try:
            with (
                self._connection.cursor() as cursor,
                cursor.copy(SQL("COPY {} ({}) FROM STDIN").format(Identifier(table.name), columns)) as copy,
            ):
                for row in rows:
                    copy.write_row(row)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            line = _LINE.search(error.diag.context or "")
            where = f", row {rows[int(line[1]) - 1][0]}" if line else ""
            raise MoveError(f"{table.name}{where}: {error.diag.message_primary}") from error

    def delete_rows(self, table: MovedTable) -> None:
        """Delete all rows."""
        self._connection.execute(SQL("DELETE FROM {}").format(Identifier(table.name)))

    def last_id(self, table: MovedTable) -> int:
        """The id that was given to a row last, although perhaps no row has it any more."""
        sequence = self._sequence(table)
        if sequence is None:
            return 0
        last, is_called = self._connection.execute(
            SQL("SELECT last_value, is_called FROM {}").format(Identifier(*sequence.split(".")))
        ).fetchone()  # type: ignore[misc]  # a sequence has one row
        return int(last) if is_called else int(last) - 1

    def set_last_id(self, table: MovedTable, last: int) -> None:
        """Give the next new row an id above this one."""
        sequence = self._sequence(table)
        if sequence is not None and last > 0:
            self._connection.execute("SELECT setval(%s, %s)", (sequence, last))

    def other_connections(self) -> int:
        """How many other programs are connected to the database. Call it inside `open_source`."""
        found = self._connection.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).fetchone()
        return int(found[0]) if found else 0

    def _sequence(self, table: MovedTable) -> str | None:
        found = self._connection.execute("SELECT pg_get_serial_sequence(%s, 'id')", (f'"{table.name}"',)).fetchone()
        return None if found is None or found[0] is None else str(found[0])

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(**self._parameters) as self._connection:
            yield self._connection


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
