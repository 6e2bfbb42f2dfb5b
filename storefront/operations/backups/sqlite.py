"""Backup and restore of a SQLite database with its online backup API, which works while the shop runs."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from storefront import db, payments
from storefront.config import Config
from storefront.operations.backups.contents import Contents, read_contents
from storefront.operations.backups.errors import BackupError
from storefront.runtime import Runtime, activate

# Time to wait while another program locks the database.
TIMEOUT_SECONDS = 30


class Sqlite:
    """The database of a shop whose DATABASE_URL names a file."""

    engine = "sqlite"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._path = Path(config.database_url.removeprefix("sqlite:///")).resolve()

    def exists(self) -> bool:
        """Whether the database file exists."""
        return self._path.exists()

    def dump(self, target: Path) -> tuple[tuple[str, ...], Contents]:
        """Copy the committed data to the new file `target`. Return the applied migrations, and what was copied."""
        if not self.exists():
            raise BackupError(f"there is no database yet at {self._path}")
        with _backup_errors("the database can't be copied"):
            try:
                _copy(self._path, target)
            except sqlite3.OperationalError as error:
                if db.storage_trouble(error) not in (db.StorageTrouble.READ_ONLY, db.StorageTrouble.AWAY):
                    raise
                _copy_files(self._path, target)
            return _migrations(target), self.contents(target)

    def contents(self, copy: Path) -> Contents:
        """What a copy holds."""
        with _backup_errors("the copy of the database can't be read"), closing(sqlite3.connect(copy)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {name: [row[1] for row in database.execute(f'PRAGMA table_info("{name}")')] for name in tables}
            return read_contents(database.execute, columns)

    def check(self, staged: Path) -> tuple[str, ...]:
        """Check the copy before it is restored. Return its applied migrations."""
        with _backup_errors("the backup's database is damaged"), closing(sqlite3.connect(staged)) as copy:
            if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupError("the backup's database is damaged")
        with _backup_errors("the backup's database is not a shop's"):
            return _migrations(staged)

    def upgrade(self, staged: Path, made_at: datetime) -> None:
        """Migrate the copy to this version's schema, and mark it as restored, before it replaces the database."""
        config = replace(self._config, database_url=f"sqlite:///{staged}")
        with activate(Runtime(config)):
            try:
                db.migrate(config, recompute=True)
                with db.connection():
                    payments.mark_restored(made_at)
            finally:
                db.close_connections()

    def restore(self, staged: Path, stamp: str) -> Path | None:
        """Replace the shop's database in one transaction. Return the copy of the previous one, if any."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # The lock keeps other processes from writing between the copy and the replacement.
        with _backup_errors("the database can't be replaced"), db.hold_write_lock(self._path):
            if not self.exists():
                self._create(staged)
                return None
            kept = self._path.with_name(f"{self._path.name}.before-{stamp}")
            try:
                _copy(self._path, kept)
            except sqlite3.OperationalError:
                # Locked or disk full: a new file would not help.
                kept.unlink(missing_ok=True)
                raise
            except sqlite3.DatabaseError:
                # The current database is damaged, which may be the reason for the restore.
                self._move_away(kept)
                self._create(staged)
            else:
                _copy(staged, self._path)
            return kept

    def drafts(self) -> list[Path]:
        """The unfinished copy that a restore into an empty folder can leave when it is killed."""
        return [self._path.with_name(f".{self._path.name}.restoring")]

    def _create(self, staged: Path) -> None:
        (draft,) = self.drafts()
        draft.unlink(missing_ok=True)
        _copy(staged, draft)
        draft.replace(self._path)

    def _move_away(self, kept: Path) -> None:
        # Move the write-ahead log too: SQLite would apply it to the new file.
        for ending in ("", "-wal", "-shm"):
            file = Path(f"{self._path}{ending}")
            if file.exists():
                file.replace(f"{kept}{ending}")


def _copy(source: Path, target: Path) -> None:
    """Copy the committed data to `target` in one transaction. `source` can be written meanwhile."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    with (
        closing(sqlite3.connect(f"file:{_quoted(source)}?mode=rw", uri=True, timeout=TIMEOUT_SECONDS)) as reading,
        closing(sqlite3.connect(target, timeout=TIMEOUT_SECONDS)) as writing,
    ):
        reading.backup(writing)


def _copy_files(source: Path, target: Path) -> None:
    """Copy a database on a read-only disk, where SQLite can't make the files beside it that reading needs.

    Nothing can write there, so the file and its write-ahead log belong together. Raises BackupError if one changes.
    """
    files = [(Path(f"{source}{ending}"), Path(f"{target}{ending}")) for ending in ("", "-wal")]
    before = _states(files)
    for original, copy in files:
        if original.exists():
            shutil.copyfile(original, copy)
    if _states(files) != before:
        raise BackupError(f"{source} is being written")
    with closing(sqlite3.connect(target)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise BackupError(f"{source} is damaged")


def _states(files: list[tuple[Path, Path]]) -> list[tuple[int, int]]:
    return [(file.stat().st_mtime_ns, file.stat().st_size) for file, _copy in files if file.exists()]


def _quoted(path: Path) -> str:
    return path.as_uri().removeprefix("file:")


def _migrations(path: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(path)) as database:
        return tuple(name for (name,) in database.execute("SELECT name FROM schema_migration ORDER BY name"))


@contextmanager
def _backup_errors(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{what}: {error}") from error
