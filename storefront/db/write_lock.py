"""SQLite with writers that wait in line.

SQLite itself lets them ask again, after ever longer pauses: under a storm the one who has waited longest asks least
often, and is told "database is locked" in the end. Here they wait for a lock of a file, which all processes share and
which the kernel hands on; it is free again when its holder dies.
"""

import fcntl
import threading
from pathlib import Path
from typing import IO, Any

from playhouse.pool import PooledSqliteDatabase

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class SerializedSqliteDatabase(PooledSqliteDatabase):  # type: ignore[misc]  # playhouse has no types
    """A transaction has its turn from BEGIN to its end, a writing statement outside of one for itself."""

    def __init__(self, database: str, **options: Any) -> None:
        """`database` is the path of its file; the line stands in a file beside it."""
        self._line = Path(f"{database}-turn")
        self._mine = threading.local()
        super().__init__(database, **options)

    def begin(self, lock_type: str | None = None) -> None:
        """Wait for this thread's turn, then begin."""
        self._take_turn()
        try:
            super().begin(lock_type)
        except BaseException:
            self._pass_on()
            raise

    def commit(self) -> None:
        """Commit, and let the next one have its turn whatever came of it."""
        try:
            super().commit()
        finally:
            self._pass_on()

    def rollback(self) -> None:
        """The same for what is not to be kept."""
        try:
            super().rollback()
        finally:
            self._pass_on()

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """A statement outside of a transaction is one of its own."""
        if self.in_transaction() or not sql.startswith(WRITES):
            return super().execute_sql(sql, params)
        self._take_turn()
        try:
            return super().execute_sql(sql, params)
        finally:
            self._pass_on()

    def _take_turn(self) -> None:
        # A file of its own for each turn: locks belong to what was opened, and closing gives them back.
        line = self._line.open("a")
        fcntl.flock(line, fcntl.LOCK_EX)
        self._mine.turn = line

    def _pass_on(self) -> None:
        turn: IO[str] | None = getattr(self._mine, "turn", None)
        self._mine.turn = None
        if turn is not None:
            turn.close()
