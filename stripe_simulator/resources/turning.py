"""A renewal right now, as somebody who rehearses wants it: only this subscription's time moves."""

from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources import frozen, renewal, standing, subscription_item
from stripe_simulator.store import Json


def turn_now(call: Call) -> Json:
    """The current period of `subscription` ends now, and the next is collected at once, or the subscription ends.

    Its schedule and a planned cancellation come nearer by as much. Raises StripeError 400 when it doesn't renew.
    """
    subscription = call.get(standing.KIND, str(call.params["subscription"]), param="subscription")
    if subscription["status"] not in renewal.RENEWING:
        raise invalid(f"A subscription that is {subscription['status']} does not renew.", param="subscription")
    at = frozen.by_itself(frozen.at(call, subscription["customer"]), subscription["_base"])
    start, end = subscription_item.period_of(subscription)
    sooner = end - at.now
    subscription_item.set_period(subscription, min(start, at.now), at.now)
    subscription["billing_cycle_anchor"] = at.now
    if subscription["status"] == "trialing":
        subscription["trial_end"] = at.now
    if subscription["cancel_at"] is not None:
        subscription["cancel_at"] -= sooner
        at.plan("subscription_is_canceled", subscription["id"], deadline=subscription["cancel_at"])
    bring_schedule_nearer(at, subscription, sooner)
    at.save(subscription)
    renewal.turn(at, subscription, 0)
    return at.get(standing.KIND, subscription["id"])


def bring_schedule_nearer(call: Call, subscription: Json, seconds: int) -> None:
    """What is left of its phases ends so much sooner."""
    schedule = call.store.find(call.realm, "subscription_schedule", subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    for phase in [*schedule["phases"], schedule["current_phase"]]:
        phase["end_date"] -= seconds
        if phase["start_date"] > call.now:
            phase["start_date"] -= seconds
        call.plan("schedule_phase_ends", schedule["id"], deadline=phase["end_date"])
    call.save(schedule)


def card_of(call: Call, subscription: Json) -> Json | None:
    """The saved card its renewals are charged to."""
    customer = call.get("customer", subscription["customer"])
    wanted = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    return call.store.find(call.realm, "payment_method", wanted or "")
