"""Making a backup, also of a running shop."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from storefront import delivery, offers
from storefront.config import VERSION, Config
from storefront.db import StorageTrouble, connection, storage_trouble
from storefront.errors import UploadsUnavailable
from storefront.operations.backups import archive, delivered_files
from storefront.operations.backups.encrypted_file import encrypting
from storefront.operations.backups.engines import engine_of
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.key_encryption import Keys, encrypt_keys
from storefront.operations.backups.manifest import Manifest
from storefront.operations.backups.postgresql import Postgresql
from storefront.operations.backups.sqlite import Sqlite
from storefront.operations.backups.unused_copies import delete_unused_copies
from storefront.operations.backups.work_folder import BACKUP_PREFIX, work_folder
from storefront.operations.shared_keys import require_same_keys
from storefront.runtime import system_time

# Copies files to where they are kept with backups, and returns the checksums of those that are lost.
CopyFiles = Callable[[delivered_files.Files], list[str]]


@dataclass(frozen=True)
class BackupResult:
    """`size` is in bytes, `images` the number of image files. `has_keys`: the shop's encrypted keys are included.

    `files` is the number of delivered files, which are in `file_folder`; `missing` names those whose bytes are lost.
    `deleted` is the number of copies in that folder that no backup refers to any more.
    """

    path: Path
    size: int
    images: int
    has_keys: bool
    files: int
    file_folder: Path
    missing: list[str]
    deleted: int

    def lines(self) -> Iterator[str]:
        """What the command prints."""
        yield f"{self.path}: {self.size} bytes, the database and {self.images} image files"
        if self.files:
            yield f"{self.files} delivered files are copied once, in {self.file_folder}: keep it with the backup."
        for name in self.missing:
            yield f"This delivered file is lost: {name}"
        if self.deleted:
            yield f"{self.deleted} copies of delivered files that no backup here has listed for a month were deleted."
        if self.has_keys:
            yield "The file is encrypted with BACKUP_PASSPHRASE. The shop's keys are included."
        else:
            yield "The file is not encrypted: BACKUP_PASSPHRASE is not set."
            yield "The shop's keys are left out. Keep a copy of ENCRYPTION_KEYS."


def backup(config: Config, path: Path, copy_files: CopyFiles | None = None) -> BackupResult:
    """Write a backup to `path`, readable by its owner only. Replaces an existing file.

    `copy_files` copies the delivered files; by default into the folder beside `path`. Raises
    BackupError, and ConfigError if the keys of this host are not those of the database: the backup would have them.
    """
    if path.is_dir():
        raise BackupError(f"{path} is a folder: name the file to write")
    engine = engine_of(config)
    if isinstance(engine, Postgresql):
        with connection():
            require_same_keys(config)
    try:
        return _write(config, engine, path, copy_files or partial(delivered_files.copy_files, path))
    except OSError as error:
        # Writing to a full disk raises an error without a name.
        raise BackupError(f"{error.filename or path}: {error.strerror or error}") from error
    except UploadsUnavailable as error:
        raise BackupError(f"UPLOADS_URL: the uploaded files can't be read: {error}") from error
    except BackupError as error:
        if error.__cause__ is None or storage_trouble(error.__cause__) != StorageTrouble.FULL:
            raise
        raise BackupError(f"{path}: {error}") from error


def _write(config: Config, engine: Sqlite | Postgresql, path: Path, copy_files: CopyFiles) -> BackupResult:
    with (
        work_folder(path.resolve().parent, BACKUP_PREFIX) as work,
        _atomic_file(path, work / "archive") as file,
        encrypting(file, config.backup_passphrase) as target,
        archive.Writer(target) as writer,
    ):
        # Before and after the database copy, so that no image is missing that it refers to: images may be added or
        # deleted meanwhile.
        _add_images(writer)
        migrations, contents = engine.dump(work / "database")
        with (work / "database").open("rb") as database:
            writer.add(archive.DATABASE, iter(partial(database.read, archive.CHUNK), b""))
        _add_images(writer)
        # Those of the copied rows: a disk that can't be written lets its database be copied, but not opened. A file is
        # stored before its row, and is not deleted before nothing has referred to it for days.
        missing = copy_files(contents.files)
        manifest = Manifest(
            version=VERSION,
            made_at=system_time().isoformat(timespec="seconds"),
            engine=engine.engine,
            migrations=migrations,
            has_keys=bool(config.backup_passphrase),
            parts=writer.parts,
            files=contents.files,
            rows=contents.rows,
            sums=contents.sums,
        )
        writer.finish(manifest.dump(), _encrypted_keys(config, manifest.dump()))
    folder = path.resolve().parent / delivered_files.FOLDER
    return BackupResult(
        path=path,
        size=path.stat().st_size,
        images=len(manifest.parts) - 1,
        has_keys=manifest.has_keys,
        files=len(manifest.files),
        file_folder=folder,
        missing=contents.names_of(missing),
        deleted=delete_unused_copies(folder, config.backup_passphrase),
    )


def _encrypted_keys(config: Config, manifest: bytes) -> bytes | None:
    if not config.backup_passphrase:
        return None
    keys = Keys(",".join(config.secret_keys), ",".join(config.encryption_keys))
    return encrypt_keys(keys, config.backup_passphrase, manifest)


def _add_images(writer: archive.Writer) -> None:
    store = offers.upload_store()
    for key in sorted(filter(_is_archived, store.list_keys())):
        name = archive.UPLOADS + key
        if name in writer.parts:
            continue
        try:
            chunks = store.read(key)
        except FileNotFoundError:
            continue  # deleted meanwhile
        writer.add(name, chunks)


def _is_archived(key: str) -> bool:
    return offers.is_upload_key(key) and not delivery.is_file_key(key)


@contextmanager
def _atomic_file(path: Path, draft: Path) -> Iterator[IO[bytes]]:
    """The new file `draft`. It replaces `path` at the end of the block, unless the block raises."""
    with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
