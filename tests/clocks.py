"""Another time for the shop, while a test looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from storefront.models import set_clock, system_time


@contextmanager
def later(**much: float) -> Iterator[None]:
    """So much later: `later(days=4)`."""
    with at(system_time() + timedelta(**much)):
        yield


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    try:
        set_clock(lambda: moment)
        yield
    finally:
        set_clock(system_time)
