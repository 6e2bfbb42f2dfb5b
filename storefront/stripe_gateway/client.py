"""Stripe clients, one for each account, and how calls are made with them."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, TypeVar
from uuid import uuid4

import stripe

from storefront.db import db
from storefront.errors import StripeBusy
from storefront.models import CLOCK_TOLERANCE, Merchant, next_request_number, now
from storefront.runtime import Runtime, current
from storefront.stripe_gateway.addresses import api_address
from storefront.stripe_gateway.call_limits import PageViewCalls, WaitingCalls, page_view_calls_per_second
from storefront.stripe_gateway.circuit_breaker import CircuitBreaker
from storefront.stripe_gateway.error_translation import translate_error
from storefront.stripe_gateway.gated_client import GatedClient, one_call
from storefront.stripe_gateway.network_client import NetworkClient
from storefront.stripe_gateway.refusals import WatchingClient

# Set on every client and on our webhook endpoints: a new version may remove fields.
API_VERSION: Final = "2026-10-28.endive"
CONNECT_SECONDS, READ_SECONDS = 2, 5
# A call that charges a card waits for the card's bank.
CHARGE_READ_SECONDS = 15
# A repeated call whose first request is still running at Stripe is sent again this often, so many times.
IN_FLIGHT_WAIT_SECONDS, IN_FLIGHT_TRIES = 1, 8
IN_FLIGHT = "idempotency_key_in_use"
# Stripe forgets an idempotency key after 24 hours at the earliest; after that our row is looked up first.
IDEMPOTENCY_KEY_LIFETIME = timedelta(hours=24)

# Makes an HTTP client with this read timeout in seconds.
HttpClient = Callable[[float], stripe.HTTPClient]
T = TypeVar("T")


def over_the_network(read_seconds: float) -> stripe.HTTPClient:
    """Real connections, with limits on how long Stripe may take."""
    return NetworkClient(timeout=(CONNECT_SECONDS, read_seconds))


def is_key_valid(created_at: datetime) -> bool:
    """Whether Stripe still knows the idempotency key of a row of this age. Unknown for one from the future: no.

    Such a row was written while this server's clock was ahead. It may be older than it says.
    """
    return -CLOCK_TOLERANCE <= now() - created_at <= IDEMPOTENCY_KEY_LIFETIME


class ClientPool:
    """The Stripe clients of one shop, one for each key, address and read timeout.

    `make_http_client` makes what sends their requests, `sleep` waits between two of them, `clock` measures in seconds
    how long they take. `web_processes` is the number of processes that share what page views may ask; None if this is
    no web process.
    """

    def __init__(self, _runtime: Runtime) -> None:
        self.waiting = WaitingCalls()
        self.web_processes: int | None = None
        # By merchant ID. `setdefault` is atomic: all clients of a merchant share one.
        self.breakers: dict[int, CircuitBreaker] = {}
        self._page_views: dict[int, PageViewCalls] = {}
        self.make_http_client: HttpClient = over_the_network
        self.sleep: Callable[[float], None] = time.sleep
        self.clock: Callable[[], float] = time.monotonic
        self.client = lru_cache(maxsize=64)(self._make_client)
        # At INFO the library logs the address of each call, which may contain a client secret.
        logging.getLogger("stripe").setLevel(logging.WARNING)

    def _make_client(
        self, key: str, api_base: str | None, read_seconds: float, merchant_id: int | None
    ) -> stripe.StripeClient:
        http_client = self.make_http_client(read_seconds)
        if merchant_id is None:
            gated = GatedClient(http_client, self.waiting)
        else:
            gated = GatedClient(
                WatchingClient(http_client, merchant_id, key),
                self.waiting,
                self.breakers.setdefault(merchant_id, CircuitBreaker(self.clock)),
                self._page_views_of(merchant_id, key),
                charges=read_seconds == CHARGE_READ_SECONDS,
                clock=self.clock,
            )
        return stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_address(key, api_base)},
            max_network_retries=1,
            http_client=gated,
        )

    def _page_views_of(self, merchant_id: int, key: str) -> PageViewCalls | None:
        if self.web_processes is None:
            return None
        per_second = page_view_calls_per_second("_live_" in key, self.web_processes)
        return self._page_views.setdefault(merchant_id, PageViewCalls(per_second, self.clock))


def limit_calls(threads: int, processes: int) -> None:
    """Set the limits of a web process with so many threads, one of so many processes. Call it before the first request.

    At most half of the threads wait for Stripe, so that the other pages are served even if Stripe is silent.
    """
    pool = current().resource(ClientPool)
    pool.waiting.places, pool.web_processes = max(1, threads // 2), processes


def set_http_client(
    make_http_client: HttpClient,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Send the current shop's requests to Stripe another way: a simulator in the same process needs no network."""
    pool = current().resource(ClientPool)
    pool.make_http_client, pool.sleep, pool.clock = make_http_client, sleep, clock
    pool.breakers.clear()
    pool.client.cache_clear()


@dataclass(frozen=True)
class Credentials:
    """A pair of keys and the address of the Stripe API (None: the configured one). repr() hides the secret key."""

    publishable_key: str
    secret_key: str = field(repr=False)
    api_base: str | None = None

    @classmethod
    def of(cls, merchant: Merchant) -> "Credentials":
        """The merchant's credentials. Raises SecretUnreadable."""
        return cls(merchant.publishable_key, merchant.secret_key, merchant.api_base)


def client_of(merchant: Merchant) -> stripe.StripeClient:
    """A client with the merchant's secret key. Stores what Stripe permanently refuses. Raises SecretUnreadable."""
    return _merchant_client(merchant, READ_SECONDS)


def charging_client_of(merchant: Merchant) -> stripe.StripeClient:
    """`client_of` with time enough for the card's bank. Use it with `charging_call`. Raises SecretUnreadable."""
    return _merchant_client(merchant, CHARGE_READ_SECONDS)


def _merchant_client(merchant: Merchant, read_seconds: float) -> stripe.StripeClient:
    credentials = Credentials.of(merchant)
    pool = current().resource(ClientPool)
    return pool.client(credentials.secret_key, credentials.api_base, read_seconds, merchant.id)


def secret_client(credentials: Credentials) -> stripe.StripeClient:
    """A client with the secret key."""
    pool = current().resource(ClientPool)
    return pool.client(credentials.secret_key, credentials.api_base, READ_SECONDS, None)


def publishable_client(credentials: Credentials) -> stripe.StripeClient:
    """A client with the publishable key: it may do what a browser may do."""
    pool = current().resource(ClientPool)
    return pool.client(credentials.publishable_key, credentials.api_base, READ_SECONDS, None)


@contextmanager
def stripe_call() -> Iterator[None]:
    """Use around every call: raises StripeError, and RuntimeError if a transaction is open."""
    if db.in_transaction():
        raise RuntimeError("no calls to Stripe while a transaction is open")
    # For the wait for a place; see also NetworkClient.
    db.close()
    try:
        yield
    except stripe.StripeError as error:
        raise translate_error(error) from error


@contextmanager
def numbered_call() -> Iterator[int]:
    """`stripe_call` for an answer that is stored: yields the number that the snapshot needs (`models/stripe_answers`).

    Answers to creations have the number `AT_CREATION` instead.
    """
    if db.in_transaction():
        raise RuntimeError("no calls to Stripe while a transaction is open")
    number = next_request_number()
    with stripe_call():
        yield number


def charging_call(call: Callable[[stripe.RequestOptions], T], key: str = "") -> T:
    """Make a call that may charge a card: `call` gets its request options. Raises like `stripe_call`.

    A request that has timed out may still run at Stripe. It is repeated with the same idempotency key until Stripe has
    its answer, a few seconds at most; then raises StripeBusy. Without a `key` each call gets a new one.
    """
    options: stripe.RequestOptions = {"idempotency_key": key or str(uuid4())}
    sleep = current().resource(ClientPool).sleep
    with one_call():
        for _ in range(IN_FLIGHT_TRIES):
            try:
                with stripe_call():
                    return call(options)
            except StripeBusy as error:
                if error.code != IN_FLIGHT:
                    raise
            sleep(IN_FLIGHT_WAIT_SECONDS)
        with stripe_call():
            return call(options)
