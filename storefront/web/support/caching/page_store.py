"""Rendered pages in the memory of this process, as they are sent."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from storefront.web.support.caching.content_encoding import MIN_SIZE, choose_encoding, compress
from storefront.web.support.caching.page_kind import Rows

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_PAGES = 5_000
MAX_BYTES = 64_000_000


class RenderedPage:
    """A page with the rows that it was rendered from. Each encoding is made when it is first asked for."""

    def __init__(self, rows: Rows, headers: list[tuple[str, str]], body: bytes) -> None:
        """`headers` are those of the whole response, uncompressed."""
        self.rows = rows
        self._etag = next(value for name, value in headers if name.lower() == "etag")
        self._plain = (headers, body)
        self._encoded: dict[str, tuple[list[tuple[str, str]], bytes]] = {}
        self._unchanged = list(headers)
        remove_entity_headers(self._unchanged)
        # Together the compressed bodies are smaller than the page itself. A row takes little more than its texts.
        texts = sum(len(value) for row in rows for value in row if isinstance(value, str))
        self.size = 2 * len(body) + 2 * texts + 4_000

    def respond(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a GET or HEAD request: 200, or 304 if the client has this page."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and (known == self._etag or parse_etags(known).contains_weak(unquote_etag(self._etag)[0] or "")):
            start_response("304 NOT MODIFIED", self._unchanged.copy())
            return ()
        headers, body = self._in(choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")))
        start_response("200 OK", headers.copy())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _in(self, encoding: str) -> tuple[list[tuple[str, str]], bytes]:
        headers, body = self._plain
        if not encoding or len(body) < MIN_SIZE:
            return self._plain
        if encoding not in self._encoded:
            encoded = compress(body, encoding)
            others = [(name, value) for name, value in headers if name.lower() != "content-length"]
            lines = [*others, ("Content-Encoding", encoding), ("Content-Length", str(len(encoded)))]
            self._encoded[encoding] = lines, encoded
        return self._encoded[encoding]


class PageStore:
    """The pages used last, at most MAX_PAGES and about MAX_BYTES. Threads share it."""

    def __init__(self, max_pages: int = MAX_PAGES, max_bytes: int = MAX_BYTES) -> None:
        self._max_pages, self._max_bytes = max_pages, max_bytes
        self._pages: OrderedDict[Hashable, RenderedPage] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, key: Hashable, rows: Rows) -> RenderedPage | None:
        """The page, unless it was rendered from other rows."""
        page = self._pages.get(key)
        if page is None or page.rows != rows:
            return None
        with self._lock:
            # Another thread may have dropped it meanwhile.
            if key in self._pages:
                self._pages.move_to_end(key)
        return page

    def put(self, key: Hashable, page: RenderedPage) -> None:
        """Keep a page in place of the one with this key, and of those that were not used for the longest time."""
        with self._lock:
            replaced = self._pages.pop(key, None)
            self.size += page.size - (replaced.size if replaced else 0)
            self._pages[key] = page
            while self._pages and (len(self._pages) > self._max_pages or self.size > self._max_bytes):
                _key, oldest = self._pages.popitem(last=False)
                self.size -= oldest.size
