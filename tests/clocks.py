"""Another time for the shop, while a test looks at it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from storefront import runtime


@contextmanager
def later(**much: float) -> Iterator[None]:
    """So much later: `later(days=4)`."""
    with at(runtime.system_time() + timedelta(**much)):
        yield


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    shop = runtime.current()
    try:
        shop.clock = lambda: moment
        yield
    finally:
        shop.clock = runtime.system_time
