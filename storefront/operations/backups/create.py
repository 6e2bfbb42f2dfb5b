"""Make a backup of a shop that may be running."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from storefront import offers
from storefront.config import VERSION, Config
from storefront.operations.backups import archive
from storefront.operations.backups.engines import side_of
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.key_encryption import Keys, seal
from storefront.operations.backups.manifest import Manifest
from storefront.runtime import system_time


@dataclass(frozen=True)
class Made:
    """`size` in bytes; `has_keys` whether the shop's keys are in it, sealed."""

    path: Path
    size: int
    pictures: int
    has_keys: bool


def backup(config: Config, path: Path) -> Made:
    """Write a backup to `path`, in place of what stands there, readable by its owner only. Raises Refused, OSError."""
    if path.is_dir():
        raise BackupError(f"{path} is a folder: say which file to write")
    side = side_of(config)
    work = Path(tempfile.mkdtemp(prefix=".backup-", dir=path.resolve().parent))
    try:
        with _appearing(path) as file, archive.Writer(file) as writer:
            # Before and after: a picture that is deleted or added while the database is copied is there all the same.
            _add_pictures(writer)
            migrations = side.dump(work / "database")
            writer.add(archive.DATABASE, work / "database")
            _add_pictures(writer)
            manifest = Manifest(
                version=VERSION,
                made_at=system_time().isoformat(timespec="seconds"),
                engine=side.engine,
                migrations=migrations,
                has_keys=bool(config.backup_passphrase),
                parts=writer.parts,
            )
            writer.finish(manifest.dump(), _sealed(config, manifest.dump()))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Made(path, path.stat().st_size, len(manifest.parts) - 1, manifest.has_keys)


def _sealed(config: Config, manifest: bytes) -> bytes | None:
    if not config.backup_passphrase:
        return None
    return seal(Keys(config.secret_key, ",".join(config.encryption_keys)), config.backup_passphrase, manifest)


def _add_pictures(writer: archive.Writer) -> None:
    for file in sorted(offers.image_folder().glob("*")):
        name = archive.UPLOADS + file.name
        if name in writer.parts or not archive.UPLOAD_NAME.fullmatch(file.name):
            continue
        if file.is_symlink() or not file.is_file():
            continue
        try:
            writer.add(name, file)
        except FileNotFoundError:
            continue  # deleted this very moment


@contextmanager
def _appearing(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears at `path` when it is whole, or not at all."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
