"""The inbox of webhook events: verify a delivery, and store it once."""

from peewee import IntegrityError

from storefront import stripe_gateway
from storefront.db import db
from storefront.errors import SecretUnreadable, WebhookRefused
from storefront.models import IgnoredDelivery, Merchant, WebhookEvent, WebhookRefusal
from storefront.stripe_gateway import EventSummary
from storefront.webhooks.handlers import HANDLED_EVENTS

# Stripe's own largest events are far smaller.
MAX_PAYLOAD_BYTES = 512_000


def receive(merchant: Merchant, payload: bytes, signature: str) -> WebhookEvent | None:
    """Verify one delivery and store its event. Return None if it is already stored, or not for the shop.

    `signature` is the Stripe-Signature header. Raises WebhookRefused, and counts the refusal. A signed delivery that is
    not for the shop is counted too.
    """
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise refuse(merchant, "size")
    try:
        summary = stripe_gateway.verify_delivery(merchant, payload, signature, HANDLED_EVENTS)
    except stripe_gateway.DeliveryNotOurs as error:
        IgnoredDelivery.record(merchant, error.reason)
        return None
    except stripe_gateway.DeliveryInvalid as error:
        raise refuse(merchant, error.reason) from error
    except SecretUnreadable as error:
        raise refuse(merchant, "unreadable") from error
    return store(merchant, summary)


def refuse(merchant: Merchant | None, reason: str) -> WebhookRefused:
    """Count a refused delivery and return the error to raise. `merchant` is None if the address is unknown."""
    WebhookRefusal.record(merchant, reason)
    return WebhookRefused(reason)


def store(merchant: Merchant, summary: EventSummary) -> WebhookEvent | None:
    """Store an event. Return None if it is already stored, or not of this merchant's mode."""
    if summary.livemode != merchant.is_live:
        return None
    try:
        with db.atomic():
            return WebhookEvent.create(
                merchant=merchant,
                event_id=summary.id,
                type=summary.type,
                object_id=summary.object_id,
                intent_id=summary.intent_id,
                payment=summary.payment,
                subscription=summary.subscription,
                attempt=summary.declined_charge,
                occurred_at=summary.occurred_at,
            )
    except IntegrityError:
        return None
