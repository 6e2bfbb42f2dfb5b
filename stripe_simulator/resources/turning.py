"""A renewal right now, as somebody who rehearses wants it: only this subscription's time moves."""

from dataclasses import dataclass

from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources import frozen, recurring, renewal, standing, subscription_item
from stripe_simulator.store import Json


def turn_now(call: Call) -> Json:
    """The current period of `subscription` ends now, and the next is collected at once, or the subscription ends.

    Its schedule and a planned cancellation come nearer by as much. Raises StripeError 400 when it doesn't renew.
    """
    subscription = call.get(standing.KIND, str(call.params["subscription"]), param="subscription")
    if subscription["status"] not in renewal.RENEWING:
        raise invalid(f"A subscription that is {subscription['status']} does not renew.", param="subscription")
    at = frozen.by_itself(frozen.at(call, subscription["customer"]), subscription["_base"])
    calendar = Calendar.of(subscription, at.now)
    subscription_item.set_period(subscription, min(subscription_item.period_of(subscription)[0], at.now), at.now)
    subscription["billing_cycle_anchor"] = at.now
    if subscription["status"] == "trialing":
        subscription["trial_end"] = at.now
    if subscription["cancel_at"] is not None:
        subscription["cancel_at"] = calendar.nearer(subscription["cancel_at"])
        at.plan("subscription_is_canceled", subscription["id"], deadline=subscription["cancel_at"])
    bring_schedule_nearer(at, subscription, calendar)
    at.save(subscription)
    renewal.turn(at, subscription, 0)
    return at.get(standing.KIND, subscription["id"])


@dataclass(frozen=True)
class Calendar:
    """A subscription's periods as they were: the current one's `end`, which is `now` instead."""

    anchor: int
    every: Json
    end: int
    now: int

    @classmethod
    def of(cls, subscription: Json, now: int) -> "Calendar":
        every = subscription["items"]["data"][0]["price"]["recurring"]
        return cls(subscription["billing_cycle_anchor"], every, subscription_item.period_of(subscription)[1], now)

    def nearer(self, moment: int) -> int:
        """As many periods after now as it was after the end: months aren't equally long, but they are counted."""
        if moment < self.end:
            return min(moment, self.now)
        periods, edge = 0, self.end
        while (following := recurring.end_of_period(self.anchor, self.every, edge)) <= moment:
            periods, edge = periods + 1, following
        times = periods * self.every["interval_count"]
        return recurring.added(self.now, self.every["interval"], times) + moment - edge


def bring_schedule_nearer(call: Call, subscription: Json, calendar: Calendar) -> None:
    """What is left of its phases ends so much sooner."""
    schedule = call.store.find(call.realm, "subscription_schedule", subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    for phase in [*schedule["phases"], schedule["current_phase"]]:
        for name in ("start_date", "end_date"):
            phase[name] = calendar.nearer(phase[name])
        call.plan("schedule_phase_ends", schedule["id"], deadline=phase["end_date"])
    call.save(schedule)


def card_of(call: Call, subscription: Json) -> Json | None:
    """The saved card its renewals are charged to."""
    customer = call.get("customer", subscription["customer"])
    wanted = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    return call.store.find(call.realm, "payment_method", wanted or "")
