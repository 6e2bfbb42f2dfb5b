"""What the simulator answers when it refuses, in the shape of Stripe's `error` object."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes"


class StripeError(Exception):
    """An answer with `{"error": {...}}`.

    `status` is the HTTP status. `kept` says whether the answer is remembered under the request's
    idempotency key: Stripe remembers what came out of an executed request, not a refused one.
    `effects_stay` says whether what the request wrote before failing stays (a declined card leaves
    its traces on the intent).
    """

    def __init__(
        self,
        status: int,
        type_: str,
        message: str,
        *,
        code: str | None = None,
        kept: bool = False,
        effects_stay: bool = False,
        **fields: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.effects_stay = effects_stay
        self.error: dict[str, Any] = {"type": type_, "message": message}
        if code is not None:
            self.error["code"] = code
            self.error["doc_url"] = f"{DOCS}/{code.replace('_', '-')}"
        self.error.update({name: value for name, value in fields.items() if value is not None})

    def body(self, request_id: str) -> dict[str, Any]:
        """The JSON answer; Stripe adds a link to the request's log."""
        log = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**self.error, "request_log_url": log}}


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> StripeError:
    """A request refused before anything was done."""
    return StripeError(status, "invalid_request_error", message, code=code, param=param)


def unexpected_state(message: str, **fields: Any) -> StripeError:
    """A request that doesn't fit the object's status; an executed one, so it is remembered."""
    return StripeError(400, "invalid_request_error", message, kept=True, **fields)


def missing(noun: str, id_: str, *, param: str = "id", hint: str = "", status: int = 404) -> StripeError:
    """No object of this id in this account and mode. In a parameter it is a 400, in the path a 404."""
    return invalid(f"No such {noun}: '{id_}'{hint}", param=param, code="resource_missing", status=status)


def broken(message: str = "An unknown error occurred") -> StripeError:
    """Stripe's own fault: remembered under the idempotency key like any other outcome."""
    return StripeError(500, "api_error", message, kept=True)
