"""The end of a change that nobody has paid: its invoice is void, and the old items stay."""

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import customer_clock, invoice_finalization
from stripe_simulator.resources.subscriptions import pending_change, subscription_status
from stripe_simulator.store import Json


def clear(call: Call, subscription: Json) -> None:
    """Drop a waiting change: another one takes its place, or the period is over."""
    waiting = subscription.get(pending_change.FIELD)
    if not waiting:
        return
    invoice = call.get("invoice", waiting["invoice"])
    if invoice["status"] == "open":
        invoice_finalization.void(call, invoice)
    subscription.update(call.get(subscription_status.KIND, subscription["id"]))


def expire(call: Call, id_: str) -> bool:
    """Drop the change when its time is over; False if it was paid or replaced."""
    subscription = call.store.find(call.realm, subscription_status.KIND, id_)
    if subscription is None or not subscription.get(pending_change.FIELD):
        return False
    clock_call = customer_clock.at_customer_time(call, subscription["customer"])
    if subscription["pending_update"]["expires_at"] > clock_call.now:
        return False
    clear(clock_call, subscription)
    return True
