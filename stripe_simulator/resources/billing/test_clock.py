"""Test clocks: customers with a separate time (docs.stripe.com/billing/testing/test-clocks)."""

from dataclasses import replace

from stripe_simulator import scheduled_actions
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid, missing
from stripe_simulator.ids import new_id
from stripe_simulator.resources import customer
from stripe_simulator.resources.billing.billing_periods import DAY
from stripe_simulator.resources.billing.customer_clock import KIND, without_params
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

LIFETIME = 30 * DAY


def create(call: Call) -> Json:
    if call.realm.livemode:
        raise invalid("Test clocks exist in test mode only.")
    if "customer" in call.params:
        raise invalid("The simulator does not know what customer of a test clock does yet.", param="customer")
    clock = {
        "id": new_id("clock", call.realm.account.id),
        "object": KIND,
        "created": call.now,
        "deletes_after": call.now + LIFETIME,
        "frozen_time": call.params["frozen_time"],
        "livemode": False,
        "name": call.param("name"),
        "status": "ready",
        "status_details": {},
    }
    events.emit(call, "test_helpers.test_clock.created", call.save(clock))
    return clock


def retrieve(call: Call) -> Json:
    clock = call.store.find(call.realm, KIND, call.ids["id"])
    if clock is None:
        raise missing("test_clock", call.ids["id"])
    return clock


def advance(call: Call) -> Json:
    """Advance to a later time. The response says `advancing`, as Stripe's does; the next retrieve says `ready`.

    Raises StripeError 400 for a time that isn't later.
    """
    clock, target = retrieve(call), call.params["frozen_time"]
    if target <= clock["frozen_time"]:
        raise invalid("The frozen_time must be later than the clock's.", param="frozen_time")
    advancing = clock | {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}}
    events.emit(call, "test_helpers.test_clock.advancing", advancing)
    while next_action := scheduled_actions.next_due_of_clock(call, clock["id"], target):
        moment, action = next_action
        clock["frozen_time"] = max(clock["frozen_time"], int(moment))
        call.save(clock)
        action.run(without_params(replace(call, now=clock["frozen_time"], test_clock=clock["id"])))
    clock["frozen_time"] = target
    events.emit(call, "test_helpers.test_clock.ready", call.save(clock))
    return advancing


def delete(call: Call) -> Json:
    """Delete the clock with its customers and their subscriptions."""
    clock = retrieve(call)
    for one in call.store.where(call.realm, "customer", "test_clock", clock["id"]):
        customer.delete_with_subscriptions(call, one)
    call.store.delete(call.realm, clock["id"])
    events.emit(call, "test_helpers.test_clock.deleted", clock)
    return {"id": clock["id"], "object": KIND, "deleted": True}


def list_all(call: Call) -> Json:
    return paginate_stored(call, KIND, "/v1/test_helpers/test_clocks")
