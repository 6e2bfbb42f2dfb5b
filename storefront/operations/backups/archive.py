"""The zip file of a backup: writing it, and checking all of it before any part is used."""

import errno
import hashlib
import shutil
import stat
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from storefront.offers import is_upload_key
from storefront.operations.backups.encrypted_file import decrypted
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.manifest import Manifest, Part

MANIFEST, KEYS, DATABASE, UPLOADS = "manifest.json", "keys.sealed", "database", "uploads/"
MAX_MANIFEST, MAX_KEYS = 50_000_000, 1_000_000
CHUNK = 1 << 20
# Exceptions that reading a damaged zip file can raise.
DAMAGED_ZIP_ERRORS = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Writer:
    """Adds parts to a zip file. `parts` collects their sizes and checksums for the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w")
        self.parts: dict[str, Part] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add a part. Uploaded files are stored as they are, since they are compressed already."""
        digest, size = hashlib.sha256(), 0
        info = _entry(name, ZIP_STORED if name.startswith(UPLOADS) else ZIP_DEFLATED)
        with self._zip.open(info, "w", force_zip64=True) as target:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.parts[name] = Part(size, digest.hexdigest())

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        # Close it after an error too: an open ZipFile would write its directory when it is garbage-collected.
        self._zip.close()

    def finish(self, manifest: bytes, keys: bytes | None) -> None:
        """Add the manifest and the encrypted keys, as the last parts."""
        self._zip.writestr(_entry(MANIFEST, ZIP_DEFLATED), manifest)
        if keys is not None:
            self._zip.writestr(_entry(KEYS, ZIP_STORED), keys)


@dataclass(frozen=True)
class Unpacked:
    """A checked backup with its parts extracted to `folder`. `encrypted_keys` is None when it has no keys."""

    folder: Path
    manifest: Manifest
    manifest_bytes: bytes
    encrypted_keys: bytes | None


def unpack(path: Path, folder: Path, passphrase: str | None) -> Unpacked:
    """Check the whole file and extract its parts to the empty `folder`. Raises BackupError, OSError."""
    try:
        with decrypted(path, passphrase) as source, ZipFile(source) as file:
            entries = _entries(file)
            manifest_bytes = _read(file, entries, MANIFEST, MAX_MANIFEST)
            manifest = Manifest.load(manifest_bytes)
            encrypted_keys = _read(file, entries, KEYS, MAX_KEYS) if manifest.has_keys else None
            _check_against_manifest(entries, manifest, folder)
            (folder / UPLOADS).mkdir()
            for name, part in manifest.parts.items():
                _extract(file, entries[name], part, folder / name)
    except (*DAMAGED_ZIP_ERRORS, OSError) as error:
        # EINVAL means an impossible position in the file. Other OSErrors (no such file, disk full) are not damage.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise BackupError(f"{path} is damaged, or not a backup of a shop") from error
    return Unpacked(folder, manifest, manifest_bytes, encrypted_keys)


def read_manifest(path: Path, passphrase: str | None) -> Manifest:
    """The manifest of a backup, which is not checked otherwise. Raises BackupError, OSError."""
    try:
        with decrypted(path, passphrase) as source, ZipFile(source) as file:
            return Manifest.load(_read(file, {info.filename: info for info in file.infolist()}, MANIFEST, MAX_MANIFEST))
    except DAMAGED_ZIP_ERRORS as error:
        raise BackupError(f"{path} is damaged, or not a backup of a shop") from error


def _entries(file: ZipFile) -> dict[str, ZipInfo]:
    """All entries by name. Raises BackupError unless each is a regular file with an allowed, unique name."""
    entries: dict[str, ZipInfo] = {}
    for info in file.infolist():
        name = info.orig_filename
        kind = stat.S_IFMT(info.external_attr >> 16)
        regular = kind in (0, stat.S_IFREG) and info.compress_type in (ZIP_STORED, ZIP_DEFLATED)
        allowed = name in (MANIFEST, KEYS, DATABASE) or (
            name.startswith(UPLOADS) and is_upload_key(name.removeprefix(UPLOADS))
        )
        if not regular or not allowed or name in entries:
            raise BackupError(f"the backup contains an unexpected entry: {name!r}")
        entries[name] = info
    return entries


def _read(file: ZipFile, entries: dict[str, ZipInfo], name: str, max_size: int) -> bytes:
    if name not in entries:
        raise BackupError(f"the file is not a complete backup of a shop: it has no {name}")
    if entries[name].file_size > max_size:
        raise BackupError(f"the file is not a backup of a shop: its {name} is too large")
    with file.open(entries[name]) as source:
        return source.read(max_size)


def _check_against_manifest(entries: dict[str, ZipInfo], manifest: Manifest, folder: Path) -> None:
    """Raise BackupError unless the archive contains exactly what its manifest lists, and there is disk space for it."""
    unlisted = {MANIFEST, KEYS} if manifest.has_keys else {MANIFEST}
    if set(entries) != set(manifest.parts) | unlisted or DATABASE not in manifest.parts:
        raise BackupError("the backup does not contain what its manifest lists")
    if any(entries[name].file_size != part.size for name, part in manifest.parts.items()):
        raise BackupError("the sizes of the backup's files differ from its manifest")
    needed = sum(part.size for part in manifest.parts.values())
    if needed > shutil.disk_usage(folder).free:
        raise BackupError(f"there is not enough disk space for the backup: it needs {needed} bytes in {folder.parent}")


def _extract(file: ZipFile, info: ZipInfo, part: Part, target: Path) -> None:
    digest, size = hashlib.sha256(), 0
    with file.open(info) as source, target.open("xb") as copy:
        # The file can be larger than its entry claims. Stop one byte after the claimed size.
        while chunk := source.read(min(CHUNK, part.size + 1 - size)):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise BackupError(f"the backup is damaged: the checksum of {info.filename} differs from its manifest")


def _entry(name: str, compression: int) -> ZipInfo:
    info = ZipInfo(name)
    info.compress_type = compression
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info
