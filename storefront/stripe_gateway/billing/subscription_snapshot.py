"""A subscription as Stripe has it now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import stripe

from storefront.stripe_gateway.answers import id_field, id_of, metadata_of, time_field
from storefront.stripe_gateway.payments.cards import Card, card_of

# The fields to expand in every response that is passed to `snapshot_of`.
EXPAND: Final = ["default_payment_method"]


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """`public_id` is our row's from its metadata, "" if the subscription is not this shop's.

    `unit_amount` is in minor units of `currency` (upper-case); `interval` and `every` are those of the price. The
    period is the item's: subscriptions have none since API version 2025-03-31. Times are in UTC. `card` is the
    subscription's default card. `paused` means a paused collection, not the status `paused`.
    """

    id: str
    status: str
    livemode: bool
    customer_id: str
    public_id: str
    item_id: str
    price_id: str
    unit_amount: int
    quantity: int
    currency: str
    interval: str
    every: int
    period_start: datetime | None
    period_end: datetime | None
    trial_end: datetime | None
    cancel_at: datetime | None
    cancels_at_period_end: bool
    canceled_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    card: Card | None
    schedule_id: str
    paused: bool
    resumes_at: datetime | None
    latest_invoice_id: str
    request_number: int = field(compare=False)


def snapshot_of(subscription: stripe.Subscription, request_number: int) -> SubscriptionSnapshot:
    """Read Stripe's response, which needs EXPAND. The shop's subscriptions have one item each."""
    # `subscription.items` would be the method of dict.
    item: stripe.SubscriptionItem = subscription["items"].data[0]
    price, recurring = item.price, item.price.recurring
    # A response may leave out fields that are null.
    pause, details = (
        getattr(subscription, "pause_collection", None),
        getattr(subscription, "cancellation_details", None),
    )
    return SubscriptionSnapshot(
        id=subscription.id,
        status=subscription.status,
        livemode=subscription.livemode,
        customer_id=id_of(subscription.customer),
        public_id=str(metadata_of(subscription).get("subscription", "")),
        item_id=item.id,
        price_id=price.id,
        unit_amount=price.unit_amount or 0,
        quantity=getattr(item, "quantity", None) or 1,
        currency=subscription.currency.upper(),
        interval=recurring.interval if recurring else "",
        every=recurring.interval_count if recurring else 1,
        period_start=time_field(item, "current_period_start"),
        period_end=time_field(item, "current_period_end"),
        trial_end=time_field(subscription, "trial_end"),
        cancel_at=time_field(subscription, "cancel_at"),
        cancels_at_period_end=bool(getattr(subscription, "cancel_at_period_end", False)),
        canceled_at=time_field(subscription, "canceled_at"),
        ended_at=time_field(subscription, "ended_at"),
        end_reason=str(getattr(details, "reason", None) or ""),
        card=card_of(getattr(subscription, "default_payment_method", None)),
        schedule_id=id_field(subscription, "schedule"),
        paused=pause is not None,
        resumes_at=time_field(pause, "resumes_at"),
        latest_invoice_id=id_field(subscription, "latest_invoice"),
        request_number=request_number,
    )
