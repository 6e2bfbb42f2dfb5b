"""Resumes paused subscriptions (changelog dahlia/2026-05-27, `payment_behavior`).

A new period starts with an invoice. `resume_on_payment_attempt`, the default, charges nothing during the request: the
subscription resumes with the attempt that follows, as `past_due` if that fails, and the attempt is not repeated.
`resume_on_payment_success` charges the saved card during the request, and resumes only when the invoice is paid.
After 23 hours without that, the invoice is void and the subscription stays paused.
"""

import copy
from collections.abc import Callable

from stripe_simulator.api.call import Call
from stripe_simulator.resources.billing import (
    billing_periods,
    invoice_collection,
    invoice_draft,
    invoice_finalization,
)
from stripe_simulator.resources.subscriptions import renewal, subscription_item, subscription_status
from stripe_simulator.store import Json

HOUR = 60 * 60
ATTEMPTED_AFTER, EXPIRES_AFTER = HOUR, 23 * HOUR
ON_ATTEMPT, ON_SUCCESS = subscription_status.RESUMES_ON_ATTEMPT, "resume_on_payment_success"
BEHAVIORS = (ON_ATTEMPT, ON_SUCCESS)


def resume(call: Call, subscription: Json, behavior: str) -> None:
    """Start a period and its invoice. With `resume_on_payment_success`, charge it now."""
    before = copy.deepcopy(subscription)
    previous = subscription_item.period_of(subscription)
    recurring = subscription["items"]["data"][0]["price"]["recurring"]
    subscription["billing_cycle_anchor"] = call.now
    end = billing_periods.end_of_period(call.now, recurring, call.now)
    subscription_item.set_period(subscription, call.now, end)
    invoice = invoice_draft.create_draft(call, subscription, "subscription_cycle", previous)
    subscription["latest_invoice"] = invoice["id"]
    subscription[subscription_status.RESUMPTION_FIELD] = {"invoice": invoice["id"], "behavior": behavior}
    subscription_status.save_and_emit(call, subscription, before)
    renewal.schedule_renewal(call, subscription)
    invoice_finalization.finalize_draft(call, invoice, subscription)
    if invoice["status"] != "open":
        return
    call.schedule("resumption_expires", invoice["id"], deadline=call.now + EXPIRES_AFTER)
    if behavior == ON_ATTEMPT:
        call.schedule("resumption_is_attempted", invoice["id"], deadline=call.now + ATTEMPTED_AFTER)
    else:
        invoice_collection.collect(call, invoice, subscription)


def attempt(call: Call, id_: str) -> bool:
    """Make the attempt of `resume_on_payment_attempt`; False if the invoice has been paid or closed."""
    return _while_waiting(call, id_, invoice_collection.collect)


def expire(call: Call, id_: str) -> bool:
    """Void the invoice if the subscription is still paused; False otherwise."""
    return _while_waiting(call, id_, lambda at, invoice, _: invoice_finalization.void(at, invoice))


def _while_waiting(call: Call, id_: str, action: Callable[[Call, Json, Json], object]) -> bool:
    found = invoice_collection.find_with_subscription(call, id_)
    if found is None:
        return False
    clock_call, invoice, subscription = found
    if invoice["status"] != "open" or subscription["status"] != "paused":
        return False
    action(clock_call, invoice, subscription)
    return True
