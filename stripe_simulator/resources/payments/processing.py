"""Payments that stay in `processing` first and succeed or fail later.

Stripe's own test cards never do this. Two numbers of the simulator do, and so does any intent that was set up through
`POST /simulator/processing`.
"""

from stripe_simulator.api.call import Call
from stripe_simulator.cards.declines import DECLINES
from stripe_simulator.errors import invalid
from stripe_simulator.resources.payments import charge, charge_result
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

RESULTS = ("succeeds", "fails")
# The field of the intent that holds the result of its processing.
RESULT_FIELD = "_processing"


def set_result(call: Call) -> Json:
    """Set the `outcome` of an intent that will go, or has gone, into processing.

    Raises StripeError 400 for another outcome, or for an intent that is finished.
    """
    result = call.params.get("outcome", "succeeds")
    if result not in RESULTS:
        raise invalid(f"outcome must be one of {', '.join(RESULTS)}", param="outcome")
    payment = call.get("payment_intent", str(call.params.get("payment_intent")), param="payment_intent")
    if payment["status"] in ("succeeded", "canceled", "requires_capture"):
        raise invalid(f"This payment is {payment['status']} already.", param="payment_intent")
    payment[RESULT_FIELD] = result
    return call.save(payment)


def begin(call: Call, payment: Json, method: Json, result: str, *, authenticated: bool) -> None:
    """Put the payment into processing; the bank has not decided yet."""
    new_charge = call.save(charge.build(call, payment, method, authenticated=authenticated))
    payment.update(
        status="processing",
        processing={"type": "card", "card": {"customer_notification": None}},
        latest_charge=new_charge["id"],
        next_action=None,
        last_payment_error=None,
    )
    payment[RESULT_FIELD] = result
    call.save(payment)
    events.emit(call, "charge.pending", new_charge)
    events.emit(call, "payment_intent.processing", payment)
    call.schedule("processing_ends", payment["id"])


def cancel(call: Call, payment: Json) -> None:
    """End the processing of an intent that is canceled now: its charge fails."""
    if payment["status"] != "processing":
        return
    new_charge = charge.apply_result(call.get("charge", payment["latest_charge"]), DECLINES["generic_decline"])
    payment["processing"] = None
    payment.pop(RESULT_FIELD, None)
    events.emit(call, "charge.failed", call.save(new_charge))


def finish(call: Call, id_: str) -> bool:
    """Apply the bank's decision."""
    payment = call.get("payment_intent", id_)
    if payment["status"] != "processing":
        return False
    result = payment.pop(RESULT_FIELD)
    new_charge = call.get("charge", payment["latest_charge"])
    method = call.get("payment_method", payment["payment_method"])
    decline = None if result == "succeeds" else DECLINES["generic_decline"]
    call.save(charge.apply_result(new_charge, decline))
    if decline:
        charge_result.decline_payment(call, payment, method, new_charge, decline)
    else:
        charge_result.succeed(call, payment, method, new_charge)
    return True
