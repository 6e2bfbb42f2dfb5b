"""Whether a page or a piece of one is asked for, and the messages that travel with either."""

from flask import flash, request


def wants_fragment() -> bool:
    """Whether htmx asks: then only a piece is answered, at any status."""
    return request.headers.get("HX-Request") == "true"


def show_notice(words: str) -> None:
    """Say something good (role="status") on the next page that is shown."""
    flash(words, "notice")


def show_error(words: str) -> None:
    """Say what went wrong (role="alert") on the next page that is shown."""
    flash(words, "alert")
