"""A pool of connections: a thread has one while it needs one, and at most so many exist in a process."""

import logging
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from peewee import DatabaseError, OperationalError

log = logging.getLogger(__name__)

# Between two tries while the database itself has no room for another connection.
RETRY_SECONDS = 0.25
# A connection is replaced after a while: the memory that it uses at a server grows.
MAX_AGE_SECONDS = 300
# So many stay open for the next page, however long nobody uses them.
KEPT_IDLE = 2


ENDED = "the transaction has ended: it was rolled back, or the connection is lost"


@dataclass(frozen=True)
class PooledConnection:
    """A connection of the pool, when it was opened, and since when no thread uses it, by the monotonic clock."""

    connection: Any
    opened_at: float
    idle_since: float = 0


class ConnectionPool:
    """A mixin for a Peewee database: `connect` takes a connection from the pool, `close` gives it back.

    Threads that find none wait in the order of their arrival. A connection returns to the pool only without an open
    transaction; one that is broken is closed, together with those that are idle, because they have probably met the
    same fate.
    """

    # After so many seconds without use a connection is closed: other processes need the server's room. None: never.
    idle_seconds: float | None = None

    def __init__(self, database: str, *, max_connections: int, wait_seconds: float, **options: Any) -> None:
        """At most `max_connections` are open. A thread waits `wait_seconds` for one, then gets OperationalError."""
        self._max_connections = max_connections
        self._wait_seconds = wait_seconds
        self._changed = threading.Condition()
        self._idle: list[PooledConnection] = []
        self._in_use: dict[int, PooledConnection] = {}
        # Those that are being opened or checked.
        self._opening = 0
        self._waiting: deque[object] = deque()
        self._full_until = 0.0
        self._trims = False
        super().__init__(database, **options)  # type: ignore[call-arg]  # Peewee's database
        # Peewee would hold it while a connection is opened, and no other thread could give one back. What it protects
        # is per thread; the pool has a lock of its own.
        self._lock = nullcontext()

    def close_all(self) -> None:
        """Close every connection, those of other threads too. Call it before a fork."""
        self.close()  # type: ignore[attr-defined]
        with self._changed:
            in_use, self._in_use = self._in_use, {}
            self._close_idle()
            self._changed.notify_all()
        for one in in_use.values():
            self._discard(one.connection)

    def begin(self, *arguments: Any) -> None:
        """Begin a transaction; on another connection if this one is lost."""
        self._replace_lost()
        super().begin(*arguments)  # type: ignore[misc]

    def commit(self) -> None:
        """Commit. Raises OperationalError if the database has ended the transaction."""
        if not self._is_in_transaction(self.connection()):  # type: ignore[attr-defined]
            raise OperationalError(ENDED)
        super().commit()  # type: ignore[misc]

    def rollback(self) -> None:
        """Roll back. Raises nothing: the error that led here is the one to report.

        A connection that can't roll back does not return to the pool.
        """
        try:
            if self._is_in_transaction(self.connection()):  # type: ignore[attr-defined]
                super().rollback()  # type: ignore[misc]
        except DatabaseError as error:
            log.debug("rollback failed: %s", error)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run a statement; outside of a transaction on another connection if this one is lost.

        Within `atomic`, raises OperationalError if the database has ended the transaction: SQLite does so when the disk
        is full. What follows must not be stored without what came before.
        """
        if not self.in_transaction():  # type: ignore[attr-defined]
            self._replace_lost()
        elif not self._is_in_transaction(self.connection()):  # type: ignore[attr-defined]
            if sql.startswith("ROLLBACK TO"):
                return None
            raise OperationalError(ENDED)
        return super().execute_sql(sql, params)  # type: ignore[misc]

    @contextmanager
    def without_time_limit(self) -> Iterator[None]:
        """Let the statements of this thread take as long as they need inside the block."""
        yield

    def _replace_lost(self) -> None:
        if not self.is_closed() and self._is_lost(self.connection()):  # type: ignore[attr-defined]
            # Peewee connects again with the next statement.
            self.close()  # type: ignore[attr-defined]

    # What the two databases do differently

    def _is_in_transaction(self, connection: Any) -> bool:
        """Whether the connection has an open transaction, also one in which a statement has failed."""
        raise NotImplementedError

    def _is_lost(self, connection: Any) -> bool:
        """Whether the connection is known to be closed."""
        return False

    def _is_ready(self, connection: Any) -> bool:
        """Whether an idle connection can be used again."""
        return True

    def _clean(self, connection: Any) -> bool:
        """End what is still open on a connection that returns to the pool. False if it is broken."""
        raise NotImplementedError

    def _is_full(self, error: Exception) -> bool:
        """Whether the database refused a connection because it has too many."""
        return False

    # What Peewee calls in `connect` and `close`

    def _connect(self) -> Any:
        deadline = time.monotonic() + self._wait_seconds
        turn = object()
        with self._changed:
            self._waiting.append(turn)
        while True:
            found = self._await_turn(turn, deadline)
            if found is None:
                try:
                    found = PooledConnection(super()._connect(), time.monotonic())  # type: ignore[misc]
                except BaseException as error:
                    if not self._wait_again(turn, error):
                        raise
                    continue
            elif not self._is_ready(found.connection):
                self._lost(found.connection, turn)
                continue
            with self._changed:
                self._opening -= 1
                self._in_use[id(found.connection)] = found
            return found.connection

    def _close(self, connection: Any) -> None:
        is_clean = self._clean(connection)
        with self._changed:
            known = self._in_use.pop(id(connection), None)
            if not is_clean:
                self._close_idle()
            if is_clean and known is not None and time.monotonic() - known.opened_at < MAX_AGE_SECONDS:
                self._idle.append(replace(known, idle_since=time.monotonic()))
                self._plan_trim()
                self._changed.notify_all()
                return
            self._changed.notify_all()
        self._discard(connection)

    def _await_turn(self, turn: object, deadline: float) -> PooledConnection | None:
        """Wait until this thread may have an idle connection, which is returned, or may open one: None."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._waiting[0] is turn:
                    has_room = len(self._in_use) + self._opening < self._max_connections
                    if self._idle or (has_room and now >= self._full_until):
                        self._waiting.popleft()
                        self._opening += 1
                        self._changed.notify_all()
                        # The one used last: the others may grow old and be closed.
                        return self._idle.pop() if self._idle else None
                if now >= deadline:
                    self._waiting.remove(turn)
                    self._changed.notify_all()
                    raise OperationalError(f"no connection was free within {self._wait_seconds:g} seconds")
                self._changed.wait(min(deadline - now, max(self._full_until - now, 0) or deadline - now))

    def _wait_again(self, turn: object, error: BaseException) -> bool:
        """A connection could not be opened. Whether the thread waits for one, before the others.

        It does when the database has too many, or when others of this process are in use and will be given back.
        """
        with self._changed:
            self._opening -= 1
            again = isinstance(error, Exception) and (bool(self._in_use) or self._is_full(error))
            if again:
                self._full_until = time.monotonic() + RETRY_SECONDS
                self._waiting.appendleft(turn)
            self._changed.notify_all()
        return again

    def _lost(self, connection: Any, turn: object) -> None:
        """An idle connection was broken. The thread takes another one, before the others."""
        with self._changed:
            self._opening -= 1
            self._close_idle()
            self._waiting.appendleft(turn)
            self._changed.notify_all()
        self._discard(connection)

    def _plan_trim(self) -> None:
        """Close those that nobody uses after a while, in a thread of its own: perhaps no other call ever comes."""
        if self.idle_seconds is not None and len(self._idle) > KEPT_IDLE and not self._trims:
            timer = threading.Timer(self.idle_seconds, self._trim)
            timer.daemon = self._trims = True
            timer.start()

    def _trim(self) -> None:
        with self._changed:
            self._trims = False
            latest = time.monotonic() - (self.idle_seconds or 0)
            # Those used last are at the end.
            unused = [one for one in self._idle[:-KEPT_IDLE] if one.idle_since <= latest]
            self._idle = self._idle[len(unused) :]
            self._plan_trim()
        for one in unused:
            self._discard(one.connection)

    def _close_idle(self) -> None:
        idle, self._idle = self._idle, []
        for one in idle:
            self._discard(one.connection)

    def _discard(self, connection: Any) -> None:
        try:
            connection.close()
        except Exception as error:
            log.debug("a connection could not be closed: %s", error)
