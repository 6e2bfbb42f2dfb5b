"""A change of items that waits in `pending_update` for its payment. The old items go on until then.

Source: docs.stripe.com/billing/subscriptions/pending-updates
"""

from stripe_simulator.api.call import Call
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

EXPIRES_AFTER = 23 * 60 * 60
# `{"invoice": …, "items": …, "anchor": …}`
FIELD = "_pending"


def store(call: Call, subscription: Json, invoice: Json, items: list[Json], anchor: int) -> None:
    """Let the change wait until its invoice is paid: 23 hours at most, and not beyond the period."""
    period_end = subscription["items"]["data"][0]["current_period_end"]
    expires_at = min(call.now + EXPIRES_AFTER, period_end)
    empty = ("cancel_at_period_end", "discount", "discounts", "metadata", "trial_end", "trial_from_plan")
    subscription["pending_update"] = {
        **dict.fromkeys(empty),
        "billing_cycle_anchor": anchor if anchor != subscription["billing_cycle_anchor"] else None,
        "expires_at": expires_at,
        "subscription_items": items,
    }
    subscription[FIELD] = {"invoice": invoice["id"], "items": items, "anchor": anchor}
    call.schedule("pending_update_expires", subscription["id"], deadline=expires_at)


def is_about(subscription: Json, invoice: Json) -> bool:
    """Whether the invoice is the one that the change waits for."""
    return bool((subscription.get(FIELD) or {}).get("invoice") == invoice["id"])


def settle(call: Call, subscription: Json, invoice: Json) -> None:
    """Apply the change when its invoice is paid, or drop it when that is closed."""
    if not is_about(subscription, invoice):
        return
    waiting = subscription[FIELD]
    subscription.update({"pending_update": None, FIELD: None})
    event = "customer.subscription.pending_update_expired"
    if invoice["status"] == "paid":
        subscription["items"]["data"] = waiting["items"]
        subscription["billing_cycle_anchor"] = waiting["anchor"]
        end = waiting["items"][0]["current_period_end"]
        call.schedule("subscription_renews", subscription["id"], deadline=end)
        event = "customer.subscription.pending_update_applied"
    events.emit(call, event, call.save(subscription))
