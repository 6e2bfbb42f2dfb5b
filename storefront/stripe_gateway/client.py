"""Stripe clients, one for each account, and the translation of Stripe's errors into the shop's own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Final

import stripe

from storefront.db import db
from storefront.errors import (
    StripeBroken,
    StripeBusy,
    StripeError,
    StripeKeyInvalid,
    StripeNotFound,
    StripePermissionMissing,
    StripeRefused,
    StripeUnreachable,
)
from storefront.models import Merchant, next_request_number
from storefront.runtime import Runtime, current

# Set on every client and on our webhook endpoints: a new version may remove fields.
API_VERSION: Final = "2026-10-28.endive"
CONNECT_SECONDS, READ_SECONDS = 2, 5
# Stripe forgets an idempotency key after 24 hours at the earliest; after that our row is looked up first.
IDEMPOTENCY_KEY_LIFETIME = timedelta(hours=24)

HttpClient = Callable[[], stripe.HTTPClient]


def over_the_network() -> stripe.HTTPClient:
    """Real connections, with limits on how long Stripe may take."""
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS))


class ClientPool:
    """The Stripe clients of one shop, one for each key and address. `make_http_client` sends their requests."""

    def __init__(self, runtime: Runtime) -> None:
        self._default_api_base = runtime.config.stripe_api_base
        self.make_http_client: HttpClient = over_the_network
        self.client = lru_cache(maxsize=64)(self._make_client)
        # At INFO the library logs the address of each call, which may contain a client secret.
        logging.getLogger("stripe").setLevel(logging.WARNING)

    def _make_client(self, key: str, api_base: str | None) -> stripe.StripeClient:
        return stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base or self._default_api_base},
            max_network_retries=1,
            http_client=self.make_http_client(),
        )


def set_http_client(make_http_client: HttpClient) -> None:
    """Send the current shop's requests to Stripe another way: a simulator in the same process needs no network."""
    pool = current().resource(ClientPool)
    pool.make_http_client = make_http_client
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
    """A client with the merchant's secret key. Raises SecretUnreadable."""
    return secret_client(Credentials.of(merchant))


def secret_client(credentials: Credentials) -> stripe.StripeClient:
    """A client with the secret key."""
    return current().resource(ClientPool).client(credentials.secret_key, credentials.api_base)


def publishable_client(credentials: Credentials) -> stripe.StripeClient:
    """A client with the publishable key: it may do what a browser may do."""
    return current().resource(ClientPool).client(credentials.publishable_key, credentials.api_base)


@contextmanager
def stripe_call() -> Iterator[None]:
    """Use around every call: raises StripeError, and RuntimeError if a transaction is open."""
    if db.in_transaction():
        raise RuntimeError("no calls to Stripe while a transaction is open")
    try:
        yield
    except stripe.StripeError as error:
        raise _translate(error) from error


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


def _translate(error: stripe.StripeError) -> StripeError:
    error_class = _error_class(error)
    return error_class(
        message=error.user_message or "",
        code=error.code or "",
        param=str(getattr(error, "param", None) or ""),
        request_id=error.request_id or "",
    )


def _error_class(error: stripe.StripeError) -> type[StripeError]:
    status = error.http_status
    if status is None:
        return StripeUnreachable
    if status >= 500:
        return StripeBroken
    by_status: dict[int, type[StripeError]] = {
        401: StripeKeyInvalid,
        403: StripePermissionMissing,
        404: StripeNotFound,
        409: StripeBusy,
        429: StripeBusy,
    }
    return by_status.get(status, StripeRefused)
