"""Requests that meet a restore: what it took away is not found, and what needs it can be tried again."""

import logging

from flask import Flask, current_app, request
from peewee import DoesNotExist
from werkzeug.exceptions import HTTPException, NotFound, ServiceUnavailable
from werkzeug.wrappers import Response

from storefront.db import VANISHED_ROW_ERRORS, is_row_gone

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """404 if a row that the page is about is gone, 503 if one that it writes about is."""
    for error_class in VANISHED_ROW_ERRORS:
        app.register_error_handler(error_class, _answer)


def log_vanished_row(error: Exception) -> None:
    """Log it by the endpoint: the address may hold a token."""
    log.warning("%s: a row that it uses is gone (%s); was a backup restored?", request.endpoint, type(error).__name__)


def _answer(error: Exception) -> Response:
    if not is_row_gone(error):
        raise error
    log_vanished_row(error)
    answer: HTTPException = NotFound() if isinstance(error, DoesNotExist) else ServiceUnavailable()
    return current_app.make_response(current_app.handle_http_exception(answer))
