"""Answers requests for public pages from memory, before Flask sees them.

One query reads what can change the page. While it returns the same rows, the page is sent as it was rendered; so no
process shows an old page, whoever changed a row, and wherever.
"""

import logging
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, cast

from flask import Flask, request
from werkzeug.http import parse_cookie

from storefront import runtime
from storefront.db import STORAGE_ERRORS, db, release_connection
from storefront.web.support import languages, proxy_watch, view_count
from storefront.web.support.caching.page_kind import PageKind, Rows
from storefront.web.support.caching.page_parameters import address_with, sent_parameters
from storefront.web.support.caching.page_renderer import PageRenderer
from storefront.web.support.caching.page_store import PageStore
from storefront.web.support.caching.stored_response import StoredResponse
from storefront.web.support.request_log import ROUTE_KEY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

# In the WSGI environment: the rows that were read for this request.
ROWS_KEY = "storefront.public_page.rows"
# Conditions that Flask evaluates.
OTHER_CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


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
        self._views: view_count.ViewCount = app.extensions["view_count"]
        self._cookies = languages.cookie_names(app)
        self._pages, self._renderer = PageStore(), PageRenderer(app)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the request from memory, or let Flask answer it."""
        found = self._find(environ)
        if found is None:
            return self._app(environ, start_response)
        kind, match = found
        kept_for = rows = self._read(environ, (kind.mark or kind.query)(*match.groups()))
        if kept_for is None:
            return self._app(environ, start_response)
        environ[ROUTE_KEY] = kind.route
        language = self._language(environ, kind, kept_for)
        key = match.string, language, environ["wsgi.url_scheme"]
        page = self._pages.get(key, kept_for, kind.also(kept_for))
        if page is None:
            if kind.mark:
                # After its mark: rows that are newer than it are shown only until the next look at the mark.
                rows = self._read(environ, kind.query(*match.groups()))
            if rows is not None:
                environ[ROWS_KEY] = rows
                page = self._render(kind, match, rows, key, kept_for)
        if page is None:
            return self._app(environ, start_response)
        viewed = kind.viewed(kept_for)
        if viewed is not None:
            self._views.note(environ, viewed)
        return page.respond(environ, start_response)

    def _find(self, environ: "WSGIEnvironment") -> "tuple[PageKind, re.Match[str]] | None":
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("SCRIPT_NAME"):
            return None
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING")
        sent = sent_parameters(query) if query else ()
        if sent is None:
            return None
        for kind in self._kinds:
            match = kind.address.fullmatch(address_with(path, sent, kind.parameters) if sent else path)
            if match is not None:
                environ[languages.ADDRESS_KEY] = match.string
                return None if any(name in environ for name in OTHER_CONDITIONS) else (kind, match)
        return None

    def _read(self, environ: "WSGIEnvironment", query: tuple[str, tuple[object, ...]]) -> Rows | None:
        """The rows of the page; None if Flask must answer because it has something to write, or can't read either."""
        runtime.push(self._runtime)
        try:
            has_to_write = self._views.is_due() or self._proxies.finding(environ) is not None
            return None if has_to_write else read_rows(*query)
        except STORAGE_ERRORS:
            return None
        finally:
            with suppress(*STORAGE_ERRORS):
                release_connection()
            runtime.pop()

    def _language(self, environ: "WSGIEnvironment", kind: PageKind, rows: Rows) -> str:
        cookies = environ.get("HTTP_COOKIE")
        if cookies and languages.LANGUAGE_COOKIE in cookies:
            chosen = languages.language_in_cookies(parse_cookie(cookies), self._cookies)
            if chosen is not None:
                return chosen
        accepted = kind.own_language(rows) or languages.language_of_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        return accepted or kind.default_language(rows)

    def _render(
        self, kind: PageKind, match: re.Match[str], rows: Rows, key: tuple[str, str, str], kept_for: Rows
    ) -> StoredResponse | None:
        """Render the page, and keep it for these rows of its mark or query; None if Flask must answer."""
        address, language, scheme = key
        also = kind.also(kept_for)
        runtime.push(self._runtime)
        try:
            with languages.rendering_in(language):
                content = kind.content(rows, *match.groups())
                if content is None:
                    return None
                page = self._renderer.render(content, address, scheme)
        except Exception as error:
            # Flask meets it too, unless it was about the missing request, and answers it as any other.
            log.debug("%s is rendered by Flask: %s", kind.address.pattern, type(error).__name__)
            return None
        finally:
            runtime.pop()
        if content.is_complete:
            self._pages.put(key, kept_for, page, also)
        return page
