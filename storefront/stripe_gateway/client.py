"""Clients for one Stripe account each, and Stripe's errors as the product's own."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import Final

import stripe

from storefront.config import Config
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
from storefront.models import Merchant

# Pinned on every client and on the webhook endpoints we register: a new version may remove a field.
API_VERSION: Final = "2026-10-28.endive"
CONNECT_SECONDS, READ_SECONDS = 2, 5
# Stripe forgets an idempotency key after 24 hours at the earliest; after that our row is looked up first.
IDEMPOTENCY_KEY_LIFETIME = timedelta(hours=24)

HttpClient = Callable[[], stripe.HTTPClient]


def over_the_network() -> stripe.HTTPClient:
    """Real connections, with limits on how long Stripe may take."""
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS))


_default_api_base = "https://api.stripe.com"
_http_client: HttpClient = over_the_network


def init(config: Config, http_client: HttpClient = over_the_network) -> None:
    """Take the environment's Stripe address, for merchants that don't say otherwise.

    `http_client` makes what carries the requests: a Stripe of the same process needs no socket.
    """
    global _default_api_base, _http_client
    _default_api_base, _http_client = config.stripe_api_base, http_client
    _client.cache_clear()
    # The library tells of each call with its whole address; a client secret may stand there.
    logging.getLogger("stripe").setLevel(logging.WARNING)


@dataclass(frozen=True)
class Credentials:
    """A pair of keys and where their Stripe is (None: where the environment says). Not shown by repr()."""

    publishable_key: str
    secret_key: str = field(repr=False)
    api_base: str | None = None

    @classmethod
    def of(cls, merchant: Merchant) -> "Credentials":
        """The merchant's own. Raises SecretUnreadable."""
        return cls(merchant.publishable_key, merchant.secret_key, merchant.api_base)


def secret_client(credentials: Credentials) -> stripe.StripeClient:
    """A client that signs with the secret key."""
    return _client(credentials.secret_key, credentials.api_base or _default_api_base)


def publishable_client(credentials: Credentials) -> stripe.StripeClient:
    """A client that knows only what a browser knows."""
    return _client(credentials.publishable_key, credentials.api_base or _default_api_base)


@lru_cache(maxsize=64)
def _client(key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base},
        max_network_retries=1,
        http_client=_http_client(),
    )


@contextmanager
def stripe_call() -> Iterator[None]:
    """Around every call: no transaction may be open, and what goes wrong becomes one of our errors."""
    if db.in_transaction():
        raise RuntimeError("Stripe is never asked while a transaction is open")
    try:
        yield
    except stripe.StripeError as error:
        raise _translated(error) from error


def _translated(error: stripe.StripeError) -> StripeError:
    kind = _kind(error)
    return kind(
        message=error.user_message or "",
        code=error.code or "",
        param=str(getattr(error, "param", None) or ""),
        request_id=error.request_id or "",
    )


def _kind(error: stripe.StripeError) -> type[StripeError]:
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
