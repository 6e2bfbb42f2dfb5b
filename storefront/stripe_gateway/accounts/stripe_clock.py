"""Stripe's clock, from the `Date` header of its answers, and how far it is from this server's."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from storefront.models import now
from storefront.runtime import Runtime, current


class StripeClock:
    """`ahead` is the difference at the latest answer: Stripe's time less ours. None before the first answer."""

    def __init__(self, runtime: Runtime) -> None:
        del runtime
        self.ahead: timedelta | None = None


def note_date(headers: Mapping[str, str]) -> None:
    """Remember the time in an answer that has just arrived."""
    stripe_time = date_in(headers)
    if stripe_time is not None:
        current().resource(StripeClock).ahead = stripe_time - now()


def clock_difference() -> timedelta | None:
    """Stripe's time less ours at the latest answer to this process. None if there was none."""
    return current().resource(StripeClock).ahead


def time_of_answer(answer: Any) -> datetime | None:
    """The time at Stripe when it gave this answer, or None if its headers do not say."""
    response = getattr(answer, "last_response", None)
    return date_in(response.headers if response is not None else {})


def date_in(headers: Mapping[str, str]) -> datetime | None:
    """The time in the `Date` header. None if there is none, or a proxy has made it unreadable."""
    value = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
