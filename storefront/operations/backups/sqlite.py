"""SQLite's side: copied and put back through its online backup, so that a shop may go on meanwhile."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from storefront import db
from storefront.config import Config
from storefront.operations.backups.errors import BackupError
from storefront.runtime import Runtime, activate

# Seconds to wait for another program that holds the database.
TIMEOUT = 30


class Sqlite:
    """The database of a shop whose DATABASE_URL names a file."""

    engine = "sqlite"

    def __init__(self, config: Config) -> None:
        self._config = config
        self._path = Path(config.database_url.removeprefix("sqlite:///")).resolve()

    def exists(self) -> bool:
        """Whether there is a database to be kept."""
        return self._path.exists()

    def dump(self, target: Path) -> tuple[str, ...]:
        """Copy what is committed now into a new file; names of the migrations it has had."""
        if not self.exists():
            raise BackupError(f"there is no database yet at {self._path}")
        with _in_words("the database can't be copied"):
            _copy(self._path, target)
            return _migrations(target)

    def prepare(self, staged: Path) -> tuple[str, ...]:
        """Look at a copy before it is put back; names of the migrations it has had."""
        with _in_words("the backup's database is damaged"), closing(sqlite3.connect(staged)) as copy:
            if copy.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise BackupError("the backup's database is damaged")
        with _in_words("the backup's database is not a shop's"):
            return _migrations(staged)

    def upgrade(self, staged: Path) -> None:
        """Bring the copy to this version's schema, while nothing depends on it."""
        beside = replace(self._config, database_url=f"sqlite:///{staged}")
        with activate(Runtime(beside)):
            try:
                db.migrate(beside)
            finally:
                db.close_connections()

    def put_back(self, staged: Path, stamp: str) -> Path | None:
        """Make the copy the shop's database, in one transaction; where the previous one is kept."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _in_words("the database can't be replaced"), _turn(self._path):
            if not self.exists():
                self._put_new(staged)
                return None
            kept = self._path.with_name(f"{self._path.name}.before-{stamp}")
            try:
                _copy(self._path, kept)
            except sqlite3.OperationalError:
                # Locked, no room: nothing that another file would mend.
                kept.unlink(missing_ok=True)
                raise
            except sqlite3.DatabaseError:
                # What is there can't be read: that may be the very reason for a restore.
                self._move_aside(kept)
                self._put_new(staged)
            else:
                _copy(staged, self._path)
            return kept

    def _put_new(self, staged: Path) -> None:
        draft = self._path.with_name(f".{self._path.name}.restoring")
        draft.unlink(missing_ok=True)
        _copy(staged, draft)
        draft.replace(self._path)

    def _move_aside(self, kept: Path) -> None:
        # The log belongs to the file beside it: left there, it would be taken for the new one's.
        for ending in ("", "-wal", "-shm"):
            file = Path(f"{self._path}{ending}")
            if file.exists():
                file.replace(f"{kept}{ending}")


def _copy(source: Path, target: Path) -> None:
    """Copy committed pages into `target` in one transaction, without keeping writers of `source` away."""
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    with (
        closing(sqlite3.connect(f"file:{_quoted(source)}?mode=rw", uri=True, timeout=TIMEOUT)) as reading,
        closing(sqlite3.connect(target, timeout=TIMEOUT)) as writing,
    ):
        reading.backup(writing)


def _quoted(path: Path) -> str:
    return path.as_uri().removeprefix("file:")


def _migrations(path: Path) -> tuple[str, ...]:
    with closing(sqlite3.connect(path)) as database:
        return tuple(name for (name,) in database.execute("SELECT name FROM schema_migration ORDER BY name"))


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """The shop's processes write in turns (see turns.py): nobody's comes between keeping and replacing."""
    with Path(f"{path}-turn").open("a") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield


@contextmanager
def _in_words(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"{what}: {error}") from error
