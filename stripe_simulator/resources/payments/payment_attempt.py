"""One attempt to pay a payment intent with a card: authentication, then the charge."""

from stripe_simulator.api.call import Call
from stripe_simulator.cards import test_cards
from stripe_simulator.cards.declines import DECLINES, Decline
from stripe_simulator.resources.billing import invoice_result
from stripe_simulator.resources.payments import charge, charge_result, intent, payment_method, processing
from stripe_simulator.resources.payments.attempt_errors import authentication_error, decline_error
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events


def attempt(call: Call, payment: Json, method: Json) -> None:
    """Confirm an intent with a card.

    The intent ends as `succeeded`, `requires_capture`, `processing` or `requires_action`. Raises StripeError 402 with
    the intent in it when the card is declined.
    """
    off_session = bool(call.params.get("off_session", False))
    allow_action = not (off_session or call.params.get("error_on_requires_action"))
    run(call, payment, method, off_session=off_session, allow_action=allow_action)


def run(call: Call, payment: Json, method: Json, *, off_session: bool, allow_action: bool) -> None:
    """Run the attempt. With `allow_action` a required authentication waits for the buyer; otherwise it is a decline."""
    was_waiting = payment["status"] == "requires_action"
    payment.update(payment_method=method["id"], next_action=None, last_payment_error=None)
    if not requires_authentication(call, payment, method, off_session=off_session):
        charge_card(call, payment, method, authenticated=False)
    elif not allow_action or (off_session and payment_method.behavior_of(call, method).asks_by_decline):
        fail(call, payment, method, DECLINES["authentication_required"])
    else:
        payment.update(status="requires_action", next_action=intent.challenge_action(call, payment))
        call.save(payment)
        events.emit(call, "payment_intent.requires_action", payment)
        if not was_waiting:
            invoice_result.action_required(call, payment)


def requires_authentication(call: Call, payment: Json, method: Json, *, off_session: bool) -> bool:
    """Whether 3-D Secure is required before the charge."""
    three_d_secure = payment_method.behavior_of(call, method).three_d_secure
    if three_d_secure == test_cards.OPTIONAL:
        wanted = (payment["payment_method_options"] or {}).get("card", {}).get("request_three_d_secure")
        return wanted in ("any", "challenge")
    if three_d_secure == test_cards.UNLESS_SET_UP:
        return not (off_session and method["_set_up"])
    return three_d_secure == test_cards.ALWAYS


def charge_card(call: Call, payment: Json, method: Json, *, authenticated: bool) -> None:
    """Charge the card. Raises StripeError 402 when the bank declines."""
    behavior = payment_method.behavior_of(call, method)
    if behavior.decline:
        fail(call, payment, method, DECLINES[behavior.decline], authenticated=authenticated)
    processing_result = payment.get(processing.RESULT_FIELD) or behavior.processing
    if processing_result and payment["capture_method"] != "manual":
        processing.begin(call, payment, method, processing_result, authenticated=authenticated)
    else:
        new_charge = charge.create(call, payment, method, authenticated=authenticated)
        charge_result.succeed(call, payment, method, new_charge)


def fail(call: Call, payment: Json, method: Json, decline: Decline, *, authenticated: bool = False) -> None:
    """Decline: save the failed charge, reset the intent, and raise the 402 error."""
    new_charge = charge.create(call, payment, method, decline, authenticated=authenticated)
    charge_result.decline_payment(call, payment, method, new_charge, decline)
    raise intent.card_error(call, payment, decline_error(decline, method, new_charge["id"]))


def fail_authentication(call: Call, payment: Json, method: Json) -> None:
    """Handle a failed or closed 3-D Secure check: nothing was charged, the intent waits for another attempt."""
    error = authentication_error("payment_intent_authentication_failure", method)
    payment.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    call.save(payment)
    events.emit(call, "payment_intent.payment_failed", payment)
    invoice_result.payment_failed(call, payment)
