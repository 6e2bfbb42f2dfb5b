"""Backup and restore of a PostgreSQL database with pg_dump, pg_restore and psql."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storefront import db
from storefront.config import Config
from storefront.models import ALL
from storefront.operations.backups.contents import Contents, read_contents
from storefront.operations.backups.copied_rows import load_rows
from storefront.operations.backups.errors import BackupError

# {major version: the first minor version whose programs have `\restrict`}. Later major versions have it.
RESTRICTING = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}

# Lines of `pg_restore --list`: "3421; 2620 16520 TRIGGER public shop_order derived_orders owner" and
# "3422; 1259 16521 INDEX public derived_order_search owner". Triggers need functions, and some indexes an extension.
_DERIVED = re.compile(r"\d+; \d+ \d+ (TRIGGER |INDEX public derived_)")


class Postgresql:
    """The database of a shop whose DATABASE_URL is postgresql://…"""

    engine = "postgresql"

    def __init__(self, config: Config) -> None:
        self._config = config
        parameters = conninfo_to_dict(config.database_url)
        # Not an argument: other users of this machine can read arguments.
        self._environment = {**os.environ, "PGPASSWORD": str(parameters.pop("password", "") or "")}
        if not self._environment["PGPASSWORD"]:
            del self._environment["PGPASSWORD"]
        self._database = f"--dbname={make_conninfo(**parameters)}"  # type: ignore[arg-type]  # its own output

    def exists(self) -> bool:
        """Whether the database has tables of a shop."""
        return bool(self._applied())

    def dump(self, target: Path) -> tuple[tuple[str, ...], Contents]:
        """Dump the committed data to `target` in pg_dump's custom format.

        Return the applied migrations, and what the database held at the moment of the dump.
        """
        applied = self._applied()
        if not applied:
            raise BackupError("the database that DATABASE_URL names has no tables of a shop yet")
        tables = [f"--table=public.{name}" for name in self._tables()]
        # They are computed from the others after the restore.
        tables += [f"--exclude-table-data=public.{name}" for name in sorted(db.derived_tables())]
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={target}")
        with psycopg.connect(self._config.database_url) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            # pg_dump reads the same state of the database as this connection, whatever others write.
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            self._run("pg_dump", *options, f"--snapshot={snapshot and snapshot[0]}", *tables)
            return applied, read_contents(partial(_query, connection), _columns(connection))

    def contents(self, copy: Path) -> Contents:
        """What a dump holds. It is read without a server: its rows go into a database in a file beside it."""
        statements = copy.with_suffix(".rows")
        self._run("pg_restore", "--data-only", f"--file={statements}", str(copy), database=False)
        try:
            with closing(sqlite3.connect(copy.with_suffix(".scratch"))) as scratch:
                columns = load_rows(statements, scratch)
                return read_contents(scratch.execute, columns)
        except (sqlite3.Error, UnicodeDecodeError, ValueError) as error:
            raise BackupError("the backup's database is not a shop's") from error

    def check(self, staged: Path) -> tuple[str, ...] | None:
        """Check a dump before it is restored. Return None: only the manifest lists its migrations."""
        for name in ("pg_restore", "psql"):
            _require_restricting(name)
        self._run("pg_restore", "--list", str(staged), database=False)
        return None

    def upgrade(self, staged: Path, made_at: datetime) -> None:
        """Does nothing: a dump can't be changed. The tables are migrated after the restore."""

    def restore(self, staged: Path, stamp: str) -> Path | None:
        """Replace the shop's tables in one transaction. Return the dump of the previous ones, if any."""
        kept = None
        if self.exists():
            kept = self._config.instance_dir / f"postgresql.before-{stamp}"
            os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self.dump(kept)
        statements, drop = staged.with_suffix(".sql"), staged.with_suffix(".drop.sql")
        options = ("--no-owner", "--no-privileges", f"--use-list={self._without_derived(staged)}")
        self._run("pg_restore", *options, f"--file={statements}", str(staged), database=False)
        # Includes tables that later migrations create: they would make those migrations fail.
        drop.write_text("".join(f'DROP TABLE IF EXISTS public."{name}" CASCADE;\n' for name in self._tables()))
        files = (f"--file={drop}", f"--file={statements}")
        self._run("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)
        return kept

    def drafts(self) -> list[Path]:
        """None: the tables are replaced inside the server."""
        return []

    def _without_derived(self, staged: Path) -> Path:
        """A file that lists the contents of a dump but for triggers and indexes of derived rows.

        What they need is not in the dump. The next step installs those of this version.
        """
        complete, kept = staged.with_suffix(".all"), staged.with_suffix(".list")
        self._run("pg_restore", "--list", f"--file={complete}", str(staged), database=False)
        lines = complete.read_text().splitlines(keepends=True)
        kept.write_text("".join(line for line in lines if not _DERIVED.match(line)))
        return kept

    def _tables(self) -> list[str]:
        """Names of the shop's tables that exist."""
        names = {model._meta.table_name for model in ALL} | {"schema_migration"} | db.derived_tables()
        with db.connection():
            return sorted(names & set(db.db.get_tables()))

    def _applied(self) -> tuple[str, ...]:
        with db.connection():
            return db.applied_migrations()

    def _run(self, name: str, *arguments: str, database: bool = True) -> None:
        connection = (self._database, "--no-password") if database else ()
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [_program(name), *arguments, *connection],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            reason = " ".join(done.stderr.split())[:300] or f"exit code {done.returncode}"
            raise BackupError(f"{name} failed: {reason}")


def _query(connection: psycopg.Connection[Any], statement: str) -> Iterable[Sequence[Any]]:
    return connection.execute(statement.encode())


def _columns(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """{table: its columns} of the shop's schema."""
    query = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    found: dict[str, list[str]] = {}
    for table, column in _query(connection, query):
        found.setdefault(table, []).append(column)
    return found


def _require_restricting(name: str) -> None:
    """Raise BackupError if this program has no `\restrict`: a dump could make it run any program on this machine.

    Source: postgresql.org/support/security/CVE-2025-8714 and CVE-2025-8715.
    """
    said = subprocess.run([_program(name), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    found = re.search(r"(\d+)\.(\d+)", said)
    major, minor = (int(found[1]), int(found[2])) if found else (0, 0)
    if major < min(RESTRICTING) or minor < RESTRICTING.get(major, 0):
        needed = ", ".join(f"{one}.{RESTRICTING[one]}" for one in sorted(RESTRICTING))
        raise BackupError(
            f"{name} {major}.{minor} does not stop commands that are hidden in a backup: it needs {needed} or newer"
        )


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is not on PATH: install the PostgreSQL client programs in the version of the server")
    return path
