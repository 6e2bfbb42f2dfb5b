"""Arguments of a list's URL. Invalid values are ignored: the list then shows everything, from page 1."""

from flask import request

from storefront.i18n import clean_line

MODES = ("test", "live")
MAX_PAGE = 100_000
MAX_SEARCH_LENGTH = 200


def search_text() -> str:
    """`?q=`, at most MAX_SEARCH_LENGTH characters."""
    return clean_line(request.args.get("q"))[:MAX_SEARCH_LENGTH]


def page_number() -> int:
    """`?page=`, from 1 to MAX_PAGE."""
    return max(1, min(request.args.get("page", 1, type=int), MAX_PAGE))


def mode_from_query() -> str:
    """`?mode=`: test or live, "" for both."""
    mode = request.args.get("mode", "")
    return mode if mode in MODES else ""


def whole_number(text: str) -> int | None:
    """The id in a URL or form field; None if it isn't a number of at most nine digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
