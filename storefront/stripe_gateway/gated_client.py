"""Decides before each call whether Stripe is asked: its breaker, the places for waiting calls, and page views."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import stripe

from storefront.db import release_connection
from storefront.models import Measurements
from storefront.runtime import current
from storefront.stripe_gateway import call_limits
from storefront.stripe_gateway.call_limits import PageViewCalls, WaitingCalls
from storefront.stripe_gateway.circuit_breaker import CircuitBreaker

# What `one_call` holds: the places that its first request has taken.
_call: ContextVar[ExitStack | None] = ContextVar("call", default=None)
_is_let_through: ContextVar[bool] = ContextVar("is_let_through", default=False)

# What answers of these statuses are called in `/metrics`; others are "2xx", "4xx" and so on.
_RESULTS = {402: "declined", 429: "limited"}


def _note(result: str, seconds: float) -> None:
    current().resource(Measurements).note(Measurements.STRIPE_CALL, result, seconds)


@contextmanager
def one_call() -> Iterator[None]:
    """Inside, only the first request may be refused here. Its repetitions must learn what became of it."""
    with ExitStack() as stack:
        call, let_through = _call.set(stack), _is_let_through.set(False)
        try:
            yield
        finally:
            _is_let_through.reset(let_through)
            _call.reset(call)


class GatedClient(stripe.HTTPClient):
    """Sends requests through `inner`. `breaker` and `page_views` are None for keys that are not a merchant's yet.

    `charges` is for calls that wait for a card's bank: its slowness does not mean that Stripe is silent.
    """

    name = "gated"

    def __init__(
        self,
        inner: stripe.HTTPClient,
        waiting: WaitingCalls,
        breaker: CircuitBreaker | None = None,
        page_views: PageViewCalls | None = None,
        *,
        charges: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.inner = inner
        self._waiting = waiting
        self._breaker = breaker
        self._page_views = page_views
        self._charges = charges
        self._clock = clock

    def request_with_retries(self, *arguments: Any, **options: Any) -> tuple[str, int, Mapping[str, str]]:
        """Raises StripeUnreachable or StripeBusy (`was_asked` is False) if the call is refused here."""
        call = _call.get()
        if call is None:
            with self._admission():
                return super().request_with_retries(*arguments, **options)
        if not _is_let_through.get():
            call.enter_context(self._admission())
            _is_let_through.set(True)
        return super().request_with_retries(*arguments, **options)

    @contextmanager
    def _admission(self) -> Iterator[None]:
        if self._page_views is not None and call_limits.is_page_view():
            self._page_views.take()
        release_connection()
        with self._waiting.place():
            # After the wait for a place: meanwhile others may have found that Stripe is silent.
            if self._breaker is not None:
                self._breaker.require_closed()
            yield

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **options: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Send one request, and tell the breaker whether it was answered. Raises what `inner` raises."""
        release_connection()
        started = self._clock()
        try:
            answer = self.inner.request(method, url, headers, post_data, **options)
        except stripe.APIConnectionError:
            _note("unreachable", self._clock() - started)
            if self._breaker is not None and not self._charges:
                self._breaker.record_failure(self._clock() - started)
            raise
        _note(_RESULTS.get(answer[1], f"{answer[1] // 100}xx"), self._clock() - started)
        if self._breaker is not None:
            self._breaker.record_answer()
        return answer

    def _should_retry(self, response: Any, *arguments: Any, **options: Any) -> bool:
        """A second try would wait in vain while Stripe is silent. A charge is repeated to learn what became of it."""
        if response is None and not self._charges and self._breaker is not None and self._breaker.is_open:
            return False
        return bool(super()._should_retry(response, *arguments, **options))

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """The library retries through this client: wait as long as `inner` would."""
        return self.inner._sleep_time_seconds(num_retries)

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()  # type: ignore[no-untyped-call]  # it has no annotations
