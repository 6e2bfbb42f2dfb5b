"""SQLite with a write lock: writers of all processes wait for each other.

SQLite itself makes a waiting writer retry after longer and longer pauses. Under load the one that has waited longest
retries least often and fails with "database is locked". Here writers wait for a lock on a file, which the kernel passes
on. When a process dies, the kernel releases its lock.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from playhouse.pool import PooledSqliteDatabase

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@contextmanager
def hold_write_lock(database: Path | str) -> Iterator[None]:
    """Hold the lock of the SQLite file `database`: no process of the shop writes to it inside the block."""
    lock = _acquire(database)
    try:
        yield
    finally:
        lock.close()


def _acquire(database: Path | str) -> IO[str]:
    """Wait for the lock. Closing the returned file releases it."""
    # Opened each time: flock belongs to an open file, so threads that shared one would not wait for each other.
    lock = Path(f"{database}-turn").open("a")  # noqa: SIM115 - the caller closes it
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


class SerializedSqliteDatabase(PooledSqliteDatabase):  # type: ignore[misc]  # playhouse has no types
    """Holds the write lock from BEGIN to COMMIT or ROLLBACK. A single write statement holds it while it runs."""

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
        """Run a statement. A write outside of a transaction holds the lock meanwhile."""
        if self.in_transaction() or not sql.startswith(WRITES):
            return super().execute_sql(sql, params)
        self._acquire_lock()
        try:
            return super().execute_sql(sql, params)
        finally:
            self._release_lock()

    def _acquire_lock(self) -> None:
        self._held.lock = _acquire(self._file)

    def _release_lock(self) -> None:
        lock: IO[str] | None = getattr(self._held, "lock", None)
        self._held.lock = None
        if lock is not None:
            lock.close()
