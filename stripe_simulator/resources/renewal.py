"""One period ends and the next begins: the invoice for it, and before all that the ends of trials and subscriptions."""

import copy

from stripe_simulator import billing, events
from stripe_simulator.call import Call
from stripe_simulator.resources import (
    collecting,
    frozen,
    invoice_draft,
    invoice_opening,
    recurring,
    schedule_course,
    standing,
    subscription_end,
    subscription_item,
)
from stripe_simulator.store import Json

RENEWING = ("active", "past_due", "trialing", "unpaid")
WARNED_BEFORE = 3 * recurring.DAY


def plan(call: Call, subscription: Json) -> None:
    """What comes by itself: the next period, and three days before the end of a trial a warning."""
    end = subscription_item.period_of(subscription)[1]
    call.plan("subscription_renews", subscription["id"], deadline=end)
    if subscription["status"] == "trialing":
        call.plan("trial_will_end", subscription["id"], deadline=max(call.now, end - WARNED_BEFORE))


def trial_will_end(call: Call, id_: str) -> bool:
    subscription = call.store.find(call.realm, standing.KIND, id_)
    if subscription is None or subscription["status"] != "trialing":
        return False
    at = frozen.at(call, subscription["customer"])
    if subscription["trial_end"] - WARNED_BEFORE > at.now:
        return False
    events.emit(at, "customer.subscription.trial_will_end", subscription)
    return True


def renew(call: Call, id_: str) -> bool:
    """The period is over, if it still is: somebody may have moved its end."""
    subscription = call.store.find(call.realm, standing.KIND, id_)
    if subscription is None or subscription["status"] not in RENEWING:
        return False
    at = frozen.by_itself(frozen.at(call, subscription["customer"]), subscription["_base"])
    if subscription_item.period_of(subscription)[1] > at.now:
        return False
    draft = int(billing.settings(at.store, at.realm)["draft_seconds"])
    turn(at, subscription, draft)
    return True


def turn(call: Call, subscription: Json, draft: int) -> None:
    """From one period to the next, or to the end. `draft`: seconds until the invoice is collected."""
    end = subscription_item.period_of(subscription)[1]
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= end:
        subscription_end.end(call, subscription)
        return
    subscription = schedule_course.turn(call, subscription, end)
    if subscription["status"] in RENEWING and not ends_for_want_of_card(call, subscription):
        begin(call, subscription, end, "subscription_cycle", draft)


def ends_for_want_of_card(call: Call, subscription: Json) -> bool:
    """A trial is over and no card is there: `trial_settings` say whether that is the end, or a pause."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if subscription["status"] != "trialing" or behavior == "create_invoice":
        return False
    if invoice_opening.method_of(call, {**subscription, "default_payment_method": None}, subscription):
        return False
    if behavior == "cancel":
        subscription_end.end(call, subscription)
        return True
    before = copy.deepcopy(subscription)
    subscription["status"] = "paused"
    standing.change(call, subscription, before)
    events.emit(call, "customer.subscription.paused", subscription)
    return True


def begin(call: Call, subscription: Json, start: int, reason: str, draft: int) -> None:
    """A new period and its invoice. An unpaid or paused subscription's invoices stay drafts, or are closed at once."""
    before = copy.deepcopy(subscription)
    previous = subscription_item.period_of(subscription)
    every = subscription["items"]["data"][0]["price"]["recurring"]
    end = recurring.end_of_period(subscription["billing_cycle_anchor"], every, start)
    subscription_item.set_period(subscription, start, end)
    if subscription["status"] in ("trialing", "paused"):
        subscription["status"] = "active"
    invoice = invoice_draft.of_subscription(call, subscription, reason, previous)
    subscription["latest_invoice"] = invoice["id"]
    standing.change(call, subscription, before)
    plan(call, subscription)
    treat(call, invoice, subscription, draft)


def treat(call: Call, invoice: Json, subscription: Json, draft: int) -> None:
    """What is done with a renewal's draft."""
    paused = (subscription["pause_collection"] or {}).get("behavior")
    if paused == "keep_as_draft" or subscription["status"] == "unpaid":
        call.save(invoice | {"auto_advance": False})
    elif paused:
        invoice_opening.open_(call, invoice, subscription)
        close = invoice_opening.void if paused == "void" else invoice_opening.give_up
        if invoice["status"] == "open":
            close(call, invoice)
    elif draft:
        invoice["automatically_finalizes_at"] = call.now + draft
        call.save(invoice)
        call.plan("invoice_is_finalized", invoice["id"], deadline=call.now + draft)
    else:
        collecting.open_and_collect(call, invoice, subscription)


def resume(call: Call, subscription: Json) -> None:
    """A paused subscription's new period begins now."""
    subscription["billing_cycle_anchor"] = call.now
    begin(call, subscription, call.now, "subscription_cycle", 0)
    events.emit(call, "customer.subscription.resumed", call.get(standing.KIND, subscription["id"]))


def collection_resumes(call: Call, id_: str) -> bool:
    """`pause_collection[resumes_at]` has come."""
    subscription = call.store.find(call.realm, standing.KIND, id_)
    resumes_at = ((subscription or {}).get("pause_collection") or {}).get("resumes_at")
    if subscription is None or resumes_at is None:
        return False
    at = frozen.at(call, subscription["customer"])
    if resumes_at > at.now:
        return False
    before = copy.deepcopy(subscription)
    subscription["pause_collection"] = None
    standing.change(at, subscription, before)
    return True
