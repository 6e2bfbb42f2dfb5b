"""Updates a payment intent after a charge: paid, authorized, or waiting for another card."""

from stripe_simulator.api.call import Call
from stripe_simulator.cards.declines import Decline
from stripe_simulator.resources.balance import balance_transaction
from stripe_simulator.resources.billing import invoice_result
from stripe_simulator.resources.payments import payment_method
from stripe_simulator.resources.payments.attempt_errors import decline_error
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def succeed(call: Call, payment: Json, method: Json, new_charge: Json) -> None:
    """Update the intent after the bank accepted `new_charge`."""
    payment.update(latest_charge=new_charge["id"], next_action=None, processing=None, last_payment_error=None)
    events.emit(call, "charge.succeeded", new_charge)
    save_card(call, payment, method)
    if payment["capture_method"] == "manual":
        payment.update(status="requires_capture", amount_capturable=payment["amount"])
        events.emit(call, "payment_intent.amount_capturable_updated", call.save(payment))
    else:
        receive_funds(call, payment, new_charge)


def receive_funds(call: Call, payment: Json, new_charge: Json) -> None:
    """Mark the intent as paid; some test cards open a dispute later."""
    payment.update(status="succeeded", amount_received=new_charge["amount_captured"], amount_capturable=0)
    balance_transaction.of_charge(call, new_charge)
    events.emit(call, "payment_intent.succeeded", call.save(payment))
    method = call.store.find(call.realm, "payment_method", new_charge["payment_method"])
    if method and payment_method.behavior_of(call, method).dispute_reason:
        call.schedule("dispute_opens", new_charge["id"])
    if method:
        invoice_result.payment_succeeded(call, payment, method)


def save_card(call: Call, payment: Json, method: Json) -> None:
    """Save the card for the customer if `setup_future_usage` is set; otherwise a card can be used once."""
    if payment["setup_future_usage"] == "off_session":
        method["_set_up"] = True
    if payment["setup_future_usage"] and payment["customer"]:
        payment_method.attach_to(call, method, payment["customer"])
    method["_used"] = True
    call.save(method)


def decline_payment(call: Call, payment: Json, method: Json, new_charge: Json, decline: Decline) -> None:
    """Update the intent after the bank declined the charge: it waits for another card."""
    payment.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        processing=None,
        latest_charge=new_charge["id"],
        last_payment_error=decline_error(decline, method, new_charge["id"]),
    )
    call.save(payment)
    events.emit(call, "charge.failed", new_charge)
    events.emit(call, "payment_intent.payment_failed", payment)
    if decline.code == "authentication_required":
        invoice_result.action_required(call, payment)
    else:
        invoice_result.payment_failed(call, payment)
