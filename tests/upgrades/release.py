"""The releases whose shops are kept here: what is in a release's folder, and how it comes into a database."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playhouse.migrations import Runner
from psycopg.sql import SQL, Identifier, Placeholder

from storefront import db, runtime
from storefront.config import Config
from storefront.db.migration import MIGRATIONS

DATA = Path(__file__).parent / "data"
# Version 0.1.0 left a shop for the tests of names, before this folder existed.
FIRST = Path(__file__).parent.parent / "compatibility" / "data"
DATABASE, STRIPE, EXPECTED = "storefront.db", "stripe.db", "expected.json"
KEY_FILES = {"SECRET_KEY": "secret_key", "ENCRYPTION_KEYS": "encryption_keys"}
# The state of each payment that was left open.
UNPAID, PAID_AT_STRIPE, ASKED = "unpaid", "paid at Stripe", "asked for 3-D Secure"
LEFT_OPEN = (UNPAID, PAID_AT_STRIPE, ASKED)
MIGRATION_TABLE = "schema_migration"


@dataclass(frozen=True)
class Release:
    """A folder with the SQLite database that a release left. `stripe` is Stripe's side of it, if it was kept."""

    version: str
    folder: Path

    @property
    def expected(self) -> dict[str, Any]:
        """`environment` has the keys, `rows` the number of rows by table, `pending` the open payments."""
        found: dict[str, Any] = json.loads((self.folder / EXPECTED).read_text())
        return found

    @property
    def stripe(self) -> Path | None:
        file = self.folder / STRIPE
        return file if file.exists() else None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the database as the release left it."""
        return _rows(self.folder / DATABASE, query)

    def install(self, instance: Path) -> None:
        """Put database, pictures and keys into the folder of a shop."""
        instance.mkdir(parents=True)
        shutil.copy(self.folder / DATABASE, instance)
        shutil.copytree(self.folder / "uploads", instance / "uploads")
        for variable, name in KEY_FILES.items():
            (instance / name).write_text(self.expected["environment"][variable])

    def load_into(self, config: Config, scratch: Path) -> None:
        """Make the tables of the release in an empty PostgreSQL by its own migrations, and copy all rows into them."""
        scratch.mkdir()
        applied = {name for (name,) in self.rows(f"SELECT name FROM {MIGRATION_TABLE}")}
        for file in MIGRATIONS.glob("[0-9]*.py"):
            if file.stem in applied:
                shutil.copy(file, scratch)
        with runtime.activate(runtime.Runtime(config)):
            with db.connection():
                list(Runner(db.db.obj, str(scratch)).up())
            db.close_connections()
        with psycopg.connect(config.database_url) as target:
            # References are checked again by the tests that read the rows.
            target.execute("SET session_replication_role = replica")
            for table in self._copied_tables(target):
                self._copy(table, target)

    def _copied_tables(self, target: "psycopg.Connection[Any]") -> list[str]:
        """Without what is computed from other rows: as after a restore, it is computed again."""
        there = target.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        here = {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
        tables = {name for (name,) in there.fetchall()} & here
        return sorted(tables - db.derived_tables() - {MIGRATION_TABLE})

    def _copy(self, table: str, target: "psycopg.Connection[Any]") -> None:
        query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
        types: dict[str, str] = dict(target.execute(query, (table,)).fetchall())
        columns = [name for (name,) in self.rows(f"SELECT name FROM pragma_table_info('{table}')")]
        assert set(columns) == set(types), f"{table} has other columns on PostgreSQL"
        # A migration gives every database the shop's id.
        target.execute(SQL("DELETE FROM {}").format(Identifier(table)))
        statement = SQL("INSERT INTO {} ({}) VALUES ({})").format(
            Identifier(table), SQL(", ").join(map(Identifier, columns)), SQL(", ").join([Placeholder()] * len(columns))
        )
        names = ", ".join(f'"{name}"' for name in columns)
        with target.cursor() as cursor:
            rows = self.rows(f'SELECT {names} FROM "{table}"')
            cursor.executemany(statement, [_typed(row, columns, types) for row in rows])
        if "id" in types:
            sequence = target.execute("SELECT pg_get_serial_sequence(%s, 'id')", (f'"{table}"',)).fetchone()
            if sequence and sequence[0]:
                newest = SQL("SELECT setval(%s, COALESCE((SELECT MAX(id) FROM {}), 0) + 1, false)")
                target.execute(newest.format(Identifier(table)), (sequence[0],))


def releases() -> Iterator[Release]:
    """All releases, oldest first."""
    yield Release("0.1.0", FIRST)
    for folder in sorted(DATA.iterdir(), key=lambda folder: [int(part) for part in folder.name.split(".")]):
        yield Release(folder.name, folder)


def _typed(row: tuple[Any, ...], columns: list[str], types: dict[str, str]) -> list[Any]:
    """SQLite stores true and false as numbers."""
    return [
        bool(value) if value is not None and types[name] == "boolean" else value
        for name, value in zip(columns, row, strict=True)
    ]


def _rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        return connection.execute(query).fetchall()
