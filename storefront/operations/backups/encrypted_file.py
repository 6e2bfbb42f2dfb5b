"""A backup encrypted as a whole with a passphrase: a file that is written in order, and read at any place.

The format: MAGIC, a salt, then chunks of 64 KiB, each encrypted with ChaCha20-Poly1305. The key is made of passphrase
and salt by scrypt, so it belongs to this file alone. The nonce of a chunk is its number and whether it is the last one:
no chunk can be changed, exchanged or cut off. This is the STREAM construction (eprint.iacr.org/2015/189) with the
nonces of age (github.com/C2SP/C2SP/blob/main/age.md, "Payload").
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.key_encryption import SALT_BYTES, derive_key

MAGIC = b"storefront-backup-2\n"
CHUNK, TAG = 1 << 16, 16
_HEADER = len(MAGIC) + SALT_BYTES


@contextmanager
def encrypting(file: IO[bytes], passphrase: str | None) -> Iterator[IO[bytes]]:
    """A file whose bytes are written to `file` encrypted; `file` itself without a passphrase.

    It can't seek. After an error `file` is left without its last chunk, so nobody can read it.
    """
    if not passphrase:
        yield file
        return
    target = _Encrypting(file, passphrase)
    yield cast(IO[bytes], target)
    target.finish()


@contextmanager
def decrypted(path: Path, passphrase: str | None) -> Iterator[IO[bytes]]:
    """The bytes of a backup that may be encrypted. They are decrypted when they are read, never onto a disk.

    Raises BackupError, also while reading: no or a wrong passphrase, or a changed file. Raises OSError.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            file.seek(0)
            yield file
            return
        if not passphrase:
            raise BackupError(f"{path} is encrypted: set BACKUP_PASSPHRASE to the passphrase that it was made with")
        yield io.BufferedReader(_Decrypted(file, passphrase), CHUNK)


def is_encrypted(path: Path) -> bool:
    """Whether the backup is encrypted as a whole. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


class _Encrypting:
    """Has what a ZipFile needs of a file that can't seek."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        salt = os.urandom(SALT_BYTES)
        self._file, self._header = file, MAGIC + salt
        self._cipher = ChaCha20Poly1305(derive_key(passphrase, salt))
        self._waiting, self._number = bytearray(), 0
        file.write(self._header)

    def write(self, data: bytes) -> int:
        self._waiting += data
        # The last chunk is written by `finish`, also if it is a full one.
        while len(self._waiting) > CHUNK:
            self._write_chunk(is_last=False)
        return len(data)

    def flush(self) -> None:
        """Chunks are written when they are full."""

    def finish(self) -> None:
        self._write_chunk(is_last=True)

    def _write_chunk(self, is_last: bool) -> None:
        chunk = bytes(self._waiting[:CHUNK])
        del self._waiting[:CHUNK]
        self._file.write(self._cipher.encrypt(_nonce(self._number, is_last), chunk, self._header))
        self._number += 1


class _Decrypted(io.RawIOBase):
    """The first and the last chunk are read at once: the passphrase fits, and nothing was cut off."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        super().__init__()
        self._file = file
        file.seek(0)
        self._header = file.read(_HEADER)
        length = file.seek(0, os.SEEK_END) - _HEADER
        self._chunks = max(1, -(-length // (CHUNK + TAG)))
        self._size, self._position = length - self._chunks * TAG, 0
        self._cipher = ChaCha20Poly1305(derive_key(passphrase, self._header[len(MAGIC) :]))
        self._kept: tuple[int, bytes] = (-1, b"")
        for number in (0, self._chunks - 1):
            self._chunk(number)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning of the file")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # a buffer is one of these
        if self._position >= self._size:
            return 0
        number, begin = divmod(self._position, CHUNK)
        found = self._chunk(number)[begin : begin + len(buffer)]
        buffer[: len(found)] = found
        self._position += len(found)
        return len(found)

    def _chunk(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._file.seek(_HEADER + number * (CHUNK + TAG))
            nonce = _nonce(number, number == self._chunks - 1)
            try:
                chunk = self._cipher.decrypt(nonce, self._file.read(CHUNK + TAG), self._header)
            except InvalidTag as error:
                raise BackupError("BACKUP_PASSPHRASE does not fit this backup, or the backup was changed") from error
            self._kept = number, chunk
        return self._kept[1]


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
