"""The part of an event that the shop needs: which object to retrieve from Stripe.

Delivered events have our API version. Events from `GET /v1/events` have the account's default version, which may be
years older (docs.stripe.com/upgrades): both shapes are read.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront.stripe_gateway.answers import id_of, time_of
from storefront.stripe_gateway.payments.setup_intents import STRIPE_SUBSCRIPTION_KEY

# Our public ids and Stripe's ids have these characters, and a column holds this many.
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


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
    return EventSummary(
        id=str(event["id"]),
        type=kind,
        object_id=str(stripe_object.get("id") or ""),
        # Old invoices name their payment intent too. It is not the one that our payment row waits for.
        intent_id="" if kind.startswith("invoice.") else id_of(stripe_object.get("payment_intent")),
        payment=next(filter(None, map(_payment_id, [stripe_object, *_subscription_details(stripe_object)])), ""),
        declined_charge=_declined_attempt(stripe_object),
        livemode=event["livemode"] is True,
        occurred_at=time_of(int(event["created"])),
        subscription=_subscription_of(kind, stripe_object),
    )


def _subscription_details(stripe_object: dict[str, Any]) -> list[dict[str, Any]]:
    """Where an invoice has its subscription's id and metadata, the newest API version first.

    `parent` since 2025-03-31.basil, `subscription_details` before, and its lines in the oldest versions.
    """
    lines = (stripe_object.get("lines") or {}).get("data") or []
    found = [
        (stripe_object.get("parent") or {}).get("subscription_details"),
        stripe_object.get("subscription_details"),
        *lines,
    ]
    return [details for details in found if details]


def _payment_id(stripe_object: dict[str, Any]) -> str:
    return _metadata_id(stripe_object, "payment")


def _metadata_id(stripe_object: dict[str, Any], key: str) -> str:
    """An id that the shop has written; "" for any other text, which another system may have written under this key."""
    value = str((stripe_object.get("metadata") or {}).get(key) or "")
    return value if _ID.fullmatch(value) else ""


def _subscription_of(kind: str, stripe_object: dict[str, Any]) -> str:
    if kind.startswith("customer.subscription."):
        return str(stripe_object.get("id") or "")
    if kind.startswith("subscription_schedule."):
        return id_of(stripe_object.get("subscription") or stripe_object.get("released_subscription"))
    if kind.startswith("invoice."):
        named = [details.get("subscription") for details in _subscription_details(stripe_object)]
        return next(filter(None, map(id_of, [*named, stripe_object.get("subscription")])), "")
    if kind.startswith("setup_intent."):
        return _metadata_id(stripe_object, STRIPE_SUBSCRIPTION_KEY)
    return ""


def _declined_attempt(stripe_object: dict[str, Any]) -> str:
    """A request for 3-D Secure, and a failed check, are no declines.

    The check has no charge, and a SetupIntent has its own error code for it. An off-session request has a charge.
    """
    setup_error = stripe_object.get("last_setup_error") or {}
    if setup_error and setup_error.get("code") != "setup_intent_authentication_failure":
        return str(stripe_object.get("latest_attempt") or "")
    payment_error = stripe_object.get("last_payment_error") or {}
    if payment_error.get("code") == "authentication_required":
        return ""
    return str(payment_error.get("charge") or "")
