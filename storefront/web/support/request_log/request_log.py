"""WSGI middleware around everything else: writes the line of each request, and gives each an id."""

import re
import secrets
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from flask import has_request_context, request

from storefront.log_lines import REQUEST_LOGGER, write_line
from storefront.models import Measurements

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-ID"
# In the WSGI environment: the id of the request; and its route, where something other than Flask answers.
ID_KEY = "storefront.request_id"
ROUTE_KEY = "storefront.route"
# UUIDs and other numbers that proxies make up. A visitor whose own header a proxy passes on can write no email address,
# phone number or card number into the log: letters other than a to f and shorter numbers are not taken.
_FOREIGN_ID = re.compile(r"[0-9A-Fa-f-]{20,64}")
# RFC 9110 section 9.3, and RFC 5789. A client may send any word.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"})


def request_id() -> str:
    """The id of the request that is being answered; "" outside of one."""
    return str(request.environ.get(ID_KEY, "")) if has_request_context() else ""


class RequestLog:
    """Writes {"id", "method", "route", "status", "ms", "bytes"}: no address, no parameter, nothing about the visitor.

    `ms` is the time until the answer is complete, without the time that the client takes to read it. The answer has
    the id in `X-Request-ID`. With `trusts_ids` it is the one in this header of the request, if it looks like one.
    """

    def __init__(self, app: "WSGIApplication", measurements: Measurements, *, trusts_ids: bool) -> None:
        """Each request is counted in `measurements` too, for `/metrics`."""
        self._app = app
        self._measurements = measurements
        self._trusts_ids = trusts_ids

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = _Answer(environ, self._id(environ), start_response, self._measurements)
        try:
            body = self._app(environ, answer.start)
        except BaseException:
            answer.status = "500"
            answer.write()
            raise
        if answer.size is None:
            return _CountedBody(body, answer)
        answer.write()
        return body

    def _id(self, environ: "WSGIEnvironment") -> str:
        sent = environ.get("HTTP_X_REQUEST_ID", "") if self._trusts_ids else ""
        environ[ID_KEY] = found = sent if sent and _FOREIGN_ID.fullmatch(sent) else secrets.token_hex(16)
        return found


class _Answer:
    """What is known of one answer. `size` is None until it is known."""

    __slots__ = ("_began", "_environ", "_id", "_measurements", "_route", "_start", "size", "status")

    def __init__(
        self, environ: "WSGIEnvironment", found_id: str, start: "StartResponse", measurements: Measurements
    ) -> None:
        self._began = time.perf_counter()
        self._environ, self._id, self._start, self._measurements = environ, found_id, start, measurements
        self._route: str | None = None
        self.status = ""
        self.size: int | None = None

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
        """The `start_response` of the application."""
        self.status = status[:3]
        if self._environ["REQUEST_METHOD"] == "HEAD" or self.status in ("204", "304"):
            self.size = 0
        else:
            self.size = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        headers.append((HEADER, self._id))
        # Flask forgets the request before the server has the body.
        self._route = _route_of(self._environ)
        return self._start(status, headers, exc_info) if exc_info else self._start(status, headers)

    def write(self) -> None:
        """Write the line, and count it."""
        seconds = time.perf_counter() - self._began
        self._measurements.note(Measurements.REQUEST, self.status or "500", seconds)
        method = self._environ["REQUEST_METHOD"]
        line = {
            "id": self._id,
            "method": method if method in METHODS else "other",
            "route": self._route,
            "status": int(self.status or 500),
            "ms": round(seconds * 1000, 1),
            "bytes": self.size or 0,
        }
        write_line(REQUEST_LOGGER, line)


def _route_of(environ: "WSGIEnvironment") -> str | None:
    """The route as it is written in the program, such as `/orders/<token>`; None if there is none."""
    route: str | None = environ.get(ROUTE_KEY)
    if route is None:
        # What looks at the request beside Flask may have left an object of another class, which knows no routes.
        rule = getattr(environ.get("werkzeug.request"), "url_rule", None)
        route = rule.rule if rule is not None else None
    return route


class _CountedBody:
    """A body of unknown length. The line is written when it has been sent, or the client has gone."""

    def __init__(self, body: Iterable[bytes], answer: _Answer) -> None:
        self._body, self._answer = body, answer
        answer.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self._body:
            self._answer.size = (self._answer.size or 0) + len(part)
            yield part

    def close(self) -> None:
        """The server calls this at the end."""
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._answer.write()
