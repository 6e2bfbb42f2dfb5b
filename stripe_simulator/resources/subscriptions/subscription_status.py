"""Updates the status of a subscription after its invoices are paid, closed or fail."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import billing_settings
from stripe_simulator.resources.subscriptions import cancellation, pending_change
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "subscription"
# Statuses in which Stripe collects and retries automatically.
COLLECTED_STATUSES = ("active", "past_due", "trialing")
CLOSED_INVOICE_STATUSES = ("paid", "void", "uncollectible")
# Set on a paused subscription that is being resumed: `{"invoice": …, "behavior": …}`.
RESUMPTION_FIELD = "_resumption"
RESUMES_ON_ATTEMPT = "resume_on_payment_attempt"


def subscription_of_invoice(call: Call, invoice: Json) -> Json | None:
    """Return the subscription of an invoice."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return call.store.find(call.realm, KIND, details.get("subscription", ""))


def save_and_emit(call: Call, subscription: Json, before: Json, event: str = "customer.subscription.updated") -> Json:
    """Save a subscription and emit what changed since `before`, a deep copy of it."""
    call.save(subscription)
    previous = events.previous_attributes(before, subscription)
    if previous:
        events.emit(call, event, subscription, previous)
    return subscription


def invoice_closed(call: Call, subscription: Json, invoice: Json, method: Json | None) -> None:
    """Update a subscription after an invoice is paid, void or written off.

    The card that paid becomes the subscription's default if `save_default_payment_method` says so.
    """
    pending_change.settle(call, subscription, invoice)
    before = copy.deepcopy(subscription)
    if subscription["status"] == "incomplete" and invoice["billing_reason"] == "subscription_create":
        subscription["status"] = "active" if invoice["status"] == "paid" else "incomplete_expired"
    elif subscription["status"] in ("past_due", "unpaid") and latest_invoice_is_closed(call, subscription):
        subscription["status"] = "active"
    elif invoice["status"] == "paid" and is_being_resumed_by(subscription, invoice):
        end_pause(subscription, "active")
    saves_method = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    if method and saves_method and method["customer"] == subscription["customer"]:
        subscription["default_payment_method"] = method["id"]
    save_and_emit(call, subscription, before)
    emit_if_resumed(call, subscription, before)


def is_being_resumed_by(subscription: Json, invoice: Json) -> bool:
    """Whether the subscription is paused, and this is the invoice of its resumption."""
    return bool(
        subscription["status"] == "paused"
        and (subscription.get(RESUMPTION_FIELD) or {}).get("invoice") == invoice["id"]
    )


def resumes_on_attempt(subscription: Json) -> bool:
    return bool(subscription[RESUMPTION_FIELD]["behavior"] == RESUMES_ON_ATTEMPT)


def end_pause(subscription: Json, status: str) -> None:
    subscription.update({"status": status, "status_details": None, RESUMPTION_FIELD: None})


def emit_if_resumed(call: Call, subscription: Json, before: Json) -> None:
    if before["status"] == "paused" and subscription["status"] != "paused":
        events.emit(call, "customer.subscription.resumed", subscription)


def invoices_of(call: Call, subscription: Json) -> list[Json]:
    """Return the subscription's invoices, newest first."""
    return call.store.where(call.realm, "invoice", "parent.subscription_details.subscription", subscription["id"])


def latest_invoice_is_closed(call: Call, subscription: Json) -> bool:
    """Whether the newest invoice that isn't a draft needs no payment any more."""
    for one in invoices_of(call, subscription):
        if one["status"] != "draft":
            return one["status"] in CLOSED_INVOICE_STATUSES
    return True


def payment_failed(call: Call, subscription: Json, invoice: Json, *, last: bool = False) -> None:
    """Update a subscription after a failed or unauthenticated payment; after the `last` attempt use the Billing
    settings.
    """
    if pending_change.is_about(subscription, invoice):
        # The old items go on.
        return
    before = copy.deepcopy(subscription)
    if subscription["status"] in COLLECTED_STATUSES and invoice["billing_reason"] != "subscription_create":
        subscription["status"] = "past_due"
    elif is_being_resumed_by(subscription, invoice) and resumes_on_attempt(subscription):
        end_pause(subscription, "past_due")
    afterwards = billing_settings.read(call.store, call.realm)["afterwards"] if last else "past_due"
    if afterwards == "canceled":
        save_and_emit(call, subscription, before)
        cancellation.cancel_now(call, subscription, "payment_failed")
        return
    if last and afterwards == "unpaid":
        subscription["status"] = "unpaid"
    save_and_emit(call, subscription, before)
    emit_if_resumed(call, subscription, before)
