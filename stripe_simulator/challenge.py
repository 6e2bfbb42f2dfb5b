"""What follows when the buyer answers the bank's 3-D Secure page."""

from stripe_simulator.call import Call
from stripe_simulator.errors import StripeError
from stripe_simulator.resources import payment_attempt, setup_intent
from stripe_simulator.store import Json

OUTCOMES = ("authorize", "fail", "close")


def answer(call: Call, intent: Json, outcome: str) -> Json:
    """The intent after the buyer's answer. A second answer changes nothing: the check is over.

    A card that is declined after its check leaves the intent waiting for another one, as everywhere.
    """
    if intent["status"] != "requires_action":
        return intent
    method = call.get("payment_method", intent["payment_method"])
    try:
        proceed(call, intent, method, passed=outcome == "authorize")
    except StripeError as error:
        if not error.effects_stay:
            raise
    return intent


def proceed(call: Call, intent: Json, method: Json, *, passed: bool) -> None:
    if intent["object"] == "setup_intent":
        if passed:
            setup_intent.settle(call, intent, method)
        else:
            setup_intent.not_authenticated(call, intent, method)
    elif passed:
        payment_attempt.settle(call, intent, method, authenticated=True)
    else:
        payment_attempt.not_authenticated(call, intent, method)
