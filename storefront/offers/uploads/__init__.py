"""Files that people have uploaded: in a folder of this host, or in an object store that all hosts share.

Small ones are written at once. Large ones arrive in parts and get a key made of their content.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

from storefront.offers.uploads.content import SignedAddress, StoredContent
from storefront.offers.uploads.folder import UploadFolder
from storefront.offers.uploads.object_store import ObjectStore
from storefront.runtime import Runtime, current

__all__ = ["SignedAddress", "StoredContent", "UploadStore", "is_upload_key", "open_store", "upload_store"]

# Names of stored files: no subfolders, no "..", nothing hidden.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}(\.[A-Za-z0-9]{1,8})?")


class UploadStore(Protocol):
    """Where uploaded files are stored, by key. Callers make keys with `is_upload_key`, and make them hard to guess.

    Each method raises UploadsUnavailable when an object store doesn't answer or refuses, and OSError for a folder.
    """

    def write(self, key: str, chunks: Iterable[bytes]) -> None:
        """Store a file, whole or not at all. One that has the key already is replaced."""

    def read(self, key: str) -> Iterator[bytes]:
        """Open a file and return its bytes in chunks. Raises FileNotFoundError, before the first chunk."""

    def delete(self, key: str) -> None:
        """Delete a file, if there is one."""

    def exists(self, key: str) -> bool:
        """Whether there is a file."""

    def list_keys(self) -> Iterator[str]:
        """The keys of all files, in no order; perhaps other files' names too. Parts of uploads are not among them."""

    def add_part(self, upload: str, offset: int, chunks: Iterable[bytes]) -> int:
        """Store a part of a file that arrives in several, at its place; return its size. `upload` is a `public_id`."""

    def join_parts(self, upload: str, key_of: Callable[[str], str]) -> StoredContent:
        """Store the file whose parts have all arrived under the key that `key_of` makes of its SHA-256 checksum.

        A file that has the key already stays: it has the same bytes.
        """

    def drop_parts(self, upload: str) -> None:
        """Delete the parts of an upload, if there are any."""

    def drop_old_parts(self, seconds: float) -> None:
        """Delete what uploads have left that nobody has continued for so long. `upload` rows are the caller's."""

    def free_bytes(self) -> int | None:
        """The room on the disk; None where it isn't known."""

    def signed_address(self, key: str, signed: SignedAddress) -> str | None:
        """A public address of the file for a time; None for a folder."""

    def local_path(self, key: str) -> Path | None:
        """The path of the file, which may not exist; None for an object store."""


def is_upload_key(name: str) -> bool:
    """Whether a name may be the key of a file."""
    return _KEY.fullmatch(name) is not None


def upload_store() -> UploadStore:
    """Where the current shop stores uploaded files."""
    store: UploadStore = current().resource(_open)
    return store


def open_store(url: str, variables: Mapping[str, str]) -> UploadStore:
    """The store at `url`: the path of a folder, or s3://bucket/prefix with the AWS_ `variables`."""
    return ObjectStore(url, variables) if url.startswith("s3://") else UploadFolder(Path(url))


def _open(runtime: Runtime) -> UploadStore:
    return open_store(runtime.config.uploads_url, runtime.config.object_store)
