"""A backup is one zip file. Nothing in it is believed before all of it has been looked at."""

import errno
import hashlib
import re
import shutil
import stat
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.manifest import Manifest, Part

MANIFEST, KEYS, DATABASE, UPLOADS = "manifest.json", "keys.sealed", "database", "uploads/"
# Every name that may stand in a backup: no folders but one, no dots to climb up with.
UPLOAD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}(\.[A-Za-z0-9]{1,8})?")
MAX_MANIFEST, MAX_KEYS = 50_000_000, 1_000_000
CHUNK = 1 << 20
# All that reading a damaged zip file may raise.
DAMAGES = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError)


class Writer:
    """Adds parts to a zip file and remembers what the manifest says of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = ZipFile(file, "w")
        self.parts: dict[str, Part] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file; pictures are compressed already. Raises FileNotFoundError, with nothing added."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source:
            info = _entry(name, ZIP_STORED if name.startswith(UPLOADS) else ZIP_DEFLATED)
            with self._zip.open(info, "w", force_zip64=True) as target:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
        self.parts[name] = Part(size, digest.hexdigest())

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_error: object) -> None:
        # Also when something went wrong: a zip file left open writes its directory whenever it is let go.
        self._zip.close()

    def finish(self, manifest: bytes, keys: bytes | None) -> None:
        """Add the manifest and the sealed keys, the last there is to add."""
        self._zip.writestr(_entry(MANIFEST, ZIP_DEFLATED), manifest)
        if keys is not None:
            self._zip.writestr(_entry(KEYS, ZIP_STORED), keys)


@dataclass(frozen=True)
class Unpacked:
    """A backup that was looked at, its parts laid out in `folder`; `sealed` are its keys."""

    folder: Path
    manifest: Manifest
    manifest_bytes: bytes
    sealed: bytes | None


def unpack(path: Path, folder: Path) -> Unpacked:
    """Look at everything and lay the parts out in an empty folder. Raises Refused; then the folder is worthless."""
    try:
        with ZipFile(path) as file:
            entries = _entries(file)
            manifest_bytes = _small(file, entries, MANIFEST, MAX_MANIFEST)
            manifest = Manifest.load(manifest_bytes)
            sealed = _small(file, entries, KEYS, MAX_KEYS) if manifest.has_keys else None
            _compare(entries, manifest, folder)
            (folder / UPLOADS).mkdir(mode=0o755)
            for name, part in manifest.parts.items():
                _lay_out(file, entries[name], part, folder / name)
    except (*DAMAGES, OSError) as error:
        # EINVAL: a place in the file that can't be. No such file or no room speak for themselves.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise BackupError(f"{path} is damaged, or not a backup of a shop") from error
    return Unpacked(folder, manifest, manifest_bytes, sealed)


def _entries(file: ZipFile) -> dict[str, ZipInfo]:
    """The entries by name, when each is a plain file with a name that may be there, once."""
    entries: dict[str, ZipInfo] = {}
    for info in file.infolist():
        name = info.orig_filename
        kind = stat.S_IFMT(info.external_attr >> 16)
        plain = kind in (0, stat.S_IFREG) and info.compress_type in (ZIP_STORED, ZIP_DEFLATED)
        known = name in (MANIFEST, KEYS, DATABASE) or (
            name.startswith(UPLOADS) and UPLOAD_NAME.fullmatch(name.removeprefix(UPLOADS))
        )
        if not plain or not known or name in entries:
            raise BackupError(f"the backup holds something that does not belong there: {name!r}")
        entries[name] = info
    return entries


def _small(file: ZipFile, entries: dict[str, ZipInfo], name: str, most: int) -> bytes:
    if name not in entries:
        raise BackupError(f"the file is not a whole backup of a shop: it has no {name}")
    if entries[name].file_size > most:
        raise BackupError(f"the file is not a backup of a shop: its {name} is too large")
    with file.open(entries[name]) as source:
        return source.read(most)


def _compare(entries: dict[str, ZipInfo], manifest: Manifest, folder: Path) -> None:
    """The archive holds what its manifest says, no more and no less, and there is room for it."""
    around = {MANIFEST, KEYS} if manifest.has_keys else {MANIFEST}
    if set(entries) != set(manifest.parts) | around or DATABASE not in manifest.parts:
        raise BackupError("the backup does not hold what its manifest says")
    if any(entries[name].file_size != part.size for name, part in manifest.parts.items()):
        raise BackupError("the backup's files have not the sizes that its manifest says")
    needed = sum(part.size for part in manifest.parts.values())
    if needed > shutil.disk_usage(folder).free:
        raise BackupError(f"there is no room for the backup: it needs {needed} bytes in {folder.parent}")


def _lay_out(file: ZipFile, info: ZipInfo, part: Part, target: Path) -> None:
    digest, size = hashlib.sha256(), 0
    with file.open(info) as source, target.open("xb") as copy:
        # The size that the directory claims may be a lie: never more than that reaches the disk.
        while chunk := source.read(min(CHUNK, part.size + 1 - size)):
            digest.update(chunk)
            size += len(chunk)
            copy.write(chunk)
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise BackupError(f"the backup is damaged: {info.filename} has another checksum than its manifest says")


def _entry(name: str, compression: int) -> ZipInfo:
    info = ZipInfo(name)
    info.compress_type = compression
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info
