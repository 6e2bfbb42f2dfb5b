"""One side of a move: a SQLite file."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from storefront import db
from storefront.operations.database_move.errors import MoveError
from storefront.operations.database_move.tables import MovedTable, Row

TIMEOUT_SECONDS = 30
CHUNK = 2_000


class SqliteSide:
    """Inside `open_source` and `open_target` no process of the shop can write to the file."""

    _connection: sqlite3.Connection

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix("sqlite:///")).resolve()

    def is_same(self, other: object) -> bool:
        """Whether both are the same file."""
        return isinstance(other, SqliteSide) and self.path == other.path

    @contextmanager
    def open_source(self, _tables: Sequence[MovedTable]) -> Iterator[None]:
        """Read one state of the database inside the block."""
        with db.hold_write_lock(self.path), self._connect("BEGIN"):
            yield

    @contextmanager
    def open_target(self) -> Iterator[None]:
        """One transaction, which ends with the block; rolled back after an error."""
        with db.hold_write_lock(self.path), self._connect("PRAGMA foreign_keys = OFF") as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
            if orphan:
                raise MoveError(f"{orphan[0]}, row {orphan[1]}: refers to a row of {orphan[2]} that does not exist")
            connection.execute("COMMIT")

    def rows(self, table: MovedTable) -> Iterator[Row]:
        """All rows as the database has them, by id."""
        columns = ", ".join(f'"{name}"' for name in table.columns)
        cursor = self._connection.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY id')  # noqa: S608
        cursor.arraysize = CHUNK
        while chunk := cursor.fetchmany():
            yield from chunk

    def write(self, table: MovedTable, rows: list[Row]) -> None:
        """Insert converted rows. Raises MoveError for a row that the database refuses."""
        columns = ", ".join(f'"{name}"' for name in table.columns)
        marks = ", ".join("?" for _ in table.columns)
        dates = [position for position, name in enumerate(table.columns) if table.is_date(name)]
        if dates:
            rows = [_with_text(row, dates) for row in rows]
        try:
            self._connection.executemany(f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', rows)  # noqa: S608
        except sqlite3.IntegrityError as error:
            raise MoveError(f"{table.name}: {error}") from error

    def delete_rows(self, table: MovedTable) -> None:
        """Delete all rows."""
        self._connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608

    def last_id(self, table: MovedTable) -> int:
        """The highest id. SQLite remembers no others."""
        found = self._connection.execute(f'SELECT MAX(id) FROM "{table.name}"').fetchone()[0]  # noqa: S608
        return found or 0

    def set_last_id(self, _table: MovedTable, _last: int) -> None:
        """Does nothing: SQLite goes on after the highest id."""

    def other_connections(self) -> int:
        """0: nobody knows the programs that have the file open."""
        return 0

    @contextmanager
    def _connect(self, first: str) -> Iterator[sqlite3.Connection]:
        address = f"{self.path.as_uri()}?mode=rw"
        with closing(
            sqlite3.connect(address, uri=True, timeout=TIMEOUT_SECONDS, isolation_level=None)
        ) as self._connection:
            # Text that is not UTF-8 gets characters that the conversion refuses; else the whole query would fail.
            self._connection.text_factory = lambda data: data.decode(errors="surrogateescape")
            self._connection.execute(first)
            yield self._connection


def _with_text(row: Row, positions: list[int]) -> Row:
    """Times and dates as text, as the shop writes them."""
    values = list(row)
    for position in positions:
        if values[position] is not None:
            values[position] = str(values[position])
    return tuple(values)
