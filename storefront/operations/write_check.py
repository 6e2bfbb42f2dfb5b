"""Whether the database can be written now. `/readyz` and the doctor ask."""

import errno
import os
import tempfile
import threading
from pathlib import Path

from peewee import SqliteDatabase

from storefront import db
from storefront.models import ShopSetting, now
from storefront.runtime import Runtime, activate, current

NAME = "write_check"
# A purchase writes less than this. SQLite may still have room in its log while the disk is full.
ROOM_BYTES = 256_000
# Nobody waits longer for the answer.
WAIT_SECONDS = 3


def write_problem() -> str | None:
    """Write to the current shop's database. Return why that can't be done, in English; None if it can be done.

    Takes at most `WAIT_SECONDS`. The check is one row that is overwritten.
    """
    return current().resource(_WriteCheck).problem()


def check_write() -> None:
    """Write one row and commit: what is rolled back may never reach the disk. Raises db.STORAGE_ERRORS."""
    if isinstance(db.db.obj, SqliteDatabase):
        _check_room(Path(db.db.obj.database).parent)
    value = now().isoformat()
    ShopSetting.store(NAME, value)


def _check_room(folder: Path) -> None:
    """Reserve room on the disk and give it back at once. Raises OSError."""
    with tempfile.TemporaryFile(dir=folder) as file:
        try:
            os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                raise


class _Check:
    """One check, in a thread of its own. A database that has fallen silent stops that thread only."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.done = threading.Event()
        self.problem: str | None = None
        threading.Thread(target=self._run, name="write-check", daemon=True).start()

    def _run(self) -> None:
        try:
            with activate(self._runtime), db.connection():
                check_write()
        except Exception as error:
            self.problem = " ".join(str(error).split()) or type(error).__name__
        finally:
            self.done.set()


class _WriteCheck:
    """The checks of one shop in this process, one at a time: whoever asks meanwhile gets the same answer."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._last: _Check | None = None

    def problem(self) -> str | None:
        with self._lock:
            if self._last is None or self._last.done.is_set():
                self._last = _Check(self._runtime)
            check = self._last
        if not check.done.wait(WAIT_SECONDS):
            return f"no answer within {WAIT_SECONDS} seconds"
        return check.problem
