"""`last_payment_error` and `last_setup_error`: why an attempt came to nothing."""

from typing import Any

from stripe_simulator.declines import Decline
from stripe_simulator.store import Json, public


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
