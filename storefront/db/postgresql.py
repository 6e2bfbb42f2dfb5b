"""PostgreSQL: connections that notice when the server, or the network to it, has fallen silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from peewee import PostgresqlDatabase, Psycopg3Adapter
from psycopg import errors
from psycopg.pq import TransactionStatus

from storefront.db.pool import ConnectionPool

# PostgreSQL cancels a statement that takes longer. No page or job needs a tenth of it.
STATEMENT_SECONDS = 15
# The shop gives up a connection on which no answer has arrived: nothing else notices if packets vanish on the way.
ANSWER_SECONDS = STATEMENT_SECONDS + 3
# The same for a connection that was idle, before it is used again.
PING_SECONDS = 3
# Then an unused connection is closed.
IDLE_SECONDS = 3
# PostgreSQL ends a session that holds locks and does nothing, such as one of a host that has lost its power.
IDLE_IN_TRANSACTION_SECONDS = 60

# libpq's parameters. An address may set its own.
DEFAULTS = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": ANSWER_SECONDS * 1000,
}
# How a server says that it has too many connections, or too many of this user or database.
FULL = ("too many clients", "too many connections", "connection slots")


class TimedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer within `answer_seconds`; None for no limit."""

    answer_seconds: float | None = ANSWER_SECONDS

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for an answer. Psycopg calls it for everything that is sent."""
        limit = self.answer_seconds if timeout is None else timeout
        try:
            return super().wait(gen, interval, limit)
        except errors._WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the database has not answered for {limit:g} seconds") from error

    def set_limits(self, statement_seconds: float, answer_seconds: float | None) -> Self:
        """Limit the time of statements at the server, 0 for no limit, and of waiting for their answers.

        The server compiles none of them: on a busy machine that takes seconds, and none of them runs so long.
        """
        self.answer_seconds = PING_SECONDS
        self.execute(
            "SELECT set_config('jit', 'off', false), set_config('statement_timeout', %s, false),"
            " set_config('idle_in_transaction_session_timeout', %s, false)",
            (f"{statement_seconds}s", f"{IDLE_IN_TRANSACTION_SECONDS}s"),
        )
        self.answer_seconds = answer_seconds
        return self

    def answers(self) -> bool:
        """Whether the server answers at once."""
        self.answer_seconds = PING_SECONDS
        try:
            self.execute("SELECT 1")
        except psycopg.Error:
            return False
        finally:
            self.answer_seconds = ANSWER_SECONDS
        return True


class _Adapter(Psycopg3Adapter):
    def connect(self, db: Any, **params: Any) -> TimedConnection:
        """Open a connection. Peewee calls this."""
        connection = TimedConnection.connect(autocommit=True, dbname=db.database, **params)
        return connection.set_limits(STATEMENT_SECONDS, ANSWER_SECONDS)


class PostgresqlPool(ConnectionPool, PostgresqlDatabase):
    """A pool of TimedConnections. `options` are libpq's parameters."""

    psycopg3_adapter = _Adapter
    idle_seconds = IDLE_SECONDS

    def __init__(self, database: str, **options: Any) -> None:
        """`database` is the name of the database."""
        super().__init__(database, prefer_psycopg3=True, **{**DEFAULTS, **options})

    @contextmanager
    def without_time_limit(self) -> Iterator[None]:
        """Let the statements of this thread take as long as they need inside the block."""
        connection: TimedConnection = self.connection()  # type: ignore[no-untyped-call]
        connection.set_limits(0, None)
        try:
            yield
        finally:
            if not connection.closed:
                connection.set_limits(STATEMENT_SECONDS, ANSWER_SECONDS)

    def _is_in_transaction(self, connection: TimedConnection) -> bool:
        return connection.info.transaction_status in (
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
            TransactionStatus.ACTIVE,
        )

    def _is_lost(self, connection: TimedConnection) -> bool:
        return connection.closed

    def _is_ready(self, connection: TimedConnection) -> bool:
        return connection.answers()

    def _clean(self, connection: TimedConnection) -> bool:
        try:
            if self._is_in_transaction(connection):
                connection.rollback()
        except psycopg.Error:
            return False
        return connection.info.transaction_status == TransactionStatus.IDLE

    def _is_full(self, error: Exception) -> bool:
        # The server refuses before a session begins, and libpq keeps no SQLSTATE of that.
        return isinstance(error, psycopg.OperationalError) and any(words in str(error) for words in FULL)
