"""What is known of stored bytes, and of the address that an object store gives them to others for a time."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class StoredContent:
    """`hash` is the SHA-256 checksum in hexadecimal digits, `size` in bytes; `head` are the first bytes."""

    hash: str
    size: int
    head: bytes


@dataclass(frozen=True)
class SignedAddress:
    """How long an address works, and the headers with which the object store answers there."""

    seconds: int
    content_type: str
    disposition: str


class Fingerprint:
    """Computes the `StoredContent` of chunks while they pass."""

    HEAD_BYTES = 4096

    def __init__(self) -> None:
        self._digest, self._size, self._head = hashlib.sha256(), 0, b""

    def of(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks."""
        for chunk in chunks:
            self._digest.update(chunk)
            self._size += len(chunk)
            if len(self._head) < self.HEAD_BYTES:
                self._head = (self._head + chunk)[: self.HEAD_BYTES]
            yield chunk

    def content(self) -> StoredContent:
        """Of all chunks that have passed."""
        return StoredContent(self._digest.hexdigest(), self._size, self._head)
