"""The `Date` header of Stripe's answers."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime


def date_in(headers: Mapping[str, str]) -> datetime | None:
    """The time in the `Date` header, or None if there is none, or one that a proxy has made unreadable."""
    value = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
