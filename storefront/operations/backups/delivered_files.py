"""Delivered files in backups: listed in the manifest by checksum, and copied once into a folder beside the archives.

All backups of a folder share these copies, so a second backup copies only what is new.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from storefront import delivery, offers
from storefront.config import Config
from storefront.errors import UploadsUnavailable
from storefront.models import StoredFile
from storefront.operations.backups.errors import BackupError

FOLDER = "delivered-files"
CHUNK = 1 << 20
# {SHA-256 checksum: size in bytes}
Files = Mapping[str, int]


def copy_files(archive: Path, files: Files) -> list[str]:
    """Copy the files that are not in the folder beside the archive yet. Return the checksums of those that are lost.

    Raises OSError, UploadsUnavailable.
    """
    folder = archive.resolve().parent / FOLDER
    if files:
        folder.mkdir(mode=0o700, exist_ok=True)
    return [checksum for checksum, size in files.items() if not _is_copied(folder, checksum, size)]


def upload_files(store: offers.UploadStore, files: Files) -> list[str]:
    """Copy the files that `store` does not have yet. Return the checksums of those that are lost.

    Raises OSError, UploadsUnavailable.
    """
    present = set(store.list_keys()) if files else set()
    return [checksum for checksum in files if checksum not in present and not _is_uploaded(store, checksum)]


def files_missing_beside(archive: Path, files: Files) -> list[str]:
    """The checksums of the files of a backup whose copies beside it are missing or damaged. Reads all of them."""
    folder = archive.resolve().parent / FOLDER
    return [checksum for checksum, size in files.items() if not _is_intact(folder / checksum, checksum, size)]


def restore_files(config: Config, archive: Path, files: Files, previous: Path | None) -> list[str]:
    """Bring the files of a backup back to where UPLOADS_URL says; return the checksums of those that are missing.

    They come from the folder of uploads before the restore (`previous`), else from the folder beside the archive.
    Raises BackupError.
    """
    store, beside = offers.upload_store(), archive.resolve().parent / FOLDER
    missing = []
    try:
        for checksum, size in files.items():
            key = delivery.file_key(checksum)
            if store.exists(key) or _is_linked(config, previous, key, size):
                continue
            if _is_intact(beside / checksum, checksum, size):
                with (beside / checksum).open("rb") as file:
                    store.write(key, iter(partial(file.read, CHUNK), b""))
            else:
                missing.append(checksum)
    except UploadsUnavailable as error:
        raise BackupError(f"UPLOADS_URL: the delivered files can't be written: {error}") from error
    return missing


def names_of(checksums: Iterable[str]) -> list[str]:
    """What the owner calls the files with these checksums, each with its checksum."""
    return [f"{StoredFile.name_of(checksum)} ({checksum})" for checksum in checksums]


def _is_linked(config: Config, previous: Path | None, key: str, size: int) -> bool:
    """Whether the file was in the previous folder and now is in the present one, too. It takes no room twice."""
    source = previous / key if previous else None
    if source is None or not source.is_file() or source.stat().st_size != size:
        return False
    with suppress(OSError):
        os.link(source, Path(config.uploads_url) / key)
        return True
    return False


def _is_copied(folder: Path, checksum: str, size: int) -> bool:
    target = folder / checksum
    if target.is_file() and target.stat().st_size == size:
        # Its time says when a backup last listed it.
        os.utime(target)
        return True
    try:
        chunks = offers.upload_store().read(delivery.file_key(checksum))
    except FileNotFoundError:
        return False
    return _write(target, chunks, checksum)


def _is_uploaded(store: offers.UploadStore, checksum: str) -> bool:
    digest = hashlib.sha256()

    def hashed(chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            digest.update(chunk)
            yield chunk

    try:
        store.write(checksum, hashed(offers.upload_store().read(delivery.file_key(checksum))))
    except FileNotFoundError:
        return False
    if digest.hexdigest() != checksum:
        store.delete(checksum)
        return False
    return True


def _write(target: Path, chunks: Iterator[bytes], checksum: str) -> bool:
    """Write a copy; whether its bytes have the checksum. A copy appears only when it is complete."""
    draft, digest = target.with_name(f".{checksum}.{secrets.token_hex(4)}"), hashlib.sha256()
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != checksum:
            return False
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return True


def _is_intact(path: Path, checksum: str, size: int) -> bool:
    if not path.is_file() or path.stat().st_size != size:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == checksum
