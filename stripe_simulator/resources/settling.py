"""What a charge's end means for its payment intent: paid, authorised, or waiting for another card."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.declines import Decline
from stripe_simulator.resources import invoice_outcome, payment_method
from stripe_simulator.resources.attempt_errors import error_of
from stripe_simulator.store import Json


def pay(call: Call, payment: Json, method: Json, made: Json) -> None:
    """The bank said yes to the charge `made`."""
    payment.update(latest_charge=made["id"], next_action=None, processing=None, last_payment_error=None)
    events.emit(call, "charge.succeeded", made)
    keep_the_card(call, payment, method)
    if payment["capture_method"] == "manual":
        payment.update(status="requires_capture", amount_capturable=payment["amount"])
        events.emit(call, "payment_intent.amount_capturable_updated", call.save(payment))
    else:
        receive(call, payment, made)


def receive(call: Call, payment: Json, made: Json) -> None:
    """The money is there; with some cards the buyer will dispute it."""
    payment.update(status="succeeded", amount_received=made["amount_captured"], amount_capturable=0)
    events.emit(call, "payment_intent.succeeded", call.save(payment))
    method = call.store.find(call.realm, "payment_method", made["payment_method"])
    if method and payment_method.does(call, method).disputed:
        call.plan("dispute_opens", made["id"])
    if method:
        invoice_outcome.paid(call, payment, method)


def keep_the_card(call: Call, payment: Json, method: Json) -> None:
    """`setup_future_usage` keeps the card for the customer; without one a card is good for one payment."""
    if payment["setup_future_usage"] == "off_session":
        method["_set_up"] = True
    if payment["setup_future_usage"] and payment["customer"]:
        payment_method.put_on(call, method, payment["customer"])
    method["_used"] = True
    call.save(method)


def refuse(call: Call, payment: Json, method: Json, made: Json, decline: Decline) -> None:
    """The bank said no: the intent waits for another card."""
    payment.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        latest_charge=made["id"],
        last_payment_error=error_of(decline, method, made["id"]),
    )
    call.save(payment)
    events.emit(call, "charge.failed", made)
    events.emit(call, "payment_intent.payment_failed", payment)
    invoice_outcome.refused(call, payment)
