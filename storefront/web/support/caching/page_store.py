"""Rendered pages in the memory of this process."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from storefront.web.support.caching.page_kind import Rows
from storefront.web.support.caching.stored_response import StoredResponse

MAX_PAGES = 5_000
MAX_BYTES = 64_000_000
# What a page takes beside its texts.
PAGE_BYTES = 4_000


class PageStore:
    """The pages used last, at most `max_pages` and about `max_bytes`. Threads share it."""

    def __init__(self, max_pages: int = MAX_PAGES, max_bytes: int = MAX_BYTES) -> None:
        self._max_pages, self._max_bytes = max_pages, max_bytes
        self._pages: OrderedDict[Hashable, tuple[Rows, object, StoredResponse, int]] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable, rows: Rows, also: object = None) -> StoredResponse | None:
        """The page, unless it was rendered from other rows, or while `also` was another."""
        found = self._pages.get(key)
        if found is None or found[0] != rows or found[1] != also:
            return None
        with self._lock:
            # Another thread may have dropped it meanwhile.
            if key in self._pages:
                self._pages.move_to_end(key)
        return found[2]

    def put(self, key: Hashable, rows: Rows, page: StoredResponse, also: object = None) -> None:
        """Keep a page in place of the one with this key, and of those that were not used for the longest time."""
        size = page.size + PAGE_BYTES + sum(2 * len(value) for row in rows for value in row if isinstance(value, str))
        with self._lock:
            self.size += size - self._pages.pop(key, (rows, also, page, 0))[3]
            self._pages[key] = rows, also, page, size
            while self._pages and (len(self._pages) > self._max_pages or self.size > self._max_bytes):
                _key, oldest = self._pages.popitem(last=False)
                self.size -= oldest[3]
