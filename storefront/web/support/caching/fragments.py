"""Parts of pages that stay the same while other parts of their pages change."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar, cast

from flask import has_request_context

from storefront import runtime
from storefront.web.support.languages import current_language

T = TypeVar("T")
MAX_FRAGMENTS = 1_000


class RequestNeeded(Exception):
    """A part of the page can only be made in a request of Flask."""


class Fragments:
    """The values that were made last, by key. Threads share it."""

    def __init__(self, most: int = MAX_FRAGMENTS) -> None:
        self._most = most
        self._made: dict[Hashable, Any] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._made)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key, made if it is not kept. None is never kept."""
        found = self._made.get(key)
        if found is None:
            found = make()
            with self._lock:
                if found is not None:
                    self._made[key] = found
                while len(self._made) > self._most:
                    # The oldest one.
                    del self._made[next(iter(self._made))]
        return cast(T, found)


def fragment(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` makes for this key in the page's language. The key must hold everything that it depends on.

    Raises RequestNeeded if it is not kept and there is no request of Flask, in which `make` runs.
    """

    def make_in_request() -> T:
        if not has_request_context():
            raise RequestNeeded
        return make()

    # Each shop of a process has its own.
    fragments = runtime.current().resource(_fragments_of)
    return fragments.get((key, current_language()), make_in_request)


def _fragments_of(_runtime: runtime.Runtime) -> Fragments:
    return Fragments()
