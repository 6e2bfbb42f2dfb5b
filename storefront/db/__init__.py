"""The database: SQLite beside the shop or PostgreSQL, opened per request, migrated under a lock."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from peewee import DatabaseProxy, OperationalError
from playhouse.db_url import parse
from playhouse.migrations import Runner
from playhouse.pool import PooledPostgresqlDatabase

from storefront.config import Config
from storefront.db.write_lock import SerializedSqliteDatabase

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do as long as nothing else in the same PostgreSQL database uses it.
ADVISORY_LOCK = 7_305_811_402

db = DatabaseProxy()


def init(config: Config) -> None:
    """Point `db` at the configured database; opens no connection yet."""
    if config.database_url.startswith("sqlite:///"):
        database = SerializedSqliteDatabase(
            config.database_url.removeprefix("sqlite:///"),
            # A payment that was answered must survive a power cut: FULL, though NORMAL would be faster.
            pragmas={"journal_mode": "wal", "synchronous": "full", "foreign_keys": 1, "cache_size": -16_000},
            # A transaction that reads before it writes would fail at once when another writer came between.
            lock_type="IMMEDIATE",
            timeout=15,
            # The pool lends a connection to one thread at a time, but not always to the one that opened it.
            check_same_thread=False,
            max_connections=64,
            stale_timeout=300,
        )
        database.register_function(_lower, "lower", 1)
    else:
        database = PooledPostgresqlDatabase(
            **parse(config.database_url),
            prefer_psycopg3=True,
            max_connections=64,
            stale_timeout=300,
        )
    db.initialize(database)


def _lower(text: object) -> object:
    """SQLite's own LOWER knows Latin letters only: nobody would find Олена by олена."""
    return text.lower() if isinstance(text, str) else text


def close_after_requests(app: Flask) -> None:
    """Take a connection from the pool when a request first needs one, give it back at its end.

    Peewee connects by itself (autoconnect), so pages that need no row open nothing.
    """

    @app.teardown_appcontext
    def give_back(_error: BaseException | None) -> None:
        if not db.is_closed() and not db.in_transaction():
            db.close()


@contextmanager
def connection() -> Iterator[None]:
    """A connection for work outside a request: jobs and commands."""
    db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if not db.is_closed():
            db.close()


def migrate(config: Config) -> list[str]:
    """Bring the schema to this version; names of the migrations applied now.

    The lock is ours, Peewee's runner has none: web and worker of several hosts may start together.
    """
    with connection(), _migration_lock(config):
        return list(Runner(db.obj, str(MIGRATIONS)).up())


def close_connections() -> None:
    """Close every pooled connection: a process that forks must not hand them to its children."""
    db.obj.close_all()


def pending_migrations() -> list[str]:
    """Names of migrations this version has and the database has not."""
    return [m.name for m in Runner(db.obj, str(MIGRATIONS)).status() if m.path and not m.applied]


def applied_migrations() -> tuple[str, ...]:
    """Names of the migrations the database has had, in order; none where there are no tables yet."""
    return tuple(sorted(Runner(db.obj, str(MIGRATIONS)).applied()))


def known_migrations() -> set[str]:
    """Names of the migrations this version has."""
    return {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}


@contextmanager
def _migration_lock(config: Config) -> Iterator[None]:
    if config.database_url.startswith("postgresql://"):
        db.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        try:
            yield
        finally:
            db.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
        return
    with (config.instance_dir / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_reachable() -> bool:
    """Whether the database answers a query."""
    try:
        db.execute_sql("SELECT 1")
    except OperationalError:
        return False
    return True
