"""Verifies the deliveries of webhook events."""

import json
from collections.abc import Collection
from typing import Any

import stripe

from storefront.models import Merchant
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

TOLERANCE_SECONDS = 300
PING = "v2.core.event_destination.ping"


class DeliveryInvalid(Exception):
    """The delivery is not from Stripe, or too old. `reason` is a code: signature, age, or content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class DeliveryNotOurs(Exception):
    """The delivery is from Stripe, but not for the shop. `reason` is a code: ping, thin, type, account, or mode."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify_delivery(merchant: Merchant, payload: bytes, signature: str, types: Collection[str]) -> EventSummary:
    """Verify a delivery's signature and age, and summarize its event if it has one of these `types`.

    Raises DeliveryInvalid, and DeliveryNotOurs for what else Stripe sends: Stripe disables an endpoint that refuses it.
    The previous signing secret is accepted for a day after it was replaced.
    """
    try:
        text = payload.decode()
    except ValueError as error:
        raise DeliveryInvalid("content") from error
    if not any(_is_signed(text, signature, secret) for secret in merchant.webhook_secrets):
        raise DeliveryInvalid("signature")
    if not any(_is_signed(text, signature, secret, TOLERANCE_SECONDS) for secret in merchant.webhook_secrets):
        raise DeliveryInvalid("age")
    try:
        event = json.loads(text)
        if reason := _reason_to_ignore(merchant, event, types):
            raise DeliveryNotOurs(reason)
        return summarize_event(event)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise DeliveryInvalid("content") from error


def _reason_to_ignore(merchant: Merchant, event: dict[str, Any], types: Collection[str]) -> str:
    """Why the event is not for the shop, "" if it is. Raises KeyError, TypeError or AttributeError if it is no event.

    Events of API v2 and thin events have other objects than "event" (docs.stripe.com/event-destinations). `account`
    names the connected account of a platform's event.
    """
    kind, account = event["type"], event.get("account")
    if not isinstance(kind, str):
        raise TypeError(kind)
    if event.get("object", "event") != "event":
        return "ping" if kind == PING else "thin"
    if account and merchant.stripe_account_id and account != merchant.stripe_account_id:
        return "account"
    if (event["livemode"] is True) != merchant.is_live:
        return "mode"
    return "" if kind in types else "type"


def _is_signed(text: str, signature: str, secret: str, tolerance: int | None = None) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance))
    except stripe.SignatureVerificationError:
        return False
