"""Uploaded files in a folder. The folder has mode 0700 and its files 0600."""

import io
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from storefront.offers.uploads.content import Fingerprint, SignedAddress, StoredContent

CHUNK = 1 << 18


class UploadFolder:
    """Implements `UploadStore`. The folder is created with the first file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Write a hidden draft and rename it. Raises OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f".{key}.{secrets.token_hex(4)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(chunks)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self.folder / key)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def read(self, key: str) -> Iterator[bytes]:
        """The file's bytes in chunks. Raises FileNotFoundError."""
        return _chunks((self.folder / key).open("rb"))

    def delete(self, key: str) -> None:
        """Delete the file, if there is one."""
        (self.folder / key).unlink(missing_ok=True)

    def exists(self, key: str) -> bool:
        """Whether there is a file."""
        return (self.folder / key).is_file()

    def list_keys(self) -> Iterator[str]:
        """The names of the regular files, without drafts."""
        for file in self.folder.glob("[!.]*"):
            if file.is_file() and not file.is_symlink():
                yield file.name

    def local_path(self, key: str) -> Path | None:
        """The path of the file, which may not exist."""
        return self.folder / key

    def add_part(self, upload: str, offset: int, chunks: Iterable[bytes]) -> int:
        """Write a part at its place in a hidden file. What an attempt before has written from there on is cut off."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = 0
        with os.fdopen(os.open(self._draft(upload), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600), "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            for chunk in chunks:
                file.write(chunk)
                size += len(chunk)
            file.flush()
            os.fsync(file.fileno())
        return size

    def join_parts(self, upload: str, key_of: Callable[[str], str]) -> StoredContent:
        """Read the hidden file once for its checksum, and rename it. Raises FileNotFoundError, OSError."""
        draft, print_ = self._draft(upload), Fingerprint()
        for _chunk in print_.of(_chunks(draft.open("rb"))):
            pass
        content = print_.content()
        if self.exists(key_of(content.hash)):
            draft.unlink()
        else:
            draft.replace(self.folder / key_of(content.hash))
        return content

    def drop_parts(self, upload: str) -> None:
        """Delete the hidden file, if there is one."""
        self._draft(upload).unlink(missing_ok=True)

    def drop_old_parts(self, seconds: float) -> None:
        """Delete hidden files that nobody has written to for so long, also those of killed processes."""
        for file in self.folder.glob(".*"):
            try:
                if file.is_file() and file.stat().st_mtime < time.time() - seconds:
                    file.unlink()
            except FileNotFoundError:
                continue

    def free_bytes(self) -> int | None:
        """The room on the folder's disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free

    def signed_address(self, _key: str, _signed: SignedAddress) -> str | None:
        """None: the shop sends the file."""
        return None

    def _draft(self, upload: str) -> Path:
        return self.folder / f".part-{upload}"


def _chunks(file: io.BufferedReader) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
