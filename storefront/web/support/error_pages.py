"""Error pages in the visitor's language."""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from storefront.db import db
from storefront.errors import StripeError

log = logging.getLogger(__name__)
# The `Retry-After` of a 503 whose cause does not say more, in seconds.
RETRY_AFTER = 5


def init_app(app: Flask) -> None:
    """Answer errors with our own pages; the addresses for programs answer plain text."""
    app.register_error_handler(HTTPException, lambda error: error if error.code is None else _http_error(error))
    app.register_error_handler(StripeError, _stripe_error)
    app.register_error_handler(500, lambda error: _server_error())
    app.after_request(_add_retry_after)


def set_retry_after(response: BaseResponse, error: Exception) -> None:
    """Tell the visitor's program when to try again, if the error knows."""
    if isinstance(error, StripeError) and error.retry_after:
        response.retry_after = error.retry_after


def csrf_error(_error: CSRFError) -> BaseResponse:
    """The page that says that a form has expired."""
    return _page(400, "csrf")


def _http_error(error: HTTPException) -> BaseResponse:
    if error.response is not None:
        return error.get_response()
    page = _page(error.code or 500, str(error.code))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            page.headers[name] = value
    return page


def _stripe_error(error: StripeError) -> BaseResponse:
    """503 if a retry may work. Any other error that a view does not handle is a fault of ours."""
    if not error.is_transient:
        raise error
    log.warning("%s could not be answered: %s", request.endpoint, type(error).__name__)
    page = _page(503, "503")
    set_retry_after(page, error)
    return page


def _add_retry_after(response: Response) -> Response:
    if response.status_code == 503 and "Retry-After" not in response.headers:
        response.retry_after = RETRY_AFTER
    return response


def _server_error() -> BaseResponse:
    # The failed view may have left a transaction open. The error page itself needs no database.
    if db.obj is not None and db.in_transaction():
        db.rollback()
    return _page(500, "500")


def _page(status: int, kind: str) -> BaseResponse:
    if request.path.startswith("/webhooks/") or request.path in ("/healthz", "/readyz"):
        return make_response(f"{status}\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    if request.headers.get("HX-Request") == "true":
        return _fragment(status, kind)
    response = make_response(render_template("errors/error.html", status=status, kind=kind), status)
    response.cache_control.no_store = True
    return response


def _fragment(status: int, kind: str) -> BaseResponse:
    """For htmx, which swaps every status: fill the page's alert, so that the form keeps what was typed."""
    response = make_response(render_template("errors/fragment.html", status=status, kind=kind), status)
    response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    response.cache_control.no_store = True
    return response
