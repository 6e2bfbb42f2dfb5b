"""A response in memory, with its headers, as it is sent: whole, compressed, or as "not modified"."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug.http import parse_etags, remove_entity_headers, unquote_etag

from storefront.web.support.caching.content_encoding import FAST, MIN_SIZE, choose_encoding, compress

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]


class StoredResponse:
    """Answers GET and HEAD. Each encoding is made when it is first asked for."""

    def __init__(self, headers: Headers, body: bytes, quality: Mapping[str, int] | None = FAST) -> None:
        """`headers` are those of the whole response, with a weak ETag. Without `quality` it is never compressed."""
        self._etag = next(value for name, value in headers if name.lower() == "etag")
        self._plain = headers, body
        self._quality = quality if len(body) >= MIN_SIZE else None
        self._encoded: dict[str, tuple[Headers, bytes]] = {}
        self._not_modified = list(headers)
        remove_entity_headers(self._not_modified)
        # Together the compressed bodies are smaller than the whole one.
        self.size = 2 * len(body)

    def respond(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request: 200, or 304 if the client has this response already."""
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and (known == self._etag or parse_etags(known).contains_weak(unquote_etag(self._etag)[0] or "")):
            start_response("304 NOT MODIFIED", self._not_modified.copy())
            return ()
        encoding = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")) if self._quality else ""
        headers, body = self._encoded.get(encoding) or self._encode(encoding)
        start_response("200 OK", headers.copy())
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _encode(self, encoding: str) -> tuple[Headers, bytes]:
        if not encoding or not self._quality:
            return self._plain
        headers, body = self._plain
        encoded = compress(body, encoding, self._quality)
        others = [(name, value) for name, value in headers if name.lower() != "content-length"]
        made = [*others, ("Content-Encoding", encoding), ("Content-Length", str(len(encoded)))], encoded
        self._encoded[encoding] = made
        return made
