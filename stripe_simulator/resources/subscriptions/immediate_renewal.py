"""Renews one subscription immediately, without moving any clock."""

from dataclasses import dataclass

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.billing import billing_periods, customer_clock
from stripe_simulator.resources.subscriptions import renewal, subscription_item, subscription_status
from stripe_simulator.store import Json


def renew_now(call: Call) -> Json:
    """End the current period of `subscription` now and collect the next one, or end the subscription.

    Its schedule and a planned cancellation move by the same number of periods. Raises StripeError 400 when it does not
    renew.
    """
    subscription = call.get(subscription_status.KIND, str(call.params["subscription"]), param="subscription")
    if subscription["status"] not in renewal.RENEWING:
        raise invalid(f"A subscription that is {subscription['status']} does not renew.", param="subscription")
    clock_call = customer_clock.without_params(
        customer_clock.at_customer_time(call, subscription["customer"]), subscription["_base"]
    )
    period_shift = PeriodShift.of(subscription, clock_call.now)
    subscription_item.set_period(
        subscription, min(subscription_item.period_of(subscription)[0], clock_call.now), clock_call.now
    )
    subscription["billing_cycle_anchor"] = clock_call.now
    if subscription["status"] == "trialing":
        subscription["trial_end"] = clock_call.now
    if subscription["cancel_at"] is not None:
        subscription["cancel_at"] = period_shift.shift(subscription["cancel_at"])
        clock_call.schedule("subscription_is_canceled", subscription["id"], deadline=subscription["cancel_at"])
    shift_schedule(clock_call, subscription, period_shift)
    clock_call.save(subscription)
    renewal.end_period(clock_call, subscription, 0)
    return clock_call.get(subscription_status.KIND, subscription["id"])


@dataclass(frozen=True)
class PeriodShift:
    """The shift of a subscription's periods: the current period ends at `now` instead of `end`."""

    anchor: int
    recurring: Json
    end: int
    now: int

    @classmethod
    def of(cls, subscription: Json, now: int) -> "PeriodShift":
        recurring = subscription["items"]["data"][0]["price"]["recurring"]
        return cls(subscription["billing_cycle_anchor"], recurring, subscription_item.period_of(subscription)[1], now)

    def shift(self, moment: int) -> int:
        """Move a timestamp: keep the number of whole periods after the end, because months differ in length."""
        if moment < self.end:
            return min(moment, self.now)
        periods, period_end = 0, self.end
        while (following := billing_periods.end_of_period(self.anchor, self.recurring, period_end)) <= moment:
            periods, period_end = periods + 1, following
        times = periods * self.recurring["interval_count"]
        return billing_periods.add_intervals(self.now, self.recurring["interval"], times) + moment - period_end


def shift_schedule(call: Call, subscription: Json, period_shift: PeriodShift) -> None:
    """Move the remaining phases of the schedule."""
    schedule = call.store.find(call.realm, "subscription_schedule", subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    for phase in [*schedule["phases"], schedule["current_phase"]]:
        for name in ("start_date", "end_date"):
            phase[name] = period_shift.shift(phase[name])
        call.schedule("schedule_phase_ends", schedule["id"], deadline=phase["end_date"])
    call.save(schedule)


def saved_card(call: Call, subscription: Json) -> Json | None:
    """Return the saved card that renewals charge."""
    customer = call.get("customer", subscription["customer"])
    wanted = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    return call.store.find(call.realm, "payment_method", wanted or "")
