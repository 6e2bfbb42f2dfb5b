"""Error pages in the visitor's language, and the errors of the addresses that scripts and programs ask."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as BaseResponse

from storefront.db import STORAGE_ERRORS, db, storage_trouble
from storefront.errors import StripeError
from storefront.web.support.request_log import request_id
from storefront.web.support.shop_profile import use_latest_profile

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., object])

PROGRAM_PATHS = ("/healthz", "/readyz", "/metrics")
# The `Retry-After` of a 503 whose cause does not say more, in seconds.
RETRY_AFTER = 5


def init_app(app: Flask) -> None:
    """Answer errors with our own pages; scripts get JSON, and the addresses for programs plain text."""
    app.register_error_handler(HTTPException, lambda error: error if error.code is None else _http_error(error))
    app.register_error_handler(StripeError, _stripe_error)
    app.register_error_handler(500, _server_error)
    for error_class in STORAGE_ERRORS:
        app.register_error_handler(error_class, _storage_error)
    app.after_request(_add_retry_after)


def answers_script(view: View) -> View:
    """Mark a view that a script calls: errors that it does not handle are JSON, {"error": words}."""
    view.answers_script = True  # type: ignore[attr-defined]
    return view


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


def _server_error(error: InternalServerError) -> BaseResponse:
    """The answer to an error that nothing has handled. Flask has logged it."""
    original = error.original_exception
    if original is not None and storage_trouble(original) is not None:
        return _storage_page()
    _end_transaction()
    return _page(500, "500")


def _storage_error(error: Exception) -> BaseResponse:
    """503 while the database or its disk can't be used. Raises every other error again."""
    if storage_trouble(error) is None:
        raise error
    # The endpoint instead of the address, which may hold a token.
    log.error("%s could not be answered", request.endpoint, exc_info=error, extra={"request": request_id()})
    return _storage_page()


def _storage_page() -> BaseResponse:
    _end_transaction()
    use_latest_profile()
    # A buyer who comes back from the bank may have paid.
    has_perhaps_paid = request.blueprint == "orders" and request.method in ("GET", "HEAD")
    return _page(503, "order" if has_perhaps_paid else "storage")


def _end_transaction() -> None:
    """The failed view may have left a transaction open. The error page itself needs no database."""
    with suppress(*STORAGE_ERRORS):
        if db.obj is not None and db.in_transaction():
            db.rollback()


def _page(status: int, kind: str) -> BaseResponse:
    if request.path.startswith("/webhooks/") or request.path in PROGRAM_PATHS:
        return make_response(f"{status}\n", status, {"Content-Type": "text/plain; charset=utf-8"})
    if status >= 500 and hasattr(current_app.view_functions.get(request.endpoint or ""), "answers_script"):
        return _script_error(status, kind)
    if request.headers.get("HX-Request") == "true":
        return _fragment(status, kind)
    # The log has a line with this id, and one that says what failed.
    code = request_id() if status >= 500 else ""
    response = make_response(render_template("errors/error.html", status=status, kind=kind, code=code), status)
    response.cache_control.no_store = True
    return response


def _fragment(status: int, kind: str) -> BaseResponse:
    """For htmx, which swaps every status: fill the page's alert, so that the form keeps what was typed."""
    response = make_response(render_template("errors/fragment.html", status=status, kind=kind), status)
    response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    response.cache_control.no_store = True
    return response


def _script_error(status: int, kind: str) -> BaseResponse:
    if kind == "storage":
        words = _("The shop can’t process this right now. Try again in a moment. You won’t be charged twice.")
    else:
        words = _("Something went wrong on our side") + ". " + _("It’s not you, it’s us. Try again in a moment.")
    response = jsonify(error=words)
    response.status_code = status
    response.cache_control.no_store = True
    return response
