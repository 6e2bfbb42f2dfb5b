"""The part of an event that the shop needs: which object to retrieve from Stripe."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront.stripe_gateway.answers import time_of
from storefront.stripe_gateway.payments.setup_intents import STRIPE_SUBSCRIPTION_KEY


@dataclass(frozen=True)
class EventSummary:
    """Type and object of an event, and the records that it belongs to.

    `payment` is our payment's public id, from the metadata of the object or of its subscription. `subscription` is the
    id of the Stripe subscription: of the object itself, or of its invoice, schedule or card change. `declined_charge`
    identifies a declined attempt to pay or to save a card.
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


def summarize_event(event: dict[str, Any]) -> EventSummary:
    """Summarize an event. Raises KeyError, TypeError, ValueError or AttributeError if it is not a valid event."""
    stripe_object = event["data"]["object"]
    kind = str(event["type"])
    # An invoice has our metadata and its subscription's id only in here.
    details = (stripe_object.get("parent") or {}).get("subscription_details") or {}
    return EventSummary(
        id=str(event["id"]),
        type=kind,
        object_id=str(stripe_object.get("id") or ""),
        intent_id=str(stripe_object.get("payment_intent") or ""),
        payment=_payment_id(stripe_object) or _payment_id(details),
        declined_charge=_declined_attempt(stripe_object),
        livemode=event["livemode"] is True,
        occurred_at=time_of(int(event["created"])),
        subscription=_subscription_of(kind, stripe_object) or str(details.get("subscription") or ""),
    )


def _payment_id(stripe_object: dict[str, Any]) -> str:
    return str((stripe_object.get("metadata") or {}).get("payment") or "")


def _subscription_of(kind: str, stripe_object: dict[str, Any]) -> str:
    if kind.startswith("customer.subscription."):
        return str(stripe_object.get("id") or "")
    if kind.startswith("subscription_schedule."):
        return str(stripe_object.get("subscription") or stripe_object.get("released_subscription") or "")
    if kind.startswith("setup_intent."):
        return str((stripe_object.get("metadata") or {}).get(STRIPE_SUBSCRIPTION_KEY) or "")
    return ""


def _declined_attempt(stripe_object: dict[str, Any]) -> str:
    """A failed 3-D Secure check is not a decline: it has no charge, and a SetupIntent has its own error code for it."""
    setup_error = stripe_object.get("last_setup_error") or {}
    if setup_error and setup_error.get("code") != "setup_intent_authentication_failure":
        return str(stripe_object.get("latest_attempt") or "")
    return str((stripe_object.get("last_payment_error") or {}).get("charge") or "")
