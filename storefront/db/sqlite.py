"""SQLite: connections that wait for the write lock, and read all rows of a query at once."""

import sqlite3
import threading
from collections.abc import Iterator
from typing import IO, Any

from peewee import SqliteDatabase, __exception_wrapper__  # type: ignore[attr-defined]  # not in the stubs

from storefront.db.pool import ConnectionPool
from storefront.db.write_lock import acquire

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class Rows:
    """The rows of a finished statement, with what Peewee uses of a cursor."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        """Reads all rows. The statement has ended then, also if one of them can't be read."""
        self.description = cursor.description
        try:
            self._rows: Iterator[Any] = iter(cursor.fetchall())
            self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        finally:
            cursor.close()

    def __iter__(self) -> Iterator[Any]:
        return self._rows

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(self._rows, None)

    def fetchall(self) -> list[Any]:
        """The rows that were not fetched yet."""
        return list(self._rows)

    def close(self) -> None:
        """Does nothing: the statement has ended."""


class SqlitePool(ConnectionPool, SqliteDatabase):
    """Holds the write lock from BEGIN to COMMIT or ROLLBACK. A single write statement holds it while it runs.

    A query is read completely when it is executed. While one is being read, its connection keeps an old state of the
    database; once another process has written, every write on this connection fails with "database is locked".
    """

    def __init__(self, database: str, **options: Any) -> None:
        """`database` is the path of the file. The lock file is beside it."""
        self._file = database
        self._held = threading.local()
        super().__init__(database, **options)

    def begin(self, lock_type: str | None = None) -> None:
        """Wait for the lock, then begin."""
        self._acquire_lock()
        try:
            super().begin(lock_type)
        except BaseException:
            self._release_lock()
            raise

    def commit(self) -> None:
        """Commit and release the lock, even when the commit fails."""
        try:
            super().commit()
        finally:
            self._release_lock()

    def rollback(self) -> None:
        """Roll back and release the lock."""
        try:
            super().rollback()
        finally:
            self._release_lock()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement and read its rows. A write outside of a transaction holds the lock meanwhile."""
        if self.in_transaction() or not sql.startswith(WRITES):
            return self._read(super().execute_sql(sql, params))
        self._acquire_lock()
        try:
            return self._read(super().execute_sql(sql, params))
        finally:
            self._release_lock()

    def _read(self, cursor: sqlite3.Cursor | None) -> Rows | sqlite3.Cursor | None:
        if cursor is None or cursor.description is None:
            return cursor
        with __exception_wrapper__:
            return Rows(cursor)

    def _acquire_lock(self) -> None:
        self._held.lock = acquire(self._file)

    def _release_lock(self) -> None:
        lock: IO[str] | None = getattr(self._held, "lock", None)
        self._held.lock = None
        if lock is not None:
            lock.close()

    def _is_in_transaction(self, connection: sqlite3.Connection) -> bool:
        return connection.in_transaction

    def _clean(self, connection: sqlite3.Connection) -> bool:
        try:
            if connection.in_transaction:
                connection.rollback()
        except sqlite3.Error:
            return False
        return True
