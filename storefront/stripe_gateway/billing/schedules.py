"""Schedules: end the subscription of a payment plan after its last installment."""

from datetime import datetime
from typing import Any

import stripe
from stripe.params import (
    SubscriptionScheduleUpdateParamsPhase,
    SubscriptionScheduleUpdateParamsPhaseDiscount,
    SubscriptionScheduleUpdateParamsPhaseItem,
)

from storefront.models import Merchant, Subscription
from storefront.stripe_gateway.answers import id_of, time_of
from storefront.stripe_gateway.billing.invoices import list_invoices
from storefront.stripe_gateway.client import client_of, stripe_call


def create_plan_schedule(subscription: Subscription, schedule_id: str = "") -> str:
    """Schedule the end after the last installment and return the schedule's id. Raises StripeError.

    Call it once the first installment is paid. `schedule_id` is a schedule whose creation was interrupted: it is
    finished. Repeating it creates no further one. It has one phase with a `duration`: API version 2025-09-30 removed
    `iterations`. A plan has no trial.
    """
    schedule = retrieve_schedule(subscription, schedule_id) if schedule_id else create_schedule(subscription)
    current = current_phase(schedule)
    left = max(subscription.instalments - _count_earlier(subscription, current.start_date), 1)
    phase = kept_phase(subscription, current)
    phase["duration"] = {"interval": subscription.interval, "interval_count": subscription.every * left}
    return _end_with(subscription, schedule, phase)


def replace_plan_schedule(subscription: Subscription, replaced_id: str, ends_at: datetime) -> str:
    """Schedule the end at `ends_at`, from the present period on with its terms. Return the schedule's id.

    `replaced_id` is an earlier schedule, which was released. Repeating it creates no further one. Raises StripeError.
    """
    schedule = create_schedule(subscription, replaced_id)
    phase = kept_phase(subscription, current_phase(schedule))
    phase["end_date"] = int(ends_at.timestamp())
    return _end_with(subscription, schedule, phase)


def release_schedule(merchant: Merchant, schedule_id: str) -> None:
    """Release the subscription from the schedule: it goes on with its present terms. Raises StripeError."""
    with stripe_call():
        client_of(merchant).v1.subscription_schedules.release(schedule_id)


def retrieve_schedule(subscription: Subscription, schedule_id: str) -> stripe.SubscriptionSchedule:
    """Retrieve a schedule. Raises StripeError."""
    with stripe_call():
        return client_of(subscription.merchant).v1.subscription_schedules.retrieve(schedule_id)


def create_schedule(subscription: Subscription, made_for: str = "") -> stripe.SubscriptionSchedule:
    """Create a schedule with the subscription's present phase. Repeated for the same `made_for` it makes no second one.

    Under the key of a replaced schedule Stripe would replay its creation. Raises StripeError.
    """
    key = "-".join(filter(None, ("schedule", subscription.public_id, made_for)))
    with stripe_call():
        return client_of(subscription.merchant).v1.subscription_schedules.create(
            {"from_subscription": subscription.subscription_id or ""}, {"idempotency_key": key}
        )


def _end_with(
    subscription: Subscription,
    schedule: stripe.SubscriptionSchedule,
    phase: SubscriptionScheduleUpdateParamsPhase,
) -> str:
    """Make this the only phase, and cancel the subscription after it."""
    with stripe_call():
        client_of(subscription.merchant).v1.subscription_schedules.update(
            schedule.id, {"end_behavior": "cancel", "proration_behavior": "none", "phases": [phase]}
        )
    return schedule.id


def current_phase(schedule: stripe.SubscriptionSchedule) -> "stripe.SubscriptionSchedule.Phase":
    """The phase that runs now."""
    current = schedule.current_phase
    phases = schedule.phases
    return next((phase for phase in phases if current and phase.start_date == current.start_date), phases[0])


def kept_phase(
    subscription: Subscription, current: "stripe.SubscriptionSchedule.Phase"
) -> SubscriptionScheduleUpdateParamsPhase:
    """The current phase without its end, as an update of the schedule names it."""
    phase: SubscriptionScheduleUpdateParamsPhase = {
        "items": [_item(item) for item in current["items"]],
        "start_date": current.start_date,
    }
    # The new phase does not keep values of the phase that it replaces.
    card = subscription.card_id or id_of(current.default_payment_method)
    if card:
        phase["default_payment_method"] = card
    discounts = [_kept_discount(one) for one in getattr(current, "discounts", None) or []]
    if discounts:
        phase["discounts"] = discounts
    return phase


def _kept_discount(found: Any) -> SubscriptionScheduleUpdateParamsPhaseDiscount:
    """Stripe names the discount, or the coupon that makes it."""
    if getattr(found, "discount", None):
        return {"discount": id_of(found.discount)}
    return {"coupon": id_of(found.coupon)}


def _item(item: Any) -> SubscriptionScheduleUpdateParamsPhaseItem:
    kept: SubscriptionScheduleUpdateParamsPhaseItem = {"price": id_of(item.price)}
    if getattr(item, "quantity", None) is not None:
        kept["quantity"] = item.quantity
    return kept


def _count_earlier(subscription: Subscription, start: int) -> int:
    """Number of installments before the one whose period starts at `start` (Unix time).

    More than 0 only if this runs late, after the first period: a schedule starts with the current period.
    """
    latest = time_of(start)
    invoices = list_invoices(subscription.merchant, subscription.subscription_id or "")
    starts = [invoice.period_start for invoice in invoices if invoice.reason == "subscription_cycle"]
    return sum(1 for period_start in starts if period_start is not None and period_start <= latest)
