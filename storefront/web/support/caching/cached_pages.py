"""Answers requests for public pages from memory, before Flask sees them.

One query reads what can change the page. While it returns the same rows, the page is sent as it was rendered; so no
process shows an old page, whoever changed a row, and wherever.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from flask import Flask, request
from werkzeug.http import parse_cookie

from storefront import runtime
from storefront.db import STORAGE_ERRORS, db, release_connection
from storefront.web.support import languages, proxy_watch
from storefront.web.support.caching.page_kind import PageKind, Rows
from storefront.web.support.caching.page_store import PageStore
from storefront.web.support.caching.public_page import LANGUAGE_KEY
from storefront.web.support.caching.stored_response import Headers, StoredResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# In the WSGI environment: the rows that were read for this request.
ROWS_KEY = "storefront.public_page.rows"
# Conditions that Flask evaluates.
OTHER_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")
# What a page is rendered without when it will be kept.
ANSWERED_FROM_MEMORY = ("HTTP_IF_NONE_MATCH", "HTTP_ACCEPT_ENCODING")


def page_rows(query: Callable[[], tuple[str, tuple[object, ...]]]) -> Rows:
    """The rows of the page that is being rendered: those that `CachedPages` read, else those of the query."""
    if ROWS_KEY in request.environ:
        return cast(Rows, request.environ[ROWS_KEY])
    return read_rows(*query())


def read_rows(sql: str, parameters: tuple[object, ...]) -> Rows:
    """Run a query, without models."""
    return cast(Rows, db.execute_sql(sql, parameters).fetchall())


class CachedPages:
    """WSGI middleware around Flask. What it is not sure about goes to Flask: other addresses, methods, conditions."""

    def __init__(self, app: Flask, kinds: Iterable[PageKind]) -> None:
        """Install it inside of what checks hosts and trusts proxies. `kinds` must not share addresses."""
        self._app, self._kinds = app.wsgi_app, tuple(kinds)
        self._runtime: runtime.Runtime = app.extensions["runtime"]
        self._proxies: proxy_watch.ProxyWatch = app.extensions["proxy_watch"]
        self._cookies = languages.cookie_names(app)
        self._pages = PageStore()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request from memory, or let Flask answer it."""
        found = self._find(environ)
        if found is None:
            return self._app(environ, start_response)
        kind, match = found
        rows = self._read(environ, kind.query(*match.groups()))
        if rows is None:
            return self._app(environ, start_response)
        environ[ROWS_KEY] = rows
        if not kind.is_kept(rows):
            return self._app(environ, start_response)
        language = self._language(environ, kind.own_language(rows))
        key = match.string, language, environ["wsgi.url_scheme"]
        page = self._pages.get(key, rows)
        if page is not None:
            return page.respond(environ, start_response)
        return self._render(key, rows, environ, start_response)

    def _find(self, environ: "WSGIEnvironment") -> "tuple[PageKind, re.Match[str]] | None":
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        address, query = environ["PATH_INFO"], environ.get("QUERY_STRING")
        if query:
            address = f"{address}?{query}"
        for kind in self._kinds:
            match = kind.address.fullmatch(address)
            if match is not None:
                return None if any(name in environ for name in OTHER_CONDITIONS) else (kind, match)
        return None

    def _read(self, environ: "WSGIEnvironment", query: tuple[str, tuple[object, ...]]) -> Rows | None:
        """The rows of the page; None if Flask must answer because it has something to write, or can't read either."""
        runtime.push(self._runtime)
        try:
            return None if self._proxies.finding(environ) is not None else read_rows(*query)
        except STORAGE_ERRORS:
            return None
        finally:
            with suppress(*STORAGE_ERRORS):
                release_connection()
            runtime.pop()

    def _language(self, environ: "WSGIEnvironment", own: str) -> str:
        cookies = environ.get("HTTP_COOKIE")
        if cookies and languages.LANGUAGE_COOKIE in cookies:
            chosen = languages.language_in_cookies(parse_cookie(cookies), self._cookies)
            if chosen is not None:
                return chosen
        return own or languages.language_of_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""))

    def _render(
        self, key: tuple[str, str, str], rows: Rows, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Let Flask render the whole page, keep it, and answer."""
        whole = {name: value for name, value in environ.items() if name not in ANSWERED_FROM_MEMORY}
        whole["REQUEST_METHOD"] = "GET"
        status, headers, body = _response_of(self._app, whole)
        names = {name.lower() for name, _value in headers}
        # A view that doesn't mark its page, an error or a cookie: not what other visitors may get.
        if status.startswith("200 ") and whole.get(LANGUAGE_KEY) == key[1] and "set-cookie" not in names:
            page = StoredResponse(headers, body)
            self._pages.put(key, rows, page)
            return page.respond(environ, start_response)
        start_response(status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)


def _response_of(app: Callable[..., Iterable[bytes]], environ: "WSGIEnvironment") -> tuple[str, Headers, bytes]:
    """The complete response of a WSGI application."""
    started: list[tuple[str, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: object = None) -> Callable[..., object]:
        started[:] = [(status, headers)]
        return started.append

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    status, headers = started[0]
    return status, headers, body
