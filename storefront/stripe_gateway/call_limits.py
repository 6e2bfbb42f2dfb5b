"""How many calls to Stripe may run at once, and how many a second may come from pages that anybody can open."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from storefront.errors import StripeBusy, StripeUnreachable

# How long all places may be taken without one call ending, before further calls fail instead of waiting for a place.
PATIENCE_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 5
# Stripe's limits for an account: docs.stripe.com/rate-limits. Page views get half of them, the rest is for payments.
LIVE_CALLS_PER_SECOND, TEST_CALLS_PER_SECOND = 100, 25
PAGE_VIEW_SHARE: Final = 0.5

_is_page_view: ContextVar[bool] = ContextVar("is_page_view", default=False)


class WaitingCalls:
    """The places for calls that wait for Stripe in this process. `places` is None for any number.

    While Stripe answers, a call waits in turn for a place. When nothing moves any more, it fails at once: the other
    threads are needed for pages that don't ask Stripe.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.places: int | None = None
        self._clock = clock
        self._changed = threading.Condition()
        self._taken = 0
        self._moved_at = 0.0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place. Raises StripeUnreachable (`was_asked` is False)."""
        with self._changed:
            while self.places is not None and self._taken >= self.places:
                patience = self._moved_at + PATIENCE_SECONDS - self._clock()
                if patience <= 0:
                    raise StripeUnreachable(
                        "too many calls wait for Stripe", was_asked=False, retry_after=RETRY_SECONDS
                    )
                self._changed.wait(patience)
            self._taken += 1
            self._moved_at = self._clock()
        try:
            yield
        finally:
            with self._changed:
                self._taken -= 1
                self._moved_at = self._clock()
                self._changed.notify()


class PageViewCalls:
    """A ceiling on one merchant's calls for page views in this process, so that Stripe has room for its payments."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._per_second = per_second
        self._burst = max(1.0, per_second)
        self._left = self._burst
        self._filled_at = clock()

    def take(self) -> None:
        """Count a call. Raises StripeBusy (`was_asked` is False) if there were too many within the last second."""
        with self._lock:
            passed = self._clock() - self._filled_at
            self._left = min(self._burst, self._left + passed * self._per_second)
            self._filled_at += passed
            if self._left < 1:
                raise StripeBusy("too many page views ask Stripe", was_asked=False, retry_after=1)
            self._left -= 1


def page_view_calls_per_second(livemode: bool, processes: int) -> float:
    """The share of one of `processes` web processes."""
    return PAGE_VIEW_SHARE * (LIVE_CALLS_PER_SECOND if livemode else TEST_CALLS_PER_SECOND) / processes


@contextmanager
def for_page_view() -> Iterator[None]:
    """Inside, calls to Stripe count as those of a page that anybody can open again and again."""
    token = _is_page_view.set(True)
    try:
        yield
    finally:
        _is_page_view.reset(token)


def is_page_view() -> bool:
    """Whether this call is made for a page view."""
    return _is_page_view.get()
