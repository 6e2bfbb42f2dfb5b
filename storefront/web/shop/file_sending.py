"""Sending a stored file: by the proxy in front, by the object store, or by the event loop of our own web server.

None of these holds a thread while a slow client reads.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, redirect, request
from werkzeug.http import is_resource_modified, parse_range_header
from werkzeug.wsgi import wrap_file

from storefront import delivery, offers
from storefront.models import StoredFile
from storefront.web.support import shop_config

# How long an address of the object store starts downloads. One that has started may take longer.
ADDRESS_SECONDS = 600


@dataclass(frozen=True)
class Part:
    """The bytes that a request asks for, from `start` up to `stop`. `is_whole`: it did not ask for a part."""

    start: int
    stop: int
    is_whole: bool


class Unsatisfiable(Exception):
    """The request asks for bytes beyond the end of the file."""


def asked_part(file: StoredFile) -> Part:
    """What the headers Range and If-Range ask for (RFC 9110 section 14). Raises Unsatisfiable.

    Several ranges at once are answered with the whole file, which the standard allows.
    """
    whole = Part(0, file.size, is_whole=True)
    ranges = parse_range_header(request.headers.get("Range"))
    if ranges is None or ranges.units != "bytes" or len(ranges.ranges) != 1:
        return whole
    # With an older version in part, the whole new one is sent.
    if "If-Range" in request.headers and is_resource_modified(
        request.environ, etag=file.hash, last_modified=None, ignore_if_range=False
    ):
        return whole
    found = ranges.range_for_length(file.size)
    if found is None:
        raise Unsatisfiable
    return Part(found[0], found[1], is_whole=False)


def unsatisfiable(file: StoredFile) -> Response:
    """The answer to a part beyond the end."""
    return Response(status=416, headers={"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"})


def send(file: StoredFile, part: Part) -> Response:
    """The file, or a part of it, to be saved and never shown in our origin. Raises FileNotFoundError."""
    key, saved_as = delivery.file_key(file.hash), delivery.disposition(file.name)
    store = offers.upload_store()
    path = store.local_path(key)
    if path is None:
        if request.method == "HEAD":
            # The signed address answers GET only.
            return _with_headers(_described(file), file, saved_as)
        address = store.signed_address(key, offers.SignedAddress(ADDRESS_SECONDS, file.content_type, saved_as))
        return _private(redirect(address or "", 302))  # type: ignore[arg-type]
    response = _by_proxy(path) or _by_ourselves(path, part)
    if response.status_code == 206:
        response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    return _with_headers(response, file, saved_as)


def _described(file: StoredFile) -> Response:
    response = Response()
    response.content_length = file.size
    return response


def _with_headers(response: Response, file: StoredFile, saved_as: str) -> Response:
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Disposition"] = saved_as
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(file.hash)
    return _private(response)


def _by_proxy(path: Path) -> Response | None:
    """An empty answer that tells the proxy which file to send; it also reads the range. None without such a proxy."""
    header = shop_config().send_file_header
    if not header:
        return None
    name, _, prefix = header.partition(":")
    if not path.is_file():
        raise FileNotFoundError(path)
    return Response(headers={name: f"{prefix.rstrip('/')}/{path.name}" if prefix else str(path)})


def _by_ourselves(path: Path, part: Part) -> Response:
    file = _Slice(path, part)
    response = Response(wrap_file(request.environ, file), direct_passthrough=True)
    response.status_code = 200 if part.is_whole else 206
    response.content_length = part.stop - part.start
    return response


class _Slice(io.FileIO):
    """A part of a file. The web server sends it from its position, as many bytes as Content-Length says."""

    def __init__(self, path: Path, part: Part) -> None:
        super().__init__(path)
        self.seek(part.start)
        self._left = part.stop - part.start

    def read(self, size: Any = -1, /) -> bytes:
        """For servers that can't send files by themselves."""
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        data = super().read(wanted) or b""
        self._left -= len(data)
        return data


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
