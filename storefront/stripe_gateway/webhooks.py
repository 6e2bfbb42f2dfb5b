"""Our webhook endpoint at a merchant's account, and the signatures of what it delivers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import stripe
from stripe.params import WebhookEndpointUpdateParams

from storefront.errors import StripeNotFound
from storefront.models import Merchant
from storefront.stripe_gateway.client import API_VERSION, Credentials, asking, secret_client
from storefront.stripe_gateway.setup_intents import AT_STRIPE

PATH = "/webhooks/stripe/"
TOLERANCE_SECONDS = 300


class SignatureInvalid(Exception):
    """The delivery can't be believed; `reason` is a code: signature, age, or content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Endpoint:
    """`secret` signs its deliveries; Stripe tells it only when the endpoint is made. Not shown by repr()."""

    id: str
    secret: str | None = field(repr=False)


@dataclass(frozen=True)
class EventHint:
    """What an event says of itself: type, the object it is about, and what of ours that belongs to.

    `payment` is our payment's public id from the object's metadata, or its subscription's; `subscription` the id of the
    Stripe subscription that it is, or that an invoice, a schedule or another card is for; `declined_charge` names a
    declined attempt, of a card that was to be kept too.
    """

    id: str
    type: str
    object_id: str
    intent_id: str
    payment: str
    declined_charge: str
    livemode: bool
    occurred_at: datetime
    subscription: str = ""


def register_endpoint(merchant: Merchant, url: str, events: Iterable[str]) -> Endpoint:
    """Leave exactly one endpoint of ours at the account, at `url`, for `events`. Raises StripeError.

    The present one is kept while its secret is known here; an API version can't be changed later, so another
    version's endpoint is replaced. The new one is made before the old ones go: no event falls between.
    """
    wanted = sorted(events)
    with asking():
        ours = [e for e in _all(merchant) if _is_ours(e, merchant, url)]
        kept = next((e for e in ours if _is_good(e, merchant, url)), None)
        if kept is None:
            endpoint = _create(merchant, url, wanted)
        else:
            endpoint = Endpoint(kept.id, None)
            if sorted(kept.enabled_events) != wanted or kept.status != "enabled":
                change: WebhookEndpointUpdateParams = {"disabled": False, "enabled_events": wanted}  # type: ignore[typeddict-item]  # EventType
                _client(merchant).v1.webhook_endpoints.update(kept.id, change)
        for other in ours:
            if other.id != endpoint.id:
                _delete(merchant, other.id)
    return endpoint


@dataclass(frozen=True)
class Registered:
    """An endpoint as Stripe has it; `enabled` is False when Stripe or somebody has switched it off."""

    url: str
    api_version: str
    enabled: bool
    events: frozenset[str]

    @property
    def has_our_version(self) -> bool:
        """Whether its events come in the API version this shop reads."""
        return self.api_version == API_VERSION


def retrieve_endpoint(merchant: Merchant) -> Registered | None:
    """Our endpoint as Stripe has it now; None when it isn't there. Raises StripeError."""
    if not merchant.webhook_endpoint_id:
        return None
    try:
        with asking():
            endpoint = _client(merchant).v1.webhook_endpoints.retrieve(merchant.webhook_endpoint_id)
    except StripeNotFound:
        return None
    return Registered(
        url=endpoint.url,
        api_version=endpoint.api_version or "",
        enabled=endpoint.status == "enabled",
        events=frozenset(endpoint.enabled_events),
    )


def remove_endpoint(merchant: Merchant) -> None:
    """Delete our endpoint. Raises StripeError; one that is gone already is fine."""
    if merchant.webhook_endpoint_id:
        with asking():
            _delete(merchant, merchant.webhook_endpoint_id)


def read_delivery(merchant: Merchant, payload: bytes, signature: str) -> EventHint:
    """Verify a delivery's signature and age, and say what it is about. Raises SignatureInvalid.

    A secret that was replaced less than a day ago is good too.
    """
    try:
        text = payload.decode()
    except ValueError as error:
        raise SignatureInvalid("content") from error
    if not any(_signed(text, signature, secret) for secret in merchant.webhook_secrets):
        raise SignatureInvalid("signature")
    if not any(_signed(text, signature, secret, TOLERANCE_SECONDS) for secret in merchant.webhook_secrets):
        raise SignatureInvalid("age")
    try:
        return hint_of(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureInvalid("content") from error


def _signed(text: str, signature: str, secret: str, tolerance: int | None = None) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance))
    except stripe.SignatureVerificationError:
        return False


def hint_of(event: dict[str, Any]) -> EventHint:
    """What an event object says. Raises KeyError, TypeError, ValueError or AttributeError when it is none."""
    about = event["data"]["object"]
    kind = str(event["type"])
    # An invoice has neither our metadata nor its subscription's id on itself.
    details = (about.get("parent") or {}).get("subscription_details") or {}
    return EventHint(
        id=str(event["id"]),
        type=kind,
        object_id=str(about.get("id") or ""),
        intent_id=str(about.get("payment_intent") or ""),
        payment=_payment_named_by(about) or _payment_named_by(details),
        declined_charge=_declined_attempt(about),
        livemode=event["livemode"] is True,
        occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
        subscription=_subscription_of(kind, about) or str(details.get("subscription") or ""),
    )


def _payment_named_by(about: dict[str, Any]) -> str:
    return str((about.get("metadata") or {}).get("payment") or "")


def _subscription_of(kind: str, about: dict[str, Any]) -> str:
    if kind.startswith("customer.subscription."):
        return str(about.get("id") or "")
    if kind.startswith("subscription_schedule."):
        return str(about.get("subscription") or about.get("released_subscription") or "")
    if kind.startswith("setup_intent."):
        return str((about.get("metadata") or {}).get(AT_STRIPE) or "")
    return ""


def _declined_attempt(about: dict[str, Any]) -> str:
    """A failed 3-D Secure check has no charge, and is no decline of a card that was to be kept either."""
    kept = about.get("last_setup_error") or {}
    if kept and kept.get("code") != "setup_intent_authentication_failure":
        return str(about.get("latest_attempt") or "")
    return str((about.get("last_payment_error") or {}).get("charge") or "")


def _all(merchant: Merchant) -> list[stripe.WebhookEndpoint]:
    return list(_client(merchant).v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter())


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
    made = _client(merchant).v1.webhook_endpoints.create(
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
        with asking():
            _client(merchant).v1.webhook_endpoints.delete(endpoint_id)
    except StripeNotFound:
        return


def _client(merchant: Merchant) -> stripe.StripeClient:
    return secret_client(Credentials.of(merchant))
