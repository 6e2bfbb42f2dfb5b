"""What the log says about a page that failed: its route and the traceback, without what the request held."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

from flask import Flask, current_app, request

from storefront.log_lines import HIDDEN, hide_private
from storefront.web.support.request_log import request_id

# Shorter values tell nothing, and hiding them would make the text unreadable.
MIN_LENGTH = 6
ExceptionInfo = tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]


def init_app(app: Flask) -> None:
    """Replace Flask's own line, which names the address: it opens a customer's order, and may hold a key."""
    app.log_exception = _log_exception  # type: ignore[method-assign]


def _log_exception(exc_info: ExceptionInfo) -> None:
    for error in _chain(exc_info[1]):
        _hide_values(error)
    route = request.url_rule or "(no route)"
    # Repetitions are one kind of failure because their messages are the same, so the id is no part of the message.
    current_app.logger.error("%s %s failed", request.method, route, exc_info=exc_info, extra={"request": request_id()})


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those that it followed."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _hide_values(error: BaseException) -> None:
    """Change the text of the exception itself: whatever formats it later finds nothing else."""
    error.args = tuple(_without_values(argument) for argument in error.args)


def _without_values(argument: object) -> Any:
    if isinstance(argument, BaseException):
        # Peewee puts the driver's exception into its own.
        _hide_values(argument)
    if isinstance(argument, bytes):
        argument = repr(argument)
    if not isinstance(argument, str):
        return argument
    for value in _values_of_request():
        argument = argument.replace(value, HIDDEN)
    return hide_private(argument)


def _values_of_request() -> list[str]:
    """What the request's address, form and cookies hold, the longest first."""
    # A form that was not read yet, or can't be, is left alone.
    form = request.__dict__.get("form") or {}
    values = {
        *map(str, (request.view_args or {}).values()),
        *request.args.values(),
        *form.values(),
        *request.cookies.values(),
        request.path,
    }
    return sorted((value for value in values if len(value) >= MIN_LENGTH), key=len, reverse=True)
