"""Set the shop's clock for a part of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from storefront import runtime


@contextmanager
def time_moved(**forward: float) -> Iterator[None]:
    """The shop's clock is ahead of the machine's: `time_moved(days=4)`."""
    with time_set(runtime.system_time() + timedelta(**forward)):
        yield


@contextmanager
def time_set(moment: datetime) -> Iterator[None]:
    """The shop's clock stops at `moment`."""
    shop = runtime.current()
    try:
        shop.clock = lambda: moment
        yield
    finally:
        shop.clock = runtime.system_time
