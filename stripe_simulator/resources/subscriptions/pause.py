"""Pauses a subscription: its status becomes `paused`, with the reason in `status_details`."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def pause(call: Call, subscription: Json, reason: str) -> Json:
    """Pause it. `reason` is Stripe's value (docs.stripe.com/api/subscriptions/object), or one that Stripe may add."""
    before = copy.deepcopy(subscription)
    subscription["status"] = "paused"
    subscription["status_details"] = {
        "paused": {"subscription": {"type": reason}, "transitioned_at": call.now, "type": "subscription"}
    }
    subscription_status.save_and_emit(call, subscription, before)
    events.emit(call, "customer.subscription.paused", subscription)
    return subscription


def pause_on_request(call: Call) -> Json:
    """Pause `subscription` for `reason`. Raises StripeError 400 if it has ended or is paused already."""
    subscription = call.get(subscription_status.KIND, str(call.params["subscription"]), param="subscription")
    if subscription["status"] not in (*subscription_status.COLLECTED_STATUSES, "unpaid"):
        raise invalid(f"A subscription that is {subscription['status']} can't be paused.", param="subscription")
    return pause(call, subscription, str(call.params["reason"]))
