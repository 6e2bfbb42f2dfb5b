"""How a subscription stands: its status, moved by what becomes of its invoices."""

import copy

from stripe_simulator import billing, events
from stripe_simulator.call import Call
from stripe_simulator.resources import subscription_end
from stripe_simulator.store import Json

KIND = "subscription"
# Statuses in which Stripe collects by itself, and tries again.
COLLECTING = ("active", "past_due", "trialing")
SETTLED = ("paid", "void", "uncollectible")


def of_invoice(call: Call, invoice: Json) -> Json | None:
    """The subscription an invoice is for."""
    details = (invoice["parent"] or {}).get("subscription_details") or {}
    return call.store.find(call.realm, KIND, details.get("subscription", ""))


def change(call: Call, subscription: Json, before: Json, event: str = "customer.subscription.updated") -> Json:
    """Saves a subscription, and says what is different from `before`, a deep copy of it."""
    call.save(subscription)
    previous = events.changes(before, subscription)
    if previous:
        events.emit(call, event, subscription, previous)
    return subscription


def settled(call: Call, subscription: Json, invoice: Json, method: Json | None) -> None:
    """An invoice is paid, void or written off: a subscription that waited for it goes on.

    The card that paid becomes the subscription's own where that was asked for.
    """
    before = copy.deepcopy(subscription)
    if subscription["status"] == "incomplete" and invoice["billing_reason"] == "subscription_create":
        subscription["status"] = "active" if invoice["status"] == "paid" else "incomplete_expired"
    elif subscription["status"] in ("past_due", "unpaid") and latest_is_settled(call, subscription):
        subscription["status"] = "active"
    keeps = subscription["payment_settings"]["save_default_payment_method"] == "on_subscription"
    if method and keeps and method["customer"] == subscription["customer"]:
        subscription["default_payment_method"] = method["id"]
    change(call, subscription, before)


def latest_is_settled(call: Call, subscription: Json) -> bool:
    """Whether nothing is due of the newest invoice that isn't a draft."""
    for one in call.store.all(call.realm, "invoice"):
        if one["parent"]["subscription_details"]["subscription"] == subscription["id"] and one["status"] != "draft":
            return one["status"] in SETTLED
    return True


def failed(call: Call, subscription: Json, invoice: Json, *, last: bool = False) -> None:
    """A payment failed or waits for the bank; with the `last` try the owner's settings say what comes."""
    before = copy.deepcopy(subscription)
    if subscription["status"] in COLLECTING and invoice["billing_reason"] != "subscription_create":
        subscription["status"] = "past_due"
    afterwards = billing.settings(call.store, call.realm)["afterwards"] if last else "past_due"
    if afterwards == "canceled":
        change(call, subscription, before)
        subscription_end.end(call, subscription, "payment_failed")
        return
    if last and afterwards == "unpaid":
        subscription["status"] = "unpaid"
    change(call, subscription, before)
