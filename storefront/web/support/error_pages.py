"""Error pages in the visitor's language."""

from flask import Flask, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from storefront.db import db


def init_app(app: Flask) -> None:
    """Answer errors with our own pages; the addresses for programs answer plain text."""
    app.register_error_handler(HTTPException, lambda error: error if error.code is None else _http_error(error))
    app.register_error_handler(500, lambda error: _server_error())


def csrf_error(_error: CSRFError) -> Response:
    """The page that says that a form has expired."""
    return _page(400, "csrf")


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return error.get_response()
    page = _page(error.code or 500, str(error.code))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            page.headers[name] = value
    return page


def _server_error() -> Response:
    # The failed view may have left a transaction open. The error page itself needs no database.
    if db.obj is not None and db.in_transaction():
        db.rollback()
    return _page(500, "500")


def _page(status: int, kind: str) -> Response:
    if request.path.startswith("/webhooks/") or request.path in ("/healthz", "/readyz"):
        return make_response(f"{status}\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    if request.headers.get("HX-Request") == "true":
        return _fragment(status, kind)
    response = make_response(render_template("errors/error.html", status=status, kind=kind), status)
    response.cache_control.no_store = True
    return response


def _fragment(status: int, kind: str) -> Response:
    """For htmx, which swaps every status: fill the page's alert, so that the form keeps what was typed."""
    response = make_response(render_template("errors/fragment.html", status=status, kind=kind), status)
    response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    response.cache_control.no_store = True
    return response
