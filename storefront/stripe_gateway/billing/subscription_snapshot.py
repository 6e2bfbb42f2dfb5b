"""A subscription as Stripe has it: its own words, its dates as moments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import stripe

from storefront.stripe_gateway.payments.cards import Card, card_of, id_in, id_of
from storefront.stripe_gateway.timestamps import moment_in

# What every answer has to bring along for `snapshot_of`.
EXPAND: Final = ["default_payment_method"]


@dataclass(frozen=True)
class SubscriptionSnapshot:
    """`public_id` is our row's from its metadata, "" for a subscription that isn't this shop's.

    `unit_amount` in minor units of `currency` (upper-case); `interval` and `every` as its price has them. The period is
    its item's: a subscription has none of its own since 2025-03-31. Moments are aware and in UTC. `card` is the
    subscription's own default, `paused` whether its collection is (status `paused` is something else).
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
    setup_intent_id: str
    latest_invoice_id: str


def snapshot_of(subscription: stripe.Subscription) -> SubscriptionSnapshot:
    """The first item is the only one this shop makes. Needs EXPAND."""
    # Not an attribute: `items` is a method's name.
    item: stripe.SubscriptionItem = subscription["items"].data[0]
    price, rhythm = item.price, item.price.recurring
    # What is null with most subscriptions may be left out of an answer.
    pause, details = (
        getattr(subscription, "pause_collection", None),
        getattr(subscription, "cancellation_details", None),
    )
    return SubscriptionSnapshot(
        id=subscription.id,
        status=subscription.status,
        livemode=subscription.livemode,
        customer_id=id_of(subscription.customer),
        public_id=str(subscription.metadata.to_dict().get("subscription", "")) if subscription.metadata else "",
        item_id=item.id,
        price_id=price.id,
        unit_amount=price.unit_amount or 0,
        quantity=getattr(item, "quantity", None) or 1,
        currency=subscription.currency.upper(),
        interval=rhythm.interval if rhythm else "",
        every=rhythm.interval_count if rhythm else 1,
        period_start=moment_in(item, "current_period_start"),
        period_end=moment_in(item, "current_period_end"),
        trial_end=moment_in(subscription, "trial_end"),
        cancel_at=moment_in(subscription, "cancel_at"),
        cancels_at_period_end=bool(getattr(subscription, "cancel_at_period_end", False)),
        canceled_at=moment_in(subscription, "canceled_at"),
        ended_at=moment_in(subscription, "ended_at"),
        end_reason=str(getattr(details, "reason", None) or ""),
        card=card_of(getattr(subscription, "default_payment_method", None)),
        schedule_id=id_in(subscription, "schedule"),
        paused=pause is not None,
        resumes_at=moment_in(pause, "resumes_at"),
        setup_intent_id=id_in(subscription, "pending_setup_intent"),
        latest_invoice_id=id_in(subscription, "latest_invoice"),
    )
