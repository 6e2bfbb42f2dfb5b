"""Hashing and verifying passwords with argon2, a few at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from storefront.errors import PasswordCheckBusy

_hasher = PasswordHasher()
# Verified when the email is unknown, so that the response takes the same time: the cost follows the parameters. No
# password has this hash. Hashing one here would slow down each start of a process.
DUMMY_HASH = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${'A' * 22}${'A' * 43}"
)
# Each check takes 64 MB of memory and a processor for 0.1 seconds. A flood of sign-ins must leave both to the pages.
AT_ONCE, MAX_WAITING = 2, 12
_running = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + MAX_WAITING)


def hash_password(password: str) -> str:
    """The hash to store. Raises PasswordCheckBusy."""
    with _turn():
        return _hasher.hash(password)


def is_password(digest: str, password: str) -> bool:
    """Whether the hash is that of the password. Raises PasswordCheckBusy."""
    with _turn():
        try:
            return _hasher.verify(digest, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until fewer than AT_ONCE checks run in this process. Raises PasswordCheckBusy if too many wait already."""
    if not _places.acquire(blocking=False):
        raise PasswordCheckBusy
    try:
        with _running:
            yield
    finally:
        _places.release()
