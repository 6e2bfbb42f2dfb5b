"""Remembers that Stripe is silent. Meanwhile calls fail at once instead of waiting for an answer that does not come."""

import threading
import time
from collections.abc import Callable
from math import ceil
from typing import Final

from storefront.errors import StripeUnreachable

# So many requests in a row, each without an answer for so long, open the breaker. A refused connection does not count:
# it costs no time, so the next call may as well try.
SILENT_REQUESTS: Final = 2
SILENCE_SECONDS: Final = 1.0
# An open breaker lets one call through each time these seconds have passed.
OPEN_SECONDS: Final = 5


class CircuitBreaker:
    """The breaker of one merchant in this process. `clock` returns seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._silent = 0
        self._next_try: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether Stripe has been silent, and has not answered since."""
        return self._next_try is not None

    def require_closed(self) -> None:
        """Raise StripeUnreachable (`was_asked` is False) while the breaker is open, except for one probe at a time."""
        with self._lock:
            if self._next_try is None:
                return
            wait = self._next_try - self._clock()
            if wait > 0:
                raise StripeUnreachable("Stripe does not answer", was_asked=False, retry_after=ceil(wait))
            # This call is the probe. If it ends without a result, the next probe may follow all the same.
            self._next_try = self._clock() + OPEN_SECONDS

    def record_answer(self) -> None:
        """Stripe has answered, whatever it said."""
        with self._lock:
            self._silent, self._next_try = 0, None

    def record_failure(self, seconds: float) -> None:
        """A request got no answer for so many seconds."""
        if seconds < SILENCE_SECONDS:
            return
        with self._lock:
            self._silent += 1
            if self._silent >= SILENT_REQUESTS:
                self._next_try = self._clock() + OPEN_SECONDS
