"""The end of a subscription."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources import frozen
from stripe_simulator.store import Json


def end(call: Call, subscription: Json, reason: str | None = None) -> Json:
    """Cancelled for good. Open invoices stay as they are, but nobody tries to collect them any more.

    `reason` is Stripe's word in `cancellation_details`: cancellation_requested, payment_failed.
    """
    subscription.update(
        status="canceled",
        canceled_at=subscription["canceled_at"] or call.now,
        ended_at=call.now,
        pending_setup_intent=None,
    )
    subscription["cancellation_details"]["reason"] = subscription["cancellation_details"]["reason"] or reason
    for invoice in unpaid_of(call, subscription):
        call.save(invoice | {"auto_advance": False, "next_payment_attempt": None})
    end_schedule(call, subscription)
    events.emit(call, "customer.subscription.deleted", call.save(subscription))
    return subscription


def unpaid_of(call: Call, subscription: Json) -> list[Json]:
    """Its invoices that are open or drafts, newest first."""
    return [
        one
        for one in call.store.all(call.realm, "invoice")
        if one["parent"]["subscription_details"]["subscription"] == subscription["id"]
        and one["status"] in ("draft", "open")
    ]


def end_schedule(call: Call, subscription: Json) -> None:
    """Its schedule has come to its end with it, or is cancelled."""
    schedule = call.store.find(call.realm, "subscription_schedule", subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    over = schedule["phases"][-1]["end_date"] <= call.now
    status, moment = ("completed", "completed_at") if over else ("canceled", "canceled_at")
    schedule.update({"status": status, moment: call.now, "current_phase": None})
    events.emit(call, f"subscription_schedule.{status}", call.save(schedule))


def plan(call: Call, subscription: Json, moment: int | str | None) -> None:
    """It will end at `moment` (seconds, or `min_period_end` and its like), or at the period's end if that was asked
    for; an empty `moment` takes both back. Raises StripeError 400."""
    wants_period_end = bool(call.params.get("cancel_at_period_end"))
    if wants_period_end and moment:
        words = "You may only specify one of these parameters: cancel_at, cancel_at_period_end."
        raise invalid(words, param="cancel_at")
    if wants_period_end or (isinstance(moment, str) and moment):
        moment = subscription["items"]["data"][0]["current_period_end"]
    at = int(moment) if moment else None
    if at is not None and at <= call.now:
        raise invalid("Invalid timestamp: `cancel_at` must be in the future.", param="cancel_at")
    subscription.update(
        cancel_at=at, cancel_at_period_end=wants_period_end, canceled_at=call.now if at is not None else None
    )
    subscription["cancellation_details"]["reason"] = "cancellation_requested" if at is not None else None
    if at is not None:
        call.plan("subscription_is_canceled", subscription["id"], deadline=at)


def when_due(call: Call, id_: str) -> bool:
    """`cancel_at` has come, if it is still what it was."""
    subscription = call.store.find(call.realm, "subscription", id_)
    if subscription is None or subscription["status"] in ("canceled", "incomplete_expired"):
        return False
    at = frozen.at(call, subscription["customer"])
    if subscription["cancel_at"] is None or subscription["cancel_at"] > at.now:
        return False
    end(at, subscription)
    return True
