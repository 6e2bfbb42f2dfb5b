"""Arguments of a list's URL. Invalid values are ignored: the list then shows everything, from page 1."""

from flask import request

from storefront.i18n import clean_line
from storefront.models.search import LAST_NUMBERED_PAGE, Place

MODES = ("test", "live")
MAX_SEARCH_LENGTH = 200


def search_text(name: str = "q") -> str:
    """`?q=`, or another text that is searched for, at most MAX_SEARCH_LENGTH characters."""
    return clean_line(request.args.get(name))[:MAX_SEARCH_LENGTH]


def place_in_list() -> Place:
    """`?after=` or `?before=` and the key of a row, as the links of a list have them; or `?page=`, of old bookmarks."""
    after, before = (whole_number(request.args.get(name, "")) for name in ("after", "before"))
    number = whole_number(request.args.get("page", "")) or 1
    if after is not None or before is not None:
        return Place(after=after, before=before if after is None else None)
    return Place(number=number if number <= LAST_NUMBERED_PAGE else 1)


def mode_from_query() -> str:
    """`?mode=`: test or live, "" for both."""
    mode = request.args.get("mode", "")
    return mode if mode in MODES else ""


def whole_number(text: str) -> int | None:
    """The id in a URL or form field; None if it isn't a number of at most nine digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
