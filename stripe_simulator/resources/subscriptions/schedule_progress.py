"""Moves subscription schedules from phase to phase, and ends or releases them."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import customer_clock
from stripe_simulator.resources.subscriptions import cancellation, subscription_item, subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "subscription_schedule"


def end_phase(call: Call, id_: str) -> bool:
    """End the current phase when its time has come and it is still active."""
    schedule = call.store.find(call.realm, KIND, id_)
    if schedule is None or schedule["status"] != "active":
        return False
    clock_call = customer_clock.at_customer_time(call, schedule["customer"])
    if schedule["current_phase"]["end_date"] > clock_call.now:
        return False
    apply_due_phase(clock_call, clock_call.get(subscription_status.KIND, schedule["subscription"]), clock_call.now)
    return True


def apply_due_phase(call: Call, subscription: Json, moment: int) -> Json:
    """Apply the phase that is due at `moment` and return the subscription, which may have ended."""
    schedule = call.store.find(call.realm, KIND, subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active" or schedule["current_phase"]["end_date"] > moment:
        return subscription
    next_phases = [one for one in schedule["phases"] if one["start_date"] <= moment < one["end_date"]]
    if next_phases:
        return enter_phase(call, schedule, next_phases[0], subscription)
    if schedule["end_behavior"] == "cancel":
        return cancellation.cancel_now(call, subscription)
    return release(call, schedule, subscription)


def enter_phase(call: Call, schedule: Json, phase: Json, subscription: Json) -> Json:
    """Start a phase; its prices apply from the next invoice on."""
    before, old = copy.deepcopy(subscription), copy.deepcopy(schedule)
    schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
    events.emit(call, "subscription_schedule.updated", call.save(schedule), events.previous_attributes(old, schedule))
    apply_items(call, phase, subscription)
    apply_discounts_and_taxes(phase, subscription)
    if phase["default_payment_method"]:
        subscription["default_payment_method"] = phase["default_payment_method"]
    if phase["metadata"]:
        subscription["metadata"] = subscription["metadata"] | phase["metadata"]
    return subscription_status.save_and_emit(call, subscription, before)


def apply_discounts_and_taxes(phase: Json, subscription: Json) -> None:
    """What the phase doesn't name, the subscription loses."""
    subscription["discounts"] = [one["discount"] for one in phase["discounts"]]
    subscription["default_tax_rates"] = phase["default_tax_rates"]
    rates = {one["price"]: one["tax_rates"] for one in phase["items"]}
    for item in subscription["items"]["data"]:
        item["tax_rates"] = rates.get(item["price"]["id"], item["tax_rates"])


def apply_items(call: Call, phase: Json, subscription: Json) -> None:
    """Replace the subscription's items with those of the phase; items with the same price are kept."""
    old = {one["price"]["id"]: one for one in subscription["items"]["data"]}
    period = subscription_item.period_of(subscription)
    new = []
    for index, wanted in enumerate(phase["items"]):
        given = {"price": wanted["price"], "quantity": wanted["quantity"]}
        item = old.get(wanted["price"]) or subscription_item.build_item(
            call, subscription["id"], given, period, f"phases[items][{index}]"
        )
        item["quantity"] = wanted["quantity"]
        new.append(item)
    subscription["items"]["data"] = new


def release(call: Call, schedule: Json, subscription: Json, *, keep_end: bool = False) -> Json:
    """Release the schedule; the subscription continues without it."""
    before = copy.deepcopy(subscription)
    schedule.update(
        status="released",
        released_at=call.now,
        released_subscription=subscription["id"],
        subscription=None,
        current_phase=None,
    )
    events.emit(call, "subscription_schedule.released", call.save(schedule))
    subscription["schedule"] = None
    if not keep_end:
        subscription.update(cancel_at=None, canceled_at=None)
    return subscription_status.save_and_emit(call, subscription, before)
