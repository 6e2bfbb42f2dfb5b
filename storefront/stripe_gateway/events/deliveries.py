"""Verifies the deliveries of webhook events."""

import json
import re
from collections.abc import Collection
from typing import Any

import stripe

from storefront.models import Merchant, now
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

TOLERANCE_SECONDS = 300
MAX_TEXT = 255
PING = "v2.core.event_destination.ping"


class DeliveryInvalid(Exception):
    """The delivery is not from Stripe, or its time is wrong. `reason` is a code: signature, age, or content."""

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
    if not _is_recent(signature):
        raise DeliveryInvalid("age")
    try:
        event = json.loads(text)
        if reason := _reason_to_ignore(merchant, event, types):
            raise DeliveryNotOurs(reason)
        return _storable(summarize_event(event))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, OSError, RecursionError) as error:
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


def _storable(summary: EventSummary) -> EventSummary:
    """The summary. Raises ValueError if a text in it has control characters or is longer than Stripe's ids."""
    for value in vars(summary).values():
        if isinstance(value, str) and (len(value) > MAX_TEXT or not value.isprintable()):
            raise ValueError("not a text of Stripe")
    return summary


def _is_signed(text: str, signature: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=None))
    except stripe.SignatureVerificationError:
        return False


def _is_recent(signature: str) -> bool:
    """Whether the time in a verified header is neither too old nor ahead. Stripe's library checks the first only."""
    signed_at = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", signature)
    return signed_at is not None and abs(now().timestamp() - int(signed_at[1])) <= TOLERANCE_SECONDS
