"""A subscription as Stripe has it now."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import stripe

from storefront.stripe_gateway.answers import id_field, id_of, metadata_of, time_field, time_of
from storefront.stripe_gateway.billing.subscription_terms import Terms, terms_of
from storefront.stripe_gateway.payments.cards import Card, card_of

# The fields to expand in every response that is passed to `snapshot_of`.
EXPAND: Final = [
    "default_payment_method",
    "schedule",
    "customer.invoice_settings.default_payment_method",
    "discounts.source.coupon",
]


@dataclass(frozen=True)
class SubscriptionSnapshot(Terms):
    """`public_id` is our row's from its metadata, "" if the subscription is not this shop's.

    Amounts are in minor units of `currency` (upper-case). Times are in UTC. `ends_at` is when Stripe ends
    it as planned, by `cancel_at` or by its schedule; None if it goes on. `card` is the card that the next renewal
    charges. `paused` means a paused collection, not the status `paused`; `pause_reason` is why it has that status.
    """

    id: str
    status: str
    livemode: bool
    customer_id: str
    public_id: str
    currency: str
    trial_end: datetime | None
    cancel_at: datetime | None
    ends_at: datetime | None
    cancels_at_period_end: bool
    canceled_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    card: Card | None
    schedule_id: str
    pause_reason: str
    paused: bool
    resumes_at: datetime | None
    latest_invoice_id: str
    request_number: int = field(compare=False)


def snapshot_of(subscription: stripe.Subscription, request_number: int) -> SubscriptionSnapshot:
    """Read Stripe's response, which needs EXPAND."""
    # A response may leave out fields that are null.
    pause, details = (
        getattr(subscription, "pause_collection", None),
        getattr(subscription, "cancellation_details", None),
    )
    return SubscriptionSnapshot(
        **vars(terms_of(subscription)),
        id=subscription.id,
        status=subscription.status,
        livemode=subscription.livemode,
        customer_id=id_of(subscription.customer),
        public_id=str(metadata_of(subscription).get("subscription", "")),
        currency=_currency_of(subscription),
        trial_end=time_field(subscription, "trial_end"),
        cancel_at=time_field(subscription, "cancel_at"),
        ends_at=_planned_end(subscription),
        cancels_at_period_end=bool(getattr(subscription, "cancel_at_period_end", False)),
        canceled_at=time_field(subscription, "canceled_at"),
        ended_at=time_field(subscription, "ended_at"),
        end_reason=str(getattr(details, "reason", None) or ""),
        card=_charged_card(subscription),
        schedule_id=id_field(subscription, "schedule"),
        pause_reason=_pause_reason(subscription),
        paused=pause is not None,
        resumes_at=time_field(pause, "resumes_at"),
        latest_invoice_id=id_field(subscription, "latest_invoice"),
        request_number=request_number,
    )


def _currency_of(subscription: stripe.Subscription) -> str:
    """Upper-case. The oldest API versions have it at the price alone."""
    own = getattr(subscription, "currency", None)
    return str(own or subscription["items"].data[0].price.currency).upper()


def _planned_end(subscription: stripe.Subscription) -> datetime | None:
    """A schedule that runs decides: with the end behavior `release`, the subscription goes on after it."""
    schedule = getattr(subscription, "schedule", None)
    if isinstance(schedule, stripe.SubscriptionSchedule) and schedule.status in ("active", "not_started"):
        return time_of(schedule.phases[-1].end_date) if schedule.end_behavior == "cancel" else None
    return time_field(subscription, "cancel_at")


def _charged_card(subscription: stripe.Subscription) -> Card | None:
    """The subscription's default card, else the customer's: docs.stripe.com/api/subscriptions/object

    A deleted customer has no settings.
    """
    if subscription.default_payment_method:
        return card_of(subscription.default_payment_method)
    settings = getattr(subscription.customer, "invoice_settings", None)
    return card_of(getattr(settings, "default_payment_method", None))


def _pause_reason(subscription: stripe.Subscription) -> str:
    """Stripe's value of a PauseReason, or another one; "" if the subscription is not paused or Stripe gives none."""
    if subscription.status != "paused":
        return ""
    paused = getattr(getattr(subscription, "status_details", None), "paused", None)
    return str(getattr(getattr(paused, "subscription", None), "type", None) or "")
