"""The write lock of SQLite: writers of all processes wait for each other.

SQLite itself makes a waiting writer retry after longer and longer pauses. Under load the one that has waited longest
retries least often and fails with "database is locked". Here writers wait for a lock on a file, which the kernel passes
on. When a process dies, the kernel releases its lock.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from peewee import OperationalError


@contextmanager
def hold_write_lock(database: Path | str) -> Iterator[None]:
    """Hold the lock of the SQLite file `database`: no process of the shop writes to it inside the block."""
    lock = acquire(database)
    try:
        yield
    finally:
        lock.close()


def acquire(database: Path | str) -> IO[str]:
    """Wait for the lock. Closing the returned file releases it. Raises OperationalError, OSError."""
    # Opened each time: flock belongs to an open file, so threads that shared one would not wait for each other.
    try:
        lock = Path(f"{database}-turn").open("a")  # noqa: SIM115 - the caller closes it
    except FileNotFoundError as error:
        raise OperationalError(f"the folder of the database does not exist: {database}") from error
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock
