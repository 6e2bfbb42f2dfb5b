"""Arguments of a list's URL. Invalid values are ignored: the list then shows everything, from page 1."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import request, url_for

from storefront.i18n import clean_line
from storefront.models.search import LAST_NUMBERED_PAGE, Place
from storefront.web.admin.shared.frame import MODES, chosen_mode
from storefront.web.support import begin_of_day

MAX_SEARCH_LENGTH = 200
# Rows of a list that one action takes: as many as a page could have.
MOST_CHOSEN = 100


class ListAddress:
    """The address of a list with its filters. Calling it gives the address with some of them changed."""

    def __init__(self, endpoint: str, **filters: Any) -> None:
        self.endpoint = endpoint
        self.filters = {name.rstrip("_"): value for name, value in filters.items() if value}

    @classmethod
    def from_query(cls, endpoint: str, sort: str, **filters: Any) -> "ListAddress":
        """The address of a sorted list with the days and the mode that the URL says, too."""
        first, last = dates_from_query()
        return cls(endpoint, **filters, from_=first, to=last, mode=typed_mode(), sort=sort)

    def __call__(self, **changes: Any) -> str:
        """The address; a change to None removes a filter. The page of the list is not kept."""
        values = {**self.filters, **{name.rstrip("_"): value for name, value in changes.items()}}
        return url_for(self.endpoint, **{name: value for name, value in values.items() if value})

    @property
    def path(self) -> str:
        """The address without any filter."""
        return url_for(self.endpoint)

    def value(self, name: str) -> str:
        """What the address says about a filter, "" for nothing."""
        return str(self.filters.get(name, ""))


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
    """`?mode=`, else the mode chosen at the top: test or live, "" for both."""
    return typed_mode() or chosen_mode()


def typed_mode() -> str:
    """`?mode=`: test or live, "" for none."""
    mode = request.args.get("mode", "")
    return mode if mode in MODES else ""


def dates_from_query() -> tuple[date | None, date | None]:
    """`?from=` and `?to=`: the first and the last day of a list."""
    return _date(request.args.get("from", "")), _date(request.args.get("to", ""))


def times_of(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """When the first day begins and the day after the last one, in the shop's time zone."""
    return (
        None if first is None else begin_of_day(first),
        None if last is None else begin_of_day(last + timedelta(days=1)),
    )


def sort_from_query() -> str:
    """`?sort=`; a search ignores what it doesn't know."""
    return request.args.get("sort", "")


def chosen_rows() -> list[str]:
    """What the form of a list's selection names, at most MOST_CHOSEN."""
    return [text for text in request.form.getlist("chosen") if text.isascii() and text.isprintable()][:MOST_CHOSEN]


def whole_number(text: str) -> int | None:
    """The id in a URL or form field; None if it isn't a number of at most nine digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def without_arguments(address: str, *names: str) -> str:
    """A path of the shop without these arguments."""
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in names]
    return urlunsplit(("", "", parts.path, urlencode(kept), ""))


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None
