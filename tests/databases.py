"""The database and queue that the tests use: the one place that chooses them.

TEST_DATABASE is `sqlite` (the default: a file for each shop, and its own queue) or `postgresql` (a database for each
shop on a temporary server, and a queue in a temporary Redis).
"""

import atexit
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from peewee import Model
from psycopg import errors
from psycopg.sql import SQL, Identifier

from storefront import db, runtime
from storefront.config import Config
from storefront.db.triggers import create_triggers, drop_triggers
from storefront.models import ALL, Document
from storefront.models.documents.immutability import DOCUMENTS
from tests.deployment import postgres
from tests.deployment.redis_server import RedisServer
from tests.processes import until

NAME = os.environ.get("TEST_DATABASE", "sqlite")
IS_POSTGRESQL = NAME == "postgresql"
MIGRATED = "migrated"
# A value of a date column that no row can be read with: its meaning depends on the database.
UNREADABLE_DATE = "infinity" if IS_POSTGRESQL else "no date"
UNREADABLE: type[Exception] = psycopg.DataError if IS_POSTGRESQL else TypeError
# Parameters of tests that choose their database themselves. Those about SQLite run when all tests do on SQLite.
BOTH = [
    pytest.param("sqlite", marks=pytest.mark.sqlite),
    pytest.param("postgresql", marks=pytest.mark.postgres),
]
# The databases of a Redis server, by its default configuration.
QUEUES = 16
_numbers = count(1)


@contextmanager
def new_database(migrated: bool = True) -> Iterator[dict[str, str]]:
    """The environment variables of a shop with an empty database, which is dropped at the end.

    There are none for SQLite, whose file is in the shop's own folder and is migrated by the caller.
    """
    if not IS_POSTGRESQL:
        yield {}
        return
    name = f"shop{next(_numbers)}"
    template = _migrated_template() if migrated else "template0"
    # Copying files takes two thirds of the processor time of writing each page to the log.
    _administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    queue = f"{_redis().url.removesuffix('0')}{int(name.removeprefix('shop')) % QUEUES}"
    redis.Redis.from_url(queue).flushdb()
    try:
        yield {"DATABASE_URL": url_of(name), "REDIS_URL": queue}
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def lasting_database() -> dict[str, str]:
    """The same, without an end: it is dropped with the server."""
    return _until_the_end().enter_context(new_database())


def migrate(config: Config) -> None:
    """Bring the current database up to date. A new SQLite file is a copy of one that has had all migrations."""
    file = Path(config.database_url.removeprefix("sqlite:///"))
    if config.database_url.startswith("sqlite:///") and not file.exists():
        shutil.copy(_migrated_file(), file)
    db.migrate(config)


@contextmanager
def another_connection(config: Config) -> "Iterator[sqlite3.Connection | psycopg.Connection[Any]]":
    """A connection to the shop's database beside the shop's own, as another program has. Commits at the end."""
    if IS_POSTGRESQL:
        with psycopg.connect(config.database_url) as connection:
            yield connection
        return
    with closing(sqlite3.connect(config.database_url.removeprefix("sqlite:///"), timeout=30)) as connection, connection:
        yield connection


@contextmanager
def locked(config: Config) -> Iterator[None]:
    """Nobody can write to the shop's database inside the block; readers are not affected."""
    with another_connection(config) as connection:
        if isinstance(connection, psycopg.Connection):
            until(lambda: _lock_all_tables(connection), "a moment in which nobody writes")
        else:
            connection.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def refusing_inserts(table: str, condition: str = "true") -> Iterator[None]:
    """Inserts of rows that meet the condition on NEW fail with an IntegrityError inside the block."""
    with _refusing("INSERT", table, condition):
        yield


@contextmanager
def refusing_updates(table: str, condition: str = "true") -> Iterator[None]:
    """Updates of rows that meet the condition on NEW and OLD fail with an IntegrityError inside the block."""
    with _refusing("UPDATE", table, condition):
        yield


@contextmanager
def _refusing(event: str, table: str, condition: str) -> Iterator[None]:
    if IS_POSTGRESQL:
        raises = "RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'broken';"
        db.db.execute_sql(
            f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises} END $$",
        )
        action = "FOR EACH ROW WHEN ({}) EXECUTE FUNCTION refuse()"
    else:
        action = "WHEN {} BEGIN SELECT RAISE(ABORT, 'broken'); END"
    db.db.execute_sql(f"CREATE TRIGGER refused BEFORE {event} ON {table} {action.format(condition)}")
    try:
        yield
    finally:
        db.db.execute_sql("DROP FUNCTION refuse CASCADE" if IS_POSTGRESQL else "DROP TRIGGER refused")


def deadlocks(config: Config) -> int:
    """How many deadlocks the server has ended in the shop's database. SQLite has one writer, and none."""
    if not IS_POSTGRESQL:
        return 0
    with another_connection(config) as connection:
        counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        found = connection.execute(counted).fetchone()
        return int(found[0]) if found else 0


def delete_all_rows() -> None:
    """Delete the rows of all tables."""
    delete_rows(reversed(ALL))


def delete_rows(models: Iterable[type[Model]]) -> None:
    """Delete all rows of these tables, one after another. Of documents as well, which the shop itself never deletes."""
    deletion = tuple(trigger for trigger in DOCUMENTS.triggers if trigger.event == "delete")
    with db.db.atomic():
        issued = Document.select().exists()
        if issued:
            drop_triggers(db.db.obj, {trigger.full_name: trigger.table for trigger in deletion})
        for model in models:
            model.delete().execute()
        if issued:
            create_triggers(db.db.obj, deletion)


def restart_numbering() -> None:
    """Number further rows of each table from its newest row, as SQLite does, and as after a restore."""
    if not IS_POSTGRESQL:
        return
    for model in ALL:
        table = model._meta.table_name
        (sequence,) = db.db.execute_sql("SELECT pg_get_serial_sequence(%s, 'id')", (table,)).fetchone()
        if sequence:
            newest = f'COALESCE((SELECT MAX(id) FROM "{table}"), 0)'
            db.db.execute_sql(f"SELECT setval(%s, {newest} + 1, false)", (sequence,))


def orders_in_copy(file: Path) -> int:
    """The number of orders in the copy of the database that a restore has kept."""
    if not IS_POSTGRESQL:
        with closing(sqlite3.connect(file)) as copy:
            return int(copy.execute("SELECT COUNT(*) FROM shop_order").fetchone()[0])
    programs = postgres.programs()
    assert programs is not None
    script = [programs / "pg_restore", "--data-only", "--table=shop_order", "--file=-", file]
    rows = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    return len(rows.partition("FROM stdin;\n")[2].partition("\n\\.")[0].splitlines())


def store(table: str, column: str, value: object, row_id: int) -> None:
    """Write a value past the models, for rows that the shop itself would not write."""
    mark = db.db.param
    db.db.execute_sql(f'UPDATE "{table}" SET "{column}" = {mark} WHERE id = {mark}', (value, row_id))


def url_of(name: str) -> str:
    """The URL of a database of the server."""
    return _server().replace("@/shop?", f"@/{name}?")


def _lock_all_tables(connection: "psycopg.Connection[Any]") -> bool:
    """Take all locks or none: waiting with some of them could deadlock with a writer."""
    tables = SQL(", ").join(Identifier(model._meta.table_name) for model in ALL)
    try:
        connection.execute(SQL("LOCK TABLE {} IN SHARE MODE NOWAIT").format(tables))
    except errors.LockNotAvailable:
        connection.rollback()
        return False
    return True


@cache
def _migrated_file() -> Path:
    """A SQLite file with all tables and no rows."""
    folder = _until_the_end().enter_context(tempfile.TemporaryDirectory())
    config = Config.from_environment({"INSTANCE_DIR": folder})
    with runtime.activate(runtime.Runtime(config)):
        db.migrate(config)
        db.close_connections()
    return Path(config.database_url.removeprefix("sqlite:///"))


@cache
def _migrated_template() -> str:
    """The name of a database with all tables and no rows."""
    _administer(f"CREATE DATABASE {MIGRATED}")
    with tempfile.TemporaryDirectory() as folder:
        config = Config.from_environment({"INSTANCE_DIR": folder, "DATABASE_URL": url_of(MIGRATED)})
        with runtime.activate(runtime.Runtime(config)):
            db.migrate(config)
            db.close_connections()
    return MIGRATED


def _administer(statement: str) -> None:
    parts = urlsplit(_server())
    host = parts.query.partition("=")[2]
    with psycopg.connect(host=host, user="shop", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


@cache
def _server() -> str:
    """The URL of a PostgreSQL server that runs until the test process ends."""
    return _until_the_end().enter_context(postgres.running_server()).url


@cache
def _redis() -> RedisServer:
    folder = _until_the_end().enter_context(tempfile.TemporaryDirectory(prefix="shop-redis-"))
    server = RedisServer(Path(folder))
    _until_the_end().callback(server.stop)
    return server


@cache
def _until_the_end() -> ExitStack:
    stack = ExitStack()
    atexit.register(stack.close)
    return stack
