"""What an event says of itself: only what is needed to ask Stripe for the object it is about."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storefront.stripe_gateway.payments.setup_intents import AT_STRIPE


@dataclass(frozen=True)
class EventSummary:
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


def summarize_event(event: dict[str, Any]) -> EventSummary:
    """What an event object says. Raises KeyError, TypeError, ValueError or AttributeError when it is none."""
    about = event["data"]["object"]
    kind = str(event["type"])
    # An invoice has neither our metadata nor its subscription's id on itself.
    details = (about.get("parent") or {}).get("subscription_details") or {}
    return EventSummary(
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
