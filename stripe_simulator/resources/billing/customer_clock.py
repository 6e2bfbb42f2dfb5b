"""Applies the time of a customer's test clock to a call (docs.stripe.com/billing/testing/test-clocks)."""

from dataclasses import replace

from stripe_simulator.api.call import Call

KIND = "test_helpers.test_clock"


def at_customer_time(call: Call, customer_id: str) -> Call:
    """Return the call at the customer's own time; actions scheduled in it wait for that clock."""
    customer = call.store.find(call.realm, "customer", customer_id)
    clock_id = customer["test_clock"] if customer else None
    if clock_id is None or clock_id == call.test_clock:
        return call
    clock = call.get(KIND, clock_id)
    return replace(call, now=clock["frozen_time"], test_clock=clock_id)


def without_params(call: Call, base_url: str = "") -> Call:
    """Return the call at the same time without the request's parameters. `base_url` is used if none is known yet."""
    return replace(call, params={}, base_url=call.base_url or base_url)
