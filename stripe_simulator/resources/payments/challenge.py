"""Applies the buyer's answer to a 3-D Secure check."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import StripeError
from stripe_simulator.resources.payments import payment_attempt, setup_intent
from stripe_simulator.store import Json

OUTCOMES = ("authorize", "fail", "close")


def handle_answer(call: Call, intent: Json, outcome: str) -> Json:
    """Return the intent after the buyer's answer. A second answer has no effect.

    A card that is declined after its check leaves the intent waiting for another card.
    """
    if intent["status"] != "requires_action":
        return intent
    method = call.get("payment_method", intent["payment_method"])
    try:
        apply_answer(call, intent, method, passed=outcome == "authorize")
    except StripeError as error:
        if not error.keep_changes:
            raise
    return intent


def apply_answer(call: Call, intent: Json, method: Json, *, passed: bool) -> None:
    if intent["object"] == "setup_intent":
        if passed:
            setup_intent.complete(call, intent, method)
        else:
            setup_intent.fail_authentication(call, intent, method)
    elif passed:
        payment_attempt.charge_card(call, intent, method, authenticated=True)
    else:
        payment_attempt.fail_authentication(call, intent, method)
