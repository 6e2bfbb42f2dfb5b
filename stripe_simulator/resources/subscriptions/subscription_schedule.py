"""Subscription schedules: phases of a subscription; `end_behavior=cancel` makes a plan with a fixed end."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources.billing import customer_clock
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import intent
from stripe_simulator.resources.subscriptions import (
    cancellation,
    schedule_phases,
    schedule_progress,
    subscription_status,
)
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = schedule_progress.KIND
# Parameters that are not supported, and those that Stripe does not allow with `from_subscription`.
UNSUPPORTED = frozenset(["billing_mode", "customer_account", "default_settings", "pause_schedules"])
NOT_FROM_SUBSCRIPTION = ("customer", "end_behavior", "metadata", "phases", "start_date")
END_BEHAVIORS = ("cancel", "release")


def create(call: Call) -> Json:
    """Create a schedule from a running subscription: one phase, its current period. Raises StripeError 400."""
    intent.reject_unsupported(call, UNSUPPORTED)
    if not call.param("from_subscription"):
        raise invalid("The simulator makes schedules from_subscription only.", param="from_subscription")
    for name in NOT_FROM_SUBSCRIPTION:
        if name in call.params:
            message = f"You cannot set `{name}` if `from_subscription` is set."
            raise invalid(message, param=name)
    subscription = call.get(subscription_status.KIND, call.params["from_subscription"], param="from_subscription")
    check_can_be_scheduled(subscription)
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    schedule = clock_call.save(build(clock_call, subscription))
    events.emit(clock_call, "subscription_schedule.created", schedule)
    before = copy.deepcopy(subscription)
    subscription["schedule"] = schedule["id"]
    subscription_status.save_and_emit(clock_call, subscription, before)
    schedule_phase_ends(clock_call, schedule)
    return schedule


def check_can_be_scheduled(subscription: Json) -> None:
    if subscription["schedule"]:
        message = (
            f"You cannot migrate a subscription that is already attached to a schedule: {subscription['schedule']}."
        )
        raise unexpected_state(message)
    if subscription["status"] not in ("active", "past_due", "trialing"):
        raise unexpected_state(f"You cannot migrate a subscription that is {subscription['status']} to a schedule.")


def build(call: Call, subscription: Json) -> Json:
    phase = schedule_phases.phase_of_subscription(subscription)
    return {
        "id": new_id("sub_sched", call.realm.account.id),
        "object": KIND,
        "application": None,
        "billing_mode": subscription["billing_mode"],
        "canceled_at": None,
        "completed_at": None,
        "created": call.now,
        "current_phase": {"start_date": phase["start_date"], "end_date": phase["end_date"]},
        "customer": subscription["customer"],
        "customer_account": None,
        "default_settings": {
            "application_fee_percent": None,
            "billing_cycle_anchor": "automatic",
            "collection_method": "charge_automatically",
            "default_payment_method": None,
            "description": None,
            "invoice_settings": {"issuer": {"type": "self"}},
            "on_behalf_of": None,
            "transfer_data": None,
        },
        "end_behavior": "release",
        "livemode": call.realm.livemode,
        "metadata": {},
        "pause_schedules": [],
        "phases": [phase],
        "released_at": None,
        "released_subscription": None,
        "status": "active",
        "subscription": subscription["id"],
        "test_clock": call.test_clock,
    }


def schedule_phase_ends(call: Call, schedule: Json) -> None:
    for phase in schedule["phases"]:
        call.schedule("schedule_phase_ends", schedule["id"], deadline=phase["end_date"])


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def find_active(call: Call) -> tuple[Call, Json, Json]:
    """Return an active schedule and its subscription, at its customer's own time. Raises StripeError 400."""
    schedule = retrieve(call)
    if schedule["status"] != "active":
        raise unexpected_state(f"This subscription schedule is {schedule['status']} and can't be changed any more.")
    return (
        customer_clock.at_customer_time(call, schedule["customer"]),
        schedule,
        call.get(subscription_status.KIND, schedule["subscription"]),
    )


def update(call: Call) -> Json:
    """Change the phases or the end. With `end_behavior=cancel` the subscription's `cancel_at` is set."""
    intent.reject_unsupported(call, UNSUPPORTED)
    clock_call, schedule, subscription = find_active(call)
    old, before = copy.deepcopy(schedule), copy.deepcopy(subscription)
    schedule["end_behavior"] = end_behavior(call, schedule)
    schedule["metadata"] = merge_metadata(schedule["metadata"], call.params.get("metadata"))
    if call.param("phases"):
        schedule_phases.replace_phases(clock_call, schedule, subscription)
        schedule_phase_ends(clock_call, schedule)
    ends_at = schedule["phases"][-1]["end_date"] if schedule["end_behavior"] == "cancel" else None
    subscription.update(cancel_at=ends_at, canceled_at=clock_call.now if ends_at else None)
    events.emit(
        clock_call,
        "subscription_schedule.updated",
        clock_call.save(schedule),
        events.previous_attributes(old, schedule),
    )
    subscription_status.save_and_emit(clock_call, subscription, before)
    return schedule


def end_behavior(call: Call, schedule: Json) -> str:
    wanted = str(call.param("end_behavior", schedule["end_behavior"]))
    if wanted not in END_BEHAVIORS:
        raise invalid(f"The simulator knows end_behavior {' and '.join(END_BEHAVIORS)} only.", param="end_behavior")
    return wanted


def release(call: Call) -> Json:
    """Release the subscription; its planned cancellation is removed unless it is to be preserved."""
    clock_call, schedule, subscription = find_active(call)
    keep_end = bool(call.params.get("preserve_cancel_date"))
    schedule_progress.release(clock_call, schedule, subscription, keep_end=keep_end)
    return schedule


def cancel(call: Call) -> Json:
    """Cancel the schedule and its subscription now."""
    clock_call, schedule, subscription = find_active(call)
    intent.reject_unsupported(call, frozenset(name for name in ("invoice_now", "prorate") if call.params.get(name)))
    cancellation.cancel_now(clock_call, subscription, "cancellation_requested")
    return clock_call.get(KIND, schedule["id"])


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/subscription_schedules", "customer")
