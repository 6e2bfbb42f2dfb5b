"""`last_payment_error` and `last_setup_error`: why an attempt failed."""

from typing import Any

from stripe_simulator.cards.declines import Decline
from stripe_simulator.store import Json, public_fields


def decline_error(decline: Decline, method: Json, charge_id: str | None = None) -> Json:
    """`last_payment_error` or `last_setup_error` of a decline."""
    error: dict[str, Any] = {
        "type": "card_error",
        "code": decline.code,
        "doc_url": f"https://stripe.com/docs/error-codes/{decline.code.replace('_', '-')}",
        "message": decline.message,
        "payment_method": public_fields(method),
    }
    return error | decline.fields | ({"charge": charge_id} if charge_id else {})


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
