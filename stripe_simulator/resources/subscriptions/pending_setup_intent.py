"""A subscription's `pending_setup_intent`, which saves a card before the first payment."""

import copy

from stripe_simulator.api.call import Call
from stripe_simulator.resources.subscriptions import subscription_status
from stripe_simulator.store import Json


def setup_succeeded(call: Call, setup: Json, method: Json) -> None:
    """Make the card the subscription's default payment method."""
    subscription = call.store.find(call.realm, subscription_status.KIND, setup.get("_subscription") or "")
    if subscription is None or subscription["pending_setup_intent"] != setup["id"]:
        return
    before = copy.deepcopy(subscription)
    subscription.update(pending_setup_intent=None, default_payment_method=method["id"])
    subscription_status.save_and_emit(call, subscription, before)
