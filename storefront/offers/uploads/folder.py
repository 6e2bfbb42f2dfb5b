"""Uploaded files in a folder. The folder has mode 0700 and its files 0600."""

import io
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

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


def _chunks(file: io.BufferedReader) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk
