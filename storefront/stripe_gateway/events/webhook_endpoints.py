"""Our webhook endpoint at a merchant's account, and the signatures of what it delivers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import stripe
from stripe.params import WebhookEndpointUpdateParams

from storefront.errors import StripeNotFound
from storefront.models import Merchant
from storefront.stripe_gateway.client import API_VERSION, client_of, stripe_call
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

WEBHOOK_PATH = "/webhooks/stripe/"
TOLERANCE_SECONDS = 300


class DeliveryInvalid(Exception):
    """The delivery can't be believed; `reason` is a code: signature, age, or content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Endpoint:
    """`secret` signs its deliveries; Stripe tells it only when the endpoint is made. Not shown by repr()."""

    id: str
    secret: str | None = field(repr=False)


def register_endpoint(merchant: Merchant, url: str, events: Iterable[str]) -> Endpoint:
    """Leave exactly one endpoint of ours at the account, at `url`, for `events`. Raises StripeError.

    The present one is kept while its secret is known here; an API version can't be changed later, so another
    version's endpoint is replaced. The new one is made before the old ones go: no event falls between.
    """
    wanted = sorted(events)
    with stripe_call():
        ours = [e for e in _all(merchant) if _is_ours(e, merchant, url)]
        kept = next((e for e in ours if _is_good(e, merchant, url)), None)
        if kept is None:
            endpoint = _create(merchant, url, wanted)
        else:
            endpoint = Endpoint(kept.id, None)
            if sorted(kept.enabled_events) != wanted or kept.status != "enabled":
                change: WebhookEndpointUpdateParams = {"disabled": False, "enabled_events": wanted}  # type: ignore[typeddict-item]  # EventType
                client_of(merchant).v1.webhook_endpoints.update(kept.id, change)
        for other in ours:
            if other.id != endpoint.id:
                _delete(merchant, other.id)
    return endpoint


@dataclass(frozen=True)
class RegisteredEndpoint:
    """An endpoint as Stripe has it; `enabled` is False when Stripe or somebody has switched it off."""

    url: str
    api_version: str
    enabled: bool
    events: frozenset[str]

    @property
    def has_our_version(self) -> bool:
        """Whether its events come in the API version this shop reads."""
        return self.api_version == API_VERSION


def retrieve_endpoint(merchant: Merchant) -> RegisteredEndpoint | None:
    """Our endpoint as Stripe has it now; None when it isn't there. Raises StripeError."""
    if not merchant.webhook_endpoint_id:
        return None
    try:
        with stripe_call():
            endpoint = client_of(merchant).v1.webhook_endpoints.retrieve(merchant.webhook_endpoint_id)
    except StripeNotFound:
        return None
    return RegisteredEndpoint(
        url=endpoint.url,
        api_version=endpoint.api_version or "",
        enabled=endpoint.status == "enabled",
        events=frozenset(endpoint.enabled_events),
    )


def remove_endpoint(merchant: Merchant) -> None:
    """Delete our endpoint. Raises StripeError; one that is gone already is fine."""
    if merchant.webhook_endpoint_id:
        with stripe_call():
            _delete(merchant, merchant.webhook_endpoint_id)


def verify_delivery(merchant: Merchant, payload: bytes, signature: str) -> EventSummary:
    """Verify a delivery's signature and age, and say what it is about. Raises SignatureInvalid.

    A secret that was replaced less than a day ago is good too.
    """
    try:
        text = payload.decode()
    except ValueError as error:
        raise DeliveryInvalid("content") from error
    if not any(_signed(text, signature, secret) for secret in merchant.webhook_secrets):
        raise DeliveryInvalid("signature")
    if not any(_signed(text, signature, secret, TOLERANCE_SECONDS) for secret in merchant.webhook_secrets):
        raise DeliveryInvalid("age")
    try:
        return summarize_event(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeliveryInvalid("content") from error


def _signed(text: str, signature: str, secret: str, tolerance: int | None = None) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance))
    except stripe.SignatureVerificationError:
        return False


def _all(merchant: Merchant) -> list[stripe.WebhookEndpoint]:
    return list(client_of(merchant).v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter())


def _is_ours(endpoint: stripe.WebhookEndpoint, merchant: Merchant, url: str) -> bool:
    """Ours is what we remember, what names this merchant, and whatever points at this shop.

    An account is connected to this shop once per mode: other endpoints under our address are leftovers.
    """
    shop = url.removesuffix(merchant.public_id)
    return (
        endpoint.id == merchant.webhook_endpoint_id
        or (endpoint.metadata.to_dict() if endpoint.metadata else {}).get("merchant") == merchant.public_id
        or endpoint.url.startswith(shop)
    )


def _is_good(endpoint: stripe.WebhookEndpoint, merchant: Merchant, url: str) -> bool:
    return (
        endpoint.id == merchant.webhook_endpoint_id
        and merchant.webhook_secret_encrypted is not None
        and endpoint.url == url
        and endpoint.api_version == API_VERSION
    )


def _create(merchant: Merchant, url: str, events: list[str]) -> Endpoint:
    made = client_of(merchant).v1.webhook_endpoints.create(
        {
            "url": url,
            "enabled_events": events,  # type: ignore[typeddict-item] # plain strings: the list is ours to choose
            "api_version": API_VERSION,
            "description": "Storefront",
            "metadata": {"merchant": merchant.public_id},
        }
    )
    return Endpoint(made.id, made.secret)


def _delete(merchant: Merchant, endpoint_id: str) -> None:
    try:
        with stripe_call():
            client_of(merchant).v1.webhook_endpoints.delete(endpoint_id)
    except StripeNotFound:
        return
