"""A subscription schedule takes its course: one phase after another, and what its end means."""

import copy

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.resources import frozen, standing, subscription_end, subscription_item
from stripe_simulator.store import Json

KIND = "subscription_schedule"


def phase_ends(call: Call, id_: str) -> bool:
    """A phase of this schedule is over, if it still is."""
    schedule = call.store.find(call.realm, KIND, id_)
    if schedule is None or schedule["status"] != "active":
        return False
    at = frozen.at(call, schedule["customer"])
    if schedule["current_phase"]["end_date"] > at.now:
        return False
    turn(at, at.get(standing.KIND, schedule["subscription"]), at.now)
    return True


def turn(call: Call, subscription: Json, moment: int) -> Json:
    """The subscription, as its schedule wants it from this moment on; perhaps it is over."""
    schedule = call.store.find(call.realm, KIND, subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active" or schedule["current_phase"]["end_date"] > moment:
        return subscription
    following = [one for one in schedule["phases"] if one["start_date"] <= moment < one["end_date"]]
    if following:
        return enter(call, schedule, following[0], subscription)
    if schedule["end_behavior"] == "cancel":
        return subscription_end.end(call, subscription)
    return release(call, schedule, subscription)


def enter(call: Call, schedule: Json, phase: Json, subscription: Json) -> Json:
    """The phase begins; its prices are charged from the next invoice on."""
    before, old = copy.deepcopy(subscription), copy.deepcopy(schedule)
    schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
    events.emit(call, "subscription_schedule.updated", call.save(schedule), events.changes(old, schedule))
    use_items(call, phase, subscription)
    if phase["default_payment_method"]:
        subscription["default_payment_method"] = phase["default_payment_method"]
    if phase["metadata"]:
        subscription["metadata"] = subscription["metadata"] | phase["metadata"]
    return standing.change(call, subscription, before)


def use_items(call: Call, phase: Json, subscription: Json) -> None:
    """The subscription's items become the phase's; one with the same price stays the one it was."""
    old = {one["price"]["id"]: one for one in subscription["items"]["data"]}
    period = subscription_item.period_of(subscription)
    new = []
    for index, wanted in enumerate(phase["items"]):
        given = {"price": wanted["price"], "quantity": wanted["quantity"]}
        item = old.get(wanted["price"]) or subscription_item.made(
            call, subscription["id"], given, period, f"phases[items][{index}]"
        )
        item["quantity"] = wanted["quantity"]
        new.append(item)
    subscription["items"]["data"] = new


def release(call: Call, schedule: Json, subscription: Json, *, keep_end: bool = False) -> Json:
    """The schedule lets its subscription go on by itself."""
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
    return standing.change(call, subscription, before)
