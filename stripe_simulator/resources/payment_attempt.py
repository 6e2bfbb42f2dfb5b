"""One attempt to pay a payment intent with a card: authentication, then the charge."""

from typing import Any

from stripe_simulator import cards, events
from stripe_simulator.call import Call
from stripe_simulator.declines import DECLINES, Decline
from stripe_simulator.resources import charge, intent, payment_method
from stripe_simulator.store import Json, public


def attempt(call: Call, payment: Json, method: Json) -> None:
    """Confirms an intent with a card.

    The intent ends `succeeded`, `requires_capture` or `requires_action`. Raises StripeError 402 with the intent
    in it when the card is declined.
    """
    payment.update(payment_method=method["id"], next_action=None, last_payment_error=None)
    off_session = call.params.get("off_session", False)
    if not asks_the_bank(call, payment, method, off_session=bool(off_session)):
        settle(call, payment, method, authenticated=False)
    elif off_session or call.params.get("error_on_requires_action"):
        fail(call, payment, method, DECLINES["authentication_required"])
    else:
        payment.update(status="requires_action", next_action=intent.challenge(call, payment))
        call.save(payment)
        events.emit(call, "payment_intent.requires_action", payment)


def asks_the_bank(call: Call, payment: Json, method: Json, *, off_session: bool) -> bool:
    """Whether 3-D Secure comes first."""
    asks = payment_method.does(call, method).asks
    if asks == cards.OPTIONAL:
        wanted = (payment["payment_method_options"] or {}).get("card", {}).get("request_three_d_secure")
        return wanted in ("any", "challenge")
    if asks == cards.UNLESS_SET_UP:
        return not (method["_set_up"] and (off_session or method["customer"] is not None))
    return asks == cards.ALWAYS


def settle(call: Call, payment: Json, method: Json, *, authenticated: bool) -> None:
    """Charges the card. Raises StripeError 402 when the bank says no."""
    declined = payment_method.does(call, method).decline
    if declined:
        fail(call, payment, method, DECLINES[declined], authenticated=authenticated)
    made = charge.make(call, payment, method, None, authenticated=authenticated)
    payment.update(latest_charge=made["id"], next_action=None, last_payment_error=None)
    events.emit(call, "charge.succeeded", made)
    keep_the_card(call, payment, method)
    if payment["capture_method"] == "manual":
        payment.update(status="requires_capture", amount_capturable=payment["amount"])
        events.emit(call, "payment_intent.amount_capturable_updated", call.save(payment))
    else:
        payment.update(status="succeeded", amount_received=payment["amount"])
        events.emit(call, "payment_intent.succeeded", call.save(payment))


def keep_the_card(call: Call, payment: Json, method: Json) -> None:
    """`setup_future_usage` keeps the card for the customer; without one a card is good for one payment."""
    if payment["setup_future_usage"] == "off_session":
        method["_set_up"] = True
    if payment["setup_future_usage"] and payment["customer"]:
        payment_method.put_on(call, method, payment["customer"])
    method["_used"] = True
    call.save(method)


def fail(call: Call, payment: Json, method: Json, decline: Decline, *, authenticated: bool = False) -> None:
    """A decline: a failed charge, the intent waits for another card, the request answers 402."""
    made = charge.make(call, payment, method, decline, authenticated=authenticated)
    error = error_of(decline, method, made["id"])
    payment.update(
        status="requires_payment_method",
        payment_method=None,
        next_action=None,
        latest_charge=made["id"],
        last_payment_error=error,
    )
    call.save(payment)
    events.emit(call, "charge.failed", made)
    events.emit(call, "payment_intent.payment_failed", payment)
    raise intent.card_error(call, payment, error)


def error_of(decline: Decline, method: Json, charge_id: str | None = None) -> Json:
    """`last_payment_error` or `last_setup_error` of a decline."""
    error: dict[str, Any] = {
        "type": "card_error",
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": public(method),
    }
    optional = {"charge": charge_id, "param": decline.param, "advice_code": decline.advice}
    return error | {name: value for name, value in optional.items() if value}


def not_authenticated(call: Call, payment: Json, method: Json) -> None:
    """The bank's check failed or was closed: nothing was charged, the intent waits for another try."""
    error = error_of_authentication("payment_intent_authentication_failure", method)
    payment.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)
    call.save(payment)
    events.emit(call, "payment_intent.payment_failed", payment)


def error_of_authentication(code: str, method: Json) -> Json:
    return {
        "type": "invalid_request_error",
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": (
            "We are unable to authenticate your payment method. Please choose a different payment method and try again."
        ),
        "payment_method": public(method),
    }
