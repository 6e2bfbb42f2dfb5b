"""Requests from htmx, and the messages above a page."""

from flask import flash, request


def wants_fragment() -> bool:
    """Whether htmx sent the request. The response is then a fragment of the page, at any status."""
    return request.headers.get("HX-Request") == "true"


def show_notice(text: str) -> None:
    """Show a success message (role="status") on the next page."""
    flash(text, "notice")


def show_error(text: str) -> None:
    """Show an error (role="alert") on the next page."""
    flash(text, "alert")
