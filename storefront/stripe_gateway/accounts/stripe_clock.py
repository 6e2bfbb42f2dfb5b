"""How far this server's clock is from Stripe's, from the `Date` header of each answer."""

from collections.abc import Mapping
from datetime import timedelta

from storefront.models import now
from storefront.runtime import Runtime, current
from storefront.stripe_gateway.accounts.dates import date_in


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
