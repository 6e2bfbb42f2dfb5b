"""Schedules: a payment plan's subscription that ends by itself after its last instalment."""

import stripe
from stripe.params import SubscriptionScheduleUpdateParamsPhase

from storefront.models import Subscription
from storefront.stripe_gateway.billing.invoices import list_invoices
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.payments.cards import id_of
from storefront.stripe_gateway.timestamps import known_moment


def create_plan_schedule(subscription: Subscription, schedule_id: str = "") -> str:
    """Let it end with its last instalment, once its first is paid. The schedule's id. Raises StripeError.

    Can be asked for again: a schedule that is there already (`schedule_id`, or the row's) is only told its phase. One
    phase of a `duration` and the end `cancel`: `iterations` went in 2025-09-30. A plan has no trial.
    """
    schedule = _schedule(subscription, schedule_id or subscription.schedule_id)
    phase = _phase(subscription, _current_phase(schedule))
    with stripe_call():
        client_of(subscription.merchant).v1.subscription_schedules.update(
            schedule.id,
            {
                "end_behavior": "cancel",
                "proration_behavior": "none",
                "phases": [phase],
            },
        )
    return schedule.id


def _schedule(subscription: Subscription, schedule_id: str) -> stripe.SubscriptionSchedule:
    schedules = client_of(subscription.merchant).v1.subscription_schedules
    with stripe_call():
        if schedule_id:
            return schedules.retrieve(schedule_id)
        return schedules.create(
            {"from_subscription": subscription.subscription_id or ""},
            {"idempotency_key": f"schedule-{subscription.public_id}"},
        )


def _current_phase(schedule: stripe.SubscriptionSchedule) -> "stripe.SubscriptionSchedule.Phase":
    now = schedule.current_phase
    return next((one for one in schedule.phases if now and one.start_date == now.start_date), schedule.phases[0])


def _phase(
    subscription: Subscription, current: "stripe.SubscriptionSchedule.Phase"
) -> SubscriptionScheduleUpdateParamsPhase:
    """All instalments that are left, the current one included."""
    left = max(subscription.instalments - _asked_before(subscription, current.start_date), 1)
    phase: SubscriptionScheduleUpdateParamsPhase = {
        "items": [{"price": id_of(current.items[0].price), "quantity": subscription.quantity}],
        "start_date": current.start_date,
        "duration": {"interval": subscription.interval, "interval_count": subscription.every * left},
    }
    # What a phase doesn't name is not taken over from the one it replaces.
    card = subscription.card_id or id_of(current.default_payment_method)
    if card:
        phase["default_payment_method"] = card
    return phase


def _asked_before(subscription: Subscription, start: int) -> int:
    """Instalments asked for before the one of the period that begins at `start`, seconds.

    None, unless we come so late that a period has gone by: a schedule begins with the current one.
    """
    until = known_moment(start)
    invoices = list_invoices(subscription.merchant, subscription.subscription_id or "")
    later = [one.period_start for one in invoices if one.reason == "subscription_cycle"]
    return sum(1 for begun in later if begun is not None and begun <= until)
