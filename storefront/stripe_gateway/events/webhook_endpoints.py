"""The shop's webhook endpoint at a merchant's account: register, retrieve and remove."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import stripe
from stripe.params import WebhookEndpointUpdateParams

from storefront.errors import StripeNotFound
from storefront.isolation import Run
from storefront.models import Merchant
from storefront.stripe_gateway.accounts.stripe_clock import time_of_answer
from storefront.stripe_gateway.answers import metadata_of
from storefront.stripe_gateway.client import API_VERSION, client_of, stripe_call

WEBHOOK_PATH = "/webhooks/stripe/"


@dataclass(frozen=True)
class Endpoint:
    """`secret` signs its deliveries. Stripe returns it only on creation. repr() hides it.

    `is_only_one` is False if an older endpoint of the shop could not be deleted.
    """

    id: str
    secret: str | None = field(repr=False)
    is_only_one: bool = True


def register_endpoint(merchant: Merchant, url: str, events: Iterable[str]) -> Endpoint:
    """Ensure that the account has exactly one endpoint of the shop, at `url`, for `events`. Raises StripeError.

    The present one is kept if the shop has its secret. An endpoint with another API version is replaced, because the
    version can't be changed. The new one is created before the old ones are deleted, so that no event is lost. An old
    one that can't be deleted is logged: the new one's secret must not get lost.
    """
    wanted = sorted(events)
    with stripe_call():
        existing = [endpoint for endpoint in _list_all(merchant) if _is_ours(endpoint, merchant, url)]
        kept = next((endpoint for endpoint in existing if _can_be_kept(endpoint, merchant, url)), None)
        if kept is None:
            registered = _create(merchant, url, wanted)
        else:
            registered = Endpoint(kept.id, None)
            if sorted(kept.enabled_events) != wanted or kept.status != "enabled":
                change: WebhookEndpointUpdateParams = {"disabled": False, "enabled_events": wanted}  # type: ignore[typeddict-item]  # EventType
                client_of(merchant).v1.webhook_endpoints.update(kept.id, change)
    others, run = [endpoint.id for endpoint in existing if endpoint.id != registered.id], Run()
    deleted = run.each(lambda: others, partial(_delete, merchant), name=lambda other: f"deletion of endpoint {other}")
    run.log_failures()
    return replace(registered, is_only_one=len(deleted) == len(others))


@dataclass(frozen=True)
class RegisteredEndpoint:
    """An endpoint as Stripe has it. `enabled` is False if Stripe or the owner has disabled it.

    `seen_at` is the time at Stripe of this answer, None if it did not say.
    """

    url: str
    api_version: str
    enabled: bool
    events: frozenset[str]
    seen_at: datetime | None

    @property
    def has_our_version(self) -> bool:
        """Whether its events have the API version that the shop uses."""
        return self.api_version == API_VERSION


def retrieve_endpoint(merchant: Merchant) -> RegisteredEndpoint | None:
    """Retrieve the merchant's endpoint, or None if it does not exist. Raises StripeError."""
    if not merchant.webhook_endpoint_id:
        return None
    try:
        with stripe_call():
            endpoint = client_of(merchant).v1.webhook_endpoints.retrieve(merchant.webhook_endpoint_id)
    except StripeNotFound:
        return None
    return _registered(endpoint, time_of_answer(endpoint))


def find_endpoint(merchant: Merchant, url: str) -> RegisteredEndpoint | None:
    """The account's endpoint with this URL, or None. Raises StripeError."""
    with stripe_call():
        page = client_of(merchant).v1.webhook_endpoints.list({"limit": 100})
        found = next((one for one in page.auto_paging_iter() if one.url == url), None)
    return _registered(found, time_of_answer(page)) if found else None


def _registered(endpoint: stripe.WebhookEndpoint, seen_at: datetime | None) -> RegisteredEndpoint:
    return RegisteredEndpoint(
        url=endpoint.url,
        api_version=endpoint.api_version or "",
        enabled=endpoint.status == "enabled",
        events=frozenset(endpoint.enabled_events),
        seen_at=seen_at,
    )


def remove_endpoint(merchant: Merchant) -> None:
    """Delete the merchant's endpoint, if it still exists. Raises StripeError."""
    if merchant.webhook_endpoint_id:
        with stripe_call():
            _delete(merchant, merchant.webhook_endpoint_id)


def _list_all(merchant: Merchant) -> list[stripe.WebhookEndpoint]:
    return list(client_of(merchant).v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter())


def _is_ours(endpoint: stripe.WebhookEndpoint, merchant: Merchant, url: str) -> bool:
    """Whether the endpoint belongs to this shop: by its id, its metadata or its address.

    An account is connected to a shop once in each mode, so other endpoints at our address are old ones.
    """
    prefix = url.removesuffix(merchant.public_id)
    return (
        endpoint.id == merchant.webhook_endpoint_id
        or metadata_of(endpoint).get("merchant") == merchant.public_id
        or endpoint.url.startswith(prefix)
    )


def _can_be_kept(endpoint: stripe.WebhookEndpoint, merchant: Merchant, url: str) -> bool:
    return (
        endpoint.id == merchant.webhook_endpoint_id
        and merchant.webhook_secret_encrypted is not None
        and endpoint.url == url
        and endpoint.api_version == API_VERSION
    )


def _create(merchant: Merchant, url: str, events: list[str]) -> Endpoint:
    created = client_of(merchant).v1.webhook_endpoints.create(
        {
            "url": url,
            "enabled_events": events,  # type: ignore[typeddict-item] # plain strings
            "api_version": API_VERSION,
            "description": "Storefront",
            "metadata": {"merchant": merchant.public_id},
        }
    )
    return Endpoint(created.id, created.secret)


def _delete(merchant: Merchant, endpoint_id: str) -> None:
    try:
        with stripe_call():
            client_of(merchant).v1.webhook_endpoints.delete(endpoint_id)
    except StripeNotFound:
        return
