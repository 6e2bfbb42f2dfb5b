"""A subscription's `pending_setup_intent`: its first payment is yet to come, and the card is asked for already."""

import copy

from stripe_simulator.call import Call
from stripe_simulator.resources import standing
from stripe_simulator.store import Json


def succeeded(call: Call, setup: Json, method: Json) -> None:
    """The card is the subscription's own from now on."""
    subscription = call.store.find(call.realm, standing.KIND, setup.get("_subscription") or "")
    if subscription is None or subscription["pending_setup_intent"] != setup["id"]:
        return
    before = copy.deepcopy(subscription)
    subscription.update(pending_setup_intent=None, default_payment_method=method["id"])
    standing.change(call, subscription, before)
