"""Subscription schedules: phases a subscription goes through; with `end_behavior=cancel` a plan that ends by itself."""

import copy

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid, unexpected_state
from stripe_simulator.ids import new_id
from stripe_simulator.resources import (
    frozen,
    intent,
    schedule_course,
    schedule_phases,
    standing,
    subscription_end,
)
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = schedule_course.KIND
# What `from_subscription` rules out, and what is made without one.
NOT_SIMULATED = frozenset(["billing_mode", "customer_account", "default_settings", "pause_schedules"])
NOT_FROM_SUBSCRIPTION = ("customer", "end_behavior", "metadata", "phases", "start_date")
ENDS = ("cancel", "release")


def create(call: Call) -> Json:
    """From a running subscription: one phase, its current period. Raises StripeError 400."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    if not call.given("from_subscription"):
        raise invalid("The simulator makes schedules from_subscription only.", param="from_subscription")
    for name in NOT_FROM_SUBSCRIPTION:
        if name in call.params:
            words = f"You cannot set `{name}` if `from_subscription` is set."
            raise invalid(words, param=name)
    subscription = call.get(standing.KIND, call.params["from_subscription"], param="from_subscription")
    check_can_have_one(subscription)
    at = frozen.at(call, subscription["customer"])
    schedule = at.save(blank(at, subscription))
    events.emit(at, "subscription_schedule.created", schedule)
    before = copy.deepcopy(subscription)
    subscription["schedule"] = schedule["id"]
    standing.change(at, subscription, before)
    plan(at, schedule)
    return schedule


def check_can_have_one(subscription: Json) -> None:
    if subscription["schedule"]:
        words = f"You cannot migrate a subscription that is already attached to a schedule: {subscription['schedule']}."
        raise unexpected_state(words)
    if subscription["status"] not in ("active", "past_due", "trialing"):
        raise unexpected_state(f"You cannot migrate a subscription that is {subscription['status']} to a schedule.")


def blank(call: Call, subscription: Json) -> Json:
    phase = schedule_phases.of_subscription(subscription)
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


def plan(call: Call, schedule: Json) -> None:
    for phase in schedule["phases"]:
        call.plan("schedule_phase_ends", schedule["id"], deadline=phase["end_date"])


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def running(call: Call) -> tuple[Call, Json, Json]:
    """An active schedule and its subscription, at its customer's own time. Raises StripeError 400."""
    schedule = retrieve(call)
    if schedule["status"] != "active":
        raise unexpected_state(f"This subscription schedule is {schedule['status']} and can't be changed any more.")
    return frozen.at(call, schedule["customer"]), schedule, call.get(standing.KIND, schedule["subscription"])


def update(call: Call) -> Json:
    """Other phases, another end. With `end_behavior=cancel` the subscription says in `cancel_at` when that is."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    at, schedule, subscription = running(call)
    old, before = copy.deepcopy(schedule), copy.deepcopy(subscription)
    schedule["end_behavior"] = end_behavior(call, schedule)
    schedule["metadata"] = merged(schedule["metadata"], call.params.get("metadata"))
    if call.given("phases"):
        schedule_phases.replace(at, schedule, subscription)
        plan(at, schedule)
    ends_at = schedule["phases"][-1]["end_date"] if schedule["end_behavior"] == "cancel" else None
    subscription.update(cancel_at=ends_at, canceled_at=at.now if ends_at else None)
    events.emit(at, "subscription_schedule.updated", at.save(schedule), events.changes(old, schedule))
    standing.change(at, subscription, before)
    return schedule


def end_behavior(call: Call, schedule: Json) -> str:
    wanted = str(call.given("end_behavior", schedule["end_behavior"]))
    if wanted not in ENDS:
        raise invalid(f"The simulator knows end_behavior {' and '.join(ENDS)} only.", param="end_behavior")
    return wanted


def release(call: Call) -> Json:
    """The subscription goes on without it; a cancellation of the schedule's goes with it unless it is to be kept."""
    at, schedule, subscription = running(call)
    keep_end = bool(call.params.get("preserve_cancel_date"))
    schedule_course.release(at, schedule, subscription, keep_end=keep_end)
    return schedule


def cancel(call: Call) -> Json:
    """The schedule and its subscription end now."""
    at, schedule, subscription = running(call)
    intent.refuse_unsimulated(call, frozenset(name for name in ("invoice_now", "prorate") if call.params.get(name)))
    subscription_end.end(at, subscription, "cancellation_requested")
    return at.get(KIND, schedule["id"])


def listed(call: Call) -> Json:
    return page(call, matching(call.store.all(call.realm, KIND), call, "customer"), "/v1/subscription_schedules")
