"""Migrations: bringing the schema to this version, and which migrations a database has had."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from playhouse.migrations import Runner

from storefront.config import Config, ConfigError
from storefront.db.database import connection, db, make_database
from storefront.db.derived import drop_derived_triggers, install_derived, registered_derived
from storefront.db.pool import ConnectionPool

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that nothing else uses in the same PostgreSQL database.
ADVISORY_LOCK = 7_305_811_402


def migrate(config: Config, recompute: bool = False, before_upgrade: Callable[[], object] = lambda: None) -> list[str]:
    """Apply the pending migrations to the current database, then install derived rows. Return the migrations' names.

    Under a lock, which Peewee's runner lacks: web and worker processes of several hosts may start at the same time.
    `recompute`: compute all derived rows again, also those that look right. `before_upgrade` is called under the lock
    if migrations are pending in a database that has tables. Raises ConfigError, and changes nothing, if a newer version
    has changed the database.
    """
    with _migration_lock(config):
        with connection():
            # Under the lock: another host may have brought a newer version meanwhile.
            refuse_newer_database()
            is_upgrade = bool(applied_migrations() and pending_migrations())
        if is_upgrade:
            before_upgrade()
        with connection(), db.obj.without_time_limit():
            if not pending_migrations():
                install_derived(registered_derived(), again=recompute)
                return []
            runner = _runner()
            # One transaction for all of them: a failure anywhere leaves the database to the version that it is of.
            with runner.migrator.migration_context():
                # SQLite renames no table while a trigger names one that does not exist, as it is in mid-migration.
                drop_derived_triggers()
                applied = list(runner.up())
                install_derived(registered_derived(), again=recompute)
            return applied


def refuse_newer_database() -> None:
    """Raise ConfigError if a newer version of the shop has changed the database. It must be connected."""
    newer = sorted(set(applied_migrations()) - known_migrations())
    if newer:
        raise ConfigError(f"DATABASE_URL: a newer version of the shop has changed this database ({newer[0]})")


def pending_migrations() -> list[str]:
    """Names of the migrations that this version has and the database has not had."""
    return [m.name for m in _runner().status() if m.path and not m.applied]


def applied_migrations() -> tuple[str, ...]:
    """Names of the migrations that the database has had, in order; empty when it has no tables yet."""
    return tuple(sorted(_runner().applied()))


def known_migrations() -> set[str]:
    """Names of the migrations that this version has."""
    return {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}


def _runner() -> Runner:
    return Runner(db.obj, str(MIGRATIONS))


@contextmanager
def _migration_lock(config: Config) -> Iterator[None]:
    if not config.database_url.startswith("postgresql://"):
        with (config.instance_dir / "migrate.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        return
    # A connection of its own: PostgreSQL keeps the lock until it is closed, whatever happens to those of the pool.
    holder = cast(ConnectionPool, make_database(config))
    try:
        with holder.without_time_limit():
            holder.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        yield
    finally:
        holder.close_all()
