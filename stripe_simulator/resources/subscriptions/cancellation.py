"""Ends subscriptions: now, at a date, or at the end of the period."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.billing import customer_clock
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def cancel_now(call: Call, subscription: Json, reason: str | None = None) -> Json:
    """Cancel. Open invoices keep their status, but are no longer collected.

    `reason` is Stripe's value in `cancellation_details`: cancellation_requested, payment_failed.
    """
    subscription.update(
        status="canceled",
        canceled_at=subscription["canceled_at"] or call.now,
        ended_at=call.now,
        pending_setup_intent=None,
    )
    subscription["cancellation_details"]["reason"] = subscription["cancellation_details"]["reason"] or reason
    for invoice in unpaid_invoices(call, subscription):
        call.save(invoice | {"auto_advance": False, "next_payment_attempt": None})
    end_schedule(call, subscription, aborted=reason == "payment_failed")
    events.emit(call, "customer.subscription.deleted", call.save(subscription))
    return subscription


def unpaid_invoices(call: Call, subscription: Json) -> list[Json]:
    """Return the subscription's open and draft invoices, newest first."""
    path = "parent.subscription_details.subscription"
    invoices = call.store.where(call.realm, "invoice", path, subscription["id"])
    return [one for one in invoices if one["status"] in ("draft", "open")]


def end_schedule(call: Call, subscription: Json, *, aborted: bool) -> None:
    """Complete the subscription's schedule if its last phase is over, else cancel it.

    `aborted`: the subscription ended because it was not paid. The schedule's event has this name then.
    """
    schedule = call.store.find(call.realm, "subscription_schedule", subscription["schedule"] or "")
    if schedule is None or schedule["status"] != "active":
        return
    ended = schedule["phases"][-1]["end_date"] <= call.now
    status, moment = ("completed", "completed_at") if ended else ("canceled", "canceled_at")
    schedule.update({"status": status, moment: call.now, "current_phase": None})
    event = "aborted" if aborted and not ended else status
    events.emit(call, f"subscription_schedule.{event}", call.save(schedule))


def schedule_cancellation(call: Call, subscription: Json, moment: int | str | None) -> None:
    """Cancel at `moment` (seconds, or a value such as `min_period_end`), or at the period's end if the request says so.

    An empty `moment` removes both. `cancel_at_period_end=false` alone leaves a `cancel_at` of its own as it is. Raises
    StripeError 400.
    """
    if "cancel_at" not in call.params and not call.params.get("cancel_at_period_end"):
        moment = None if subscription["cancel_at_period_end"] else subscription["cancel_at"]
    wants_period_end = bool(call.params.get("cancel_at_period_end"))
    if wants_period_end and moment:
        message = "You may only specify one of these parameters: cancel_at, cancel_at_period_end."
        raise invalid(message, param="cancel_at")
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
        call.schedule("subscription_is_canceled", subscription["id"], deadline=at)


def cancel_when_due(call: Call, id_: str) -> bool:
    """Cancel when `cancel_at` is reached and has not been changed."""
    subscription = call.store.find(call.realm, "subscription", id_)
    if subscription is None or subscription["status"] in ("canceled", "incomplete_expired"):
        return False
    at = customer_clock.at_customer_time(call, subscription["customer"])
    if subscription["cancel_at"] is None or subscription["cancel_at"] > at.now:
        return False
    cancel_now(at, subscription)
    return True
