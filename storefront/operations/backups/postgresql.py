"""PostgreSQL's side: its own programs, as one transaction."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from storefront import db
from storefront.config import Config
from storefront.models import ALL
from storefront.operations.backups.errors import BackupError


class Postgresql:
    """The database of a shop whose DATABASE_URL is postgresql://…"""

    engine = "postgresql"

    def __init__(self, config: Config) -> None:
        self._config = config
        told = conninfo_to_dict(config.database_url)
        # An argument could be read by everybody on this machine.
        self._environment = {**os.environ, "PGPASSWORD": str(told.pop("password", "") or "")}
        if not self._environment["PGPASSWORD"]:
            del self._environment["PGPASSWORD"]
        self._database = f"--dbname={make_conninfo(**told)}"  # type: ignore[arg-type]  # what it said it takes

    def exists(self) -> bool:
        """Whether there is a database to be kept."""
        return bool(self._applied())

    def dump(self, target: Path) -> tuple[str, ...]:
        """Copy what is committed now into a file of pg_dump's own format; names of the migrations it has had."""
        applied = self._applied()
        if not applied:
            raise BackupError("there are no tables of a shop yet in the database that DATABASE_URL names")
        tables = [f"--table=public.{name}" for name in self._tables()]
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *tables, f"--file={target}")
        return applied

    def prepare(self, staged: Path) -> tuple[str, ...] | None:
        """Look at a dump before it is put back; None: it doesn't tell its migrations, the manifest does."""
        self._run("pg_restore", "--list", str(staged), database=False)
        _program("psql")
        return None

    def upgrade(self, staged: Path) -> None:
        """A dump can't be migrated; the restored tables are."""

    def put_back(self, staged: Path, stamp: str) -> Path | None:
        """Replace the shop's tables in one transaction; where a dump of the previous ones is kept."""
        kept = None
        if self.exists():
            kept = self._config.instance_dir / f"postgresql.before-{stamp}"
            os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            self.dump(kept)
        statements, drop = staged.with_suffix(".sql"), staged.with_suffix(".drop.sql")
        self._run("pg_restore", "--no-owner", "--no-privileges", f"--file={statements}", str(staged), database=False)
        # Also the tables that only a later version made: they would stand in its migrations' way.
        drop.write_text("".join(f'DROP TABLE IF EXISTS public."{name}" CASCADE;\n' for name in self._tables()))
        files = (f"--file={drop}", f"--file={statements}")
        self._run("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)
        return kept

    def _tables(self) -> list[str]:
        """The shop's tables that there are."""
        names = {model._meta.table_name for model in ALL} | {"schema_migration"}
        with db.connection():
            return sorted(names & set(db.db.get_tables()))

    def _applied(self) -> tuple[str, ...]:
        with db.connection():
            return db.applied_migrations()

    def _run(self, name: str, *arguments: str, database: bool = True) -> None:
        where = (self._database, "--no-password") if database else ()
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, no shell
            [_program(name), *arguments, *where],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode:
            said = " ".join(done.stderr.split())[:300] or f"exit code {done.returncode}"
            raise BackupError(f"{name} could not do it: {said}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"{name} is not on PATH: install PostgreSQL's client programs of the server's version")
    return found
