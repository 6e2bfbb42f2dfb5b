"""Renewals: ends a billing period, starts the next one and creates its invoice."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import (
    billing_periods,
    billing_settings,
    customer_clock,
    invoice_collection,
    invoice_draft,
    invoice_finalization,
)
from stripe_simulator.resources.subscriptions import (
    cancellation,
    pause,
    pending_expiry,
    schedule_progress,
    subscription_item,
    subscription_status,
)
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

RENEWING = ("active", "past_due", "trialing", "unpaid")
TRIAL_WARNING = 3 * billing_periods.DAY


def schedule_renewal(call: Call, subscription: Json) -> None:
    """Schedule the renewal and, three days before the end of a trial, the warning."""
    end = subscription_item.period_of(subscription)[1]
    call.schedule("subscription_renews", subscription["id"], deadline=end)
    if subscription["status"] == "trialing":
        call.schedule("trial_will_end", subscription["id"], deadline=max(call.now, end - TRIAL_WARNING))


def trial_will_end(call: Call, id_: str) -> bool:
    subscription = call.store.find(call.realm, subscription_status.KIND, id_)
    if subscription is None or subscription["status"] != "trialing":
        return False
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    if subscription["trial_end"] - TRIAL_WARNING > clock_call.now:
        return False
    events.emit(clock_call, "customer.subscription.trial_will_end", subscription)
    return True


def renew(call: Call, id_: str) -> bool:
    """Renew if the period is over; its end may have been moved."""
    subscription = call.store.find(call.realm, subscription_status.KIND, id_)
    if subscription is None or subscription["status"] not in RENEWING:
        return False
    clock_call = customer_clock.without_params(
        customer_clock.at_customer_time(call, subscription["customer"]), subscription["_base"]
    )
    if subscription_item.period_of(subscription)[1] > clock_call.now:
        return False
    draft_seconds = int(billing_settings.read(clock_call.store, clock_call.realm)["draft_seconds"])
    end_period(clock_call, subscription, draft_seconds)
    return True


def end_period(call: Call, subscription: Json, draft_seconds: int) -> None:
    """Start the next period, or end the subscription. `draft_seconds`: seconds until the invoice is collected."""
    pending_expiry.clear(call, subscription)
    end = subscription_item.period_of(subscription)[1]
    if subscription["cancel_at"] is not None and subscription["cancel_at"] <= end:
        cancellation.cancel_now(call, subscription)
        return
    subscription = schedule_progress.apply_due_phase(call, subscription, end)
    if subscription["status"] in RENEWING and not end_trial_without_card(call, subscription):
        begin_period(call, subscription, end, "subscription_cycle", draft_seconds)


def end_trial_without_card(call: Call, subscription: Json) -> bool:
    """Handle a trial that ends without a card: `trial_settings` say whether to cancel or pause. Return True if so."""
    behavior = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
    if subscription["status"] != "trialing" or behavior == "create_invoice":
        return False
    if invoice_finalization.default_method(call, {**subscription, "default_payment_method": None}, subscription):
        return False
    if behavior == "cancel":
        cancellation.cancel_now(call, subscription)
        return True
    pause.pause(call, subscription, "trial_end_without_payment_method")
    return True


def begin_period(call: Call, subscription: Json, start: int, reason: str, draft_seconds: int) -> None:
    """Start a period and create its invoice. Invoices of unpaid or paused subscriptions stay drafts or are closed."""
    before = copy.deepcopy(subscription)
    previous = subscription_item.period_of(subscription)
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    end = billing_periods.end_of_period(subscription["billing_cycle_anchor"], recurring, start)
    subscription_item.set_period(subscription, start, end)
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    invoice = invoice_draft.create_draft(call, subscription, reason, previous)
    subscription["latest_invoice"] = invoice["id"]
    subscription_status.save_and_emit(call, subscription, before)
    schedule_renewal(call, subscription)
    process_draft(call, invoice, subscription, draft_seconds)


def process_draft(call: Call, invoice: Json, subscription: Json, draft_seconds: int) -> None:
    """Finalize, collect, close or keep the draft of a renewal."""
    paused = (subscription["pause_collection"] or {}).get("behavior")
    if paused == "keep_as_draft" or subscription["status"] == "unpaid":
        call.save(invoice | {"auto_advance": False})
    elif paused:
        invoice_finalization.finalize_draft(call, invoice, subscription)
        close = invoice_finalization.void if paused == "void" else invoice_finalization.mark_uncollectible
        if invoice["status"] == "open":
            close(call, invoice)
    elif draft_seconds:
        invoice["automatically_finalizes_at"] = call.now + draft_seconds
        call.save(invoice)
        call.schedule("invoice_is_finalized", invoice["id"], deadline=call.now + draft_seconds)
    else:
        invoice_collection.finalize_and_collect(call, invoice, subscription)


def resume_collection(call: Call, id_: str) -> bool:
    """Resume collection when `pause_collection[resumes_at]` is reached."""
    subscription = call.store.find(call.realm, subscription_status.KIND, id_)
    resumes_at = ((subscription or {}).get("pause_collection") or {}).get("resumes_at")
    if subscription is None or resumes_at is None:
        return False
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    if resumes_at > clock_call.now:
        return False
    before = copy.deepcopy(subscription)
    subscription["pause_collection"] = None
    subscription_status.save_and_emit(clock_call, subscription, before)
    return True
