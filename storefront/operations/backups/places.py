"""Where scheduled backups go: a folder of this host, or an S3-compatible object store."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

from storefront import offers
from storefront.config import Config
from storefront.errors import UploadsUnavailable
from storefront.operations.backups import archive, delivered_files
from storefront.operations.backups.create import BackupResult, backup
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.work_folder import BACKUP_PREFIX, work_folder


class BackupPlace(Protocol):
    """Each method raises BackupError, or OSError for a folder."""

    def make(self, name: str) -> BackupResult:
        """Make a backup with this name. It appears when it is complete."""

    def names(self) -> list[str]:
        """The names of all files there."""

    def delete(self, name: str) -> None:
        """Delete a backup, if it is there."""


def backup_place(config: Config) -> BackupPlace:
    """The place that BACKUP_URL names. It must be set."""
    return _StorePlace(config) if config.backup_url.startswith("s3://") else _FolderPlace(config)


class _FolderPlace:
    def __init__(self, config: Config) -> None:
        self._config, self._folder = config, Path(config.backup_url)

    def make(self, name: str) -> BackupResult:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return backup(self._config, self._folder / name)

    def names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir() if path.is_file()]

    def delete(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)


class _StorePlace:
    """Backups are objects below the prefix, and the copies of delivered files are below `delivered-files/` there."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._archives = offers.open_store(config.backup_url, config.object_store)
        self._copies = offers.open_store(f"{config.backup_url}/{delivered_files.FOLDER}", config.object_store)

    def make(self, name: str) -> BackupResult:
        with work_folder(self._config.instance_dir, BACKUP_PREFIX) as folder, _store_errors():
            made = backup(self._config, folder / name, partial(delivered_files.upload_files, self._copies))
            with (folder / name).open("rb") as file:
                self._archives.write(name, iter(partial(file.read, archive.CHUNK), b""))
        return made

    def names(self) -> list[str]:
        with _store_errors():
            return [key for key in self._archives.list_keys() if "/" not in key]

    def delete(self, name: str) -> None:
        with _store_errors():
            self._archives.delete(name)


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except UploadsUnavailable as error:
        raise BackupError(f"BACKUP_URL: {error}") from error
