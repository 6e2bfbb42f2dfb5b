"""Customers of a test clock live by its time, not by everybody's (docs.stripe.com/billing/testing/test-clocks)."""

from dataclasses import replace

from stripe_simulator.call import Call

KIND = "test_helpers.test_clock"


def at(call: Call, customer_id: str) -> Call:
    """The same request at the customer's own time; what is planned in it waits for that clock."""
    customer = call.store.find(call.realm, "customer", customer_id)
    clock_id = customer["test_clock"] if customer else None
    if clock_id is None or clock_id == call.test_clock:
        return call
    clock = call.get(KIND, clock_id)
    return replace(call, now=clock["frozen_time"], test_clock=clock_id)


def by_itself(call: Call, base: str = "") -> Call:
    """The same moment without the request's parameters, for what follows from it. `base` where none is known yet."""
    return replace(call, params={}, base=call.base or base)
