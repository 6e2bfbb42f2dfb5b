"""Another time for the shop, while a test looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from storefront.models.base import go_by, machine_time


@contextmanager
def later(**much: float) -> Iterator[None]:
    """So much later: `later(days=4)`."""
    with at(machine_time() + timedelta(**much)):
        yield


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    try:
        go_by(lambda: moment)
        yield
    finally:
        go_by(machine_time)
