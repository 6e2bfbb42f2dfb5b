"""The files in `static/` from memory: compressed once, at addresses that carry a hash of the content.

Such an address (`/static/css/shop.3f2a9c01d4be.css`) always has the same content, so browsers keep it for ever. Plain
addresses go on working, and those of earlier versions (`?v=3f2a9c01d4be`): with another hash than that of this version,
caches must ask again each time, because while servers are updated both versions are asked for.
"""

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from storefront.web.support.caching.content_encoding import BEST
from storefront.web.support.caching.stored_response import Headers, StoredResponse
from storefront.web.support.request_log import ROUTE_KEY
from storefront.web.support.sessions import YEAR_SECONDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/static/"
# Flask's own route of its folder, by which the log calls these requests.
ROUTE = f"{PREFIX}<path:filename>"
FOR_EVER = f"public, max-age={YEAR_SECONDS}, immutable"
ASK_AGAIN = "no-cache"
COMPRESSED = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")
_HASHED = re.compile(r"(?P<stem>.+)\.(?P<hash>[0-9a-f]{12})(?P<suffix>\.[A-Za-z0-9]+)")
# What one file loads of others, by a path that is relative to its own.
_REFERENCES = {
    ".css": re.compile(r"""(?P<before>(?:@import\s+|url\(\s*)["']?)(?P<path>[^"'()\s:#?]+)(?=["')])"""),
    ".js": re.compile(r"""(?P<before>(?:\bfrom|\bimport|\bURL)\s*\(?\s*["'])(?P<path>\.{1,2}/[^"']+)(?=["'])"""),
}


class StaticFolder:
    """The files of a folder as they were when they were first asked for. Their number bounds the memory."""

    def __init__(self, folder: Path) -> None:
        self.files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        self._contents: dict[str, bytes] = {}
        self._linked: dict[str, bytes] = {}
        self._hashed: dict[str, str] = {}

    def content(self, name: str) -> bytes:
        """The bytes of the file. Raises KeyError."""
        if name not in self._contents:
            self._contents[name] = self.files[name].read_bytes()
        return self._contents[name]

    def linked_content(self, name: str, inside: tuple[str, ...] = ()) -> bytes:
        """The same with hashed addresses of the files that it loads."""
        references = _REFERENCES.get(posixpath.splitext(name)[1])
        if references is None:
            return self.content(name)
        if name not in self._linked:

            def hashed(match: re.Match[str]) -> str:
                other = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"]))
                # A circle of files can't have hashes of each other.
                if other not in self.files or other in (*inside, name):
                    return match[0]
                base = posixpath.basename(self.hashed_name(other, (*inside, name)))
                return match["before"] + posixpath.join(posixpath.dirname(match["path"]), base)

            linked = references.sub(hashed, self.content(name).decode()).encode()
            if inside:
                return linked
            self._linked[name] = linked
        return self._linked[name]

    def hashed_name(self, name: str, inside: tuple[str, ...] = ()) -> str:
        """The file's name with the hash of its content. Raises KeyError."""
        if inside or name not in self._hashed:
            stem, suffix = posixpath.splitext(name)
            hashed = f"{stem}.{content_hash(self.linked_content(name, inside))}{suffix}"
            if inside:
                return hashed
            self._hashed[name] = hashed
        return self._hashed[name]


@cache
def static_folder(folder: Path) -> StaticFolder:
    """The files of a folder, shared by all shops of the process."""
    return StaticFolder(folder)


def content_hash(content: bytes) -> str:
    """The part of an address that names a version of a file: 12 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:12]


class StaticFiles:
    """WSGI middleware around Flask, which answers for files that do not exist."""

    def __init__(self, app: "WSGIApplication", folder: Path, headers: Callable[[bool], Headers]) -> None:
        """`headers` returns those that every file has, for https or not."""
        self._app, self._folder, self._headers = app, static_folder(folder), headers
        self._responses: dict[tuple[str, bool, bool, str], StoredResponse] = {}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request for a file."""
        path = environ["PATH_INFO"]
        if not path.startswith(PREFIX) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        asked = path[len(PREFIX) :]
        match = None if asked in self._folder.files else _HASHED.fullmatch(asked)
        name = match["stem"] + match["suffix"] if match else asked
        if name not in self._folder.files:
            return self._app(environ, start_response)
        environ[ROUTE_KEY] = ROUTE
        if match:
            is_current = asked == self._folder.hashed_name(name)
        else:
            version = parse_qs(environ.get("QUERY_STRING") or "").get("v", [""])[0]
            is_current = version == content_hash(self._folder.content(name))
        key = name, match is not None, is_current, environ["wsgi.url_scheme"]
        response = self._responses.get(key)
        if response is None:
            response = self._responses[key] = self._make(*key)
        return response.respond(environ, start_response)

    def _make(self, name: str, is_linked: bool, is_current: bool, scheme: str) -> StoredResponse:
        body = self._folder.linked_content(name) if is_linked else self._folder.content(name)
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        headers = [
            ("Content-Type", f"{mimetype}; charset=utf-8" if mimetype.startswith("text/") else mimetype),
            ("Content-Length", str(len(body))),
            ("Cache-Control", FOR_EVER if is_current else ASK_AGAIN),
            # Weak, because the compressed response has the same ETag.
            ("ETag", f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'),
            ("Vary", "Accept-Encoding"),
            *self._headers(scheme == "https"),
        ]
        return StoredResponse(headers, body, BEST if mimetype.startswith(COMPRESSED) else None)
