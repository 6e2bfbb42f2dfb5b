"""`last_payment_error` and `last_setup_error`: why an attempt failed."""

from typing import Any

from stripe_simulator.cards.declines import Decline
from stripe_simulator.store import Json, public_fields


def decline_error(decline: Decline, method: Json, charge_id: str | None = None) -> Json:
    """`last_payment_error` or `last_setup_error` of a decline."""
    error: dict[str, Any] = {
        "type": "card_error",
        "code": decline.code,
        "decline_code": decline.decline_code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": public_fields(method),
    }
    optional = {"charge": charge_id, "param": decline.param, "advice_code": decline.advice}
    return error | {name: value for name, value in optional.items() if value}


def authentication_error(code: str, method: Json) -> Json:
    return {
        "type": "invalid_request_error",
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}",
        "message": (
            "We are unable to authenticate your payment method. Please choose a different payment method and try again."
        ),
        "payment_method": public_fields(method),
    }
