"""Payments whose bank takes its time: `processing`, and only later succeeded or failed.

Stripe's own test cards never do this; here two numbers of the simulator's own do, and any intent that was told to
(`POST /simulator/processing`).
"""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.declines import DECLINES
from stripe_simulator.errors import invalid
from stripe_simulator.resources import charge, settling
from stripe_simulator.store import Json

OUTCOMES = ("succeeds", "fails")
# What an intent's processing will come to, on the intent itself.
OUTCOME = "_processing"


def order(call: Call) -> Json:
    """The intent `payment_intent` will be, or already is, in processing, and then has this `outcome`.

    Raises StripeError 400 for another outcome, or an intent that is settled.
    """
    outcome = call.params.get("outcome", "succeeds")
    if outcome not in OUTCOMES:
        raise invalid(f"outcome must be one of {', '.join(OUTCOMES)}", param="outcome")
    payment = call.get("payment_intent", str(call.params.get("payment_intent")), param="payment_intent")
    if payment["status"] in ("succeeded", "canceled", "requires_capture"):
        raise invalid(f"This payment is {payment['status']} already.", param="payment_intent")
    payment[OUTCOME] = outcome
    return call.save(payment)


def begin(call: Call, payment: Json, method: Json, outcome: str, *, authenticated: bool) -> None:
    """The card's bank has neither said yes nor no."""
    made = call.save(charge.blank(call, payment, method, authenticated=authenticated))
    payment.update(
        status="processing",
        processing={"type": "card", "card": {"customer_notification": None}},
        latest_charge=made["id"],
        next_action=None,
        last_payment_error=None,
    )
    payment[OUTCOME] = outcome
    call.save(payment)
    events.emit(call, "charge.pending", made)
    events.emit(call, "payment_intent.processing", payment)
    call.plan("processing_ends", payment["id"])


def end(call: Call, id_: str) -> bool:
    """The bank has made up its mind."""
    payment = call.get("payment_intent", id_)
    if payment["status"] != "processing":
        return False
    outcome = payment.pop(OUTCOME)
    made = call.get("charge", payment["latest_charge"])
    method = call.get("payment_method", payment["payment_method"])
    decline = None if outcome == "succeeds" else DECLINES["generic_decline"]
    call.save(charge.decide(made, decline))
    if decline:
        settling.refuse(call, payment, method, made, decline)
    else:
        settling.pay(call, payment, method, made)
    return True
