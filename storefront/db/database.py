"""Connections to the database: SQLite in a local file, or PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from peewee import Database, DatabaseProxy, OperationalError
from psycopg.conninfo import conninfo_to_dict

from storefront.config import Config
from storefront.db.postgresql import PostgresqlPool
from storefront.db.sqlite import SqlitePool

# A process opens at most so many to PostgreSQL. A thread that waits for Stripe has none; the others wait in turn.
MAX_CONNECTIONS = 16
# Most commands need one connection.
COMMAND_CONNECTIONS = 2
# A page or job waits so long for a connection.
WAIT_SECONDS = 10


class CurrentDatabase(DatabaseProxy):
    """A proxy for the database of the shop whose request or job is running. Models and queries use it.

    `initialize` takes a function that returns that database.
    """

    __slots__ = ("_callbacks", "_find")

    def initialize(self, find: Callable[[], Database] | None) -> None:
        """Set the function that returns the database of the current shop."""
        self._find = find

    @property
    def obj(self) -> Any:
        """The database itself."""
        return self._find() if self._find else None


db = CurrentDatabase()


def make_database(config: Config) -> Database:
    """A pool of connections to the configured database; opens none yet."""
    if config.database_url.startswith("postgresql://"):
        parameters = conninfo_to_dict(config.database_url)
        name = str(parameters.pop("dbname"))
        postgresql: Database = PostgresqlPool(
            name, max_connections=MAX_CONNECTIONS, wait_seconds=WAIT_SECONDS, **parameters
        )
        return postgresql
    database = SqlitePool(
        config.database_url.removeprefix("sqlite:///"),
        # A recorded payment must survive a power cut. NORMAL would be faster, but may lose the last transactions.
        # What is erased must not stay in the file: SQLite's default depends on how it was built.
        pragmas={
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "cache_size": -16_000,
            "secure_delete": 1,
        },
        # A deferred transaction that reads first fails when another writer commits before its first write.
        lock_type="IMMEDIATE",
        timeout=15,
        # A pooled connection serves one thread at a time, but not always the thread that opened it.
        check_same_thread=False,
        max_connections=64,
        wait_seconds=WAIT_SECONDS,
    )
    database.register_function(_lower, "lower", 1)
    sqlite: Database = database
    return sqlite


def _lower(text: object) -> object:
    """Replaces SQLite's LOWER, which changes ASCII letters only: a search for олена would not find Олена."""
    return text.lower() if isinstance(text, str) else text


def close_after_requests(app: Flask) -> None:
    """Return the connection of a request to the pool at its end.

    Peewee connects at the first query (autoconnect), so a page without queries uses no connection.
    """

    @app.teardown_appcontext
    def close_connection(_error: BaseException | None) -> None:
        if not db.is_closed() and not db.in_transaction():
            db.close()


@contextmanager
def connection() -> Iterator[None]:
    """A connection for work outside of a request: jobs and commands."""
    db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if not db.is_closed():
            db.close()


def release_connection() -> None:
    """Return this thread's connection to the pool while it waits for another server. The next query takes one again."""
    if not db.is_closed() and not db.in_transaction():
        db.close()


def close_connections() -> None:
    """Close every pooled connection. Call it before a fork: processes must not share connections."""
    db.obj.close_all()


def needed_connections(config: Config) -> int:
    """How many connections to PostgreSQL this host opens at most: web processes, worker, and a command."""
    return config.web_concurrency * MAX_CONNECTIONS + min(config.worker_threads, MAX_CONNECTIONS) + COMMAND_CONNECTIONS


def allowed_connections() -> int | None:
    """How many connections PostgreSQL allows to the shop's user, other programs included. None on SQLite."""
    if not isinstance(db.obj, PostgresqlPool):
        return None
    rows = db.execute_sql(
        "SELECT LEAST("
        "current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,"
        " NULLIF(rolconnlimit, -1), NULLIF(datconnlimit, -1)) FROM pg_roles, pg_database"
        " WHERE rolname = current_user AND datname = current_database()"
    )
    return int(rows.fetchone()[0])


def is_reachable() -> bool:
    """Whether the database answers a query."""
    try:
        db.execute_sql("SELECT 1")
    except OperationalError:
        return False
    return True
