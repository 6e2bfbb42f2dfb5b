"""Verifies the deliveries of webhook events."""

import json

import stripe

from storefront.models import Merchant
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

TOLERANCE_SECONDS = 300


class DeliveryInvalid(Exception):
    """The delivery is not from Stripe, or too old. `reason` is a code: signature, age, or content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def verify_delivery(merchant: Merchant, payload: bytes, signature: str) -> EventSummary:
    """Verify a delivery's signature and age, and summarize its event. Raises DeliveryInvalid.

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
        return summarize_event(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeliveryInvalid("content") from error


def _is_signed(text: str, signature: str, secret: str, tolerance: int | None = None) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(text, signature, secret, tolerance))
    except stripe.SignatureVerificationError:
        return False
