"""Errors in the shape of Stripe's `error` object."""

from typing import Any

DOCS = "https://stripe.com/docs/error-codes"


class StripeError(Exception):
    """An error response: `{"error": {...}}`.

    `status` is the HTTP status. `replayable` says whether the response is saved under the request's idempotency
    key: Stripe saves the results of executed requests, not of refused ones. `keep_changes` says whether changes
    made before the error are kept (a declined card changes the intent).
    """

    def __init__(
        self,
        status: int,
        type_: str,
        message: str,
        *,
        code: str | None = None,
        replayable: bool = False,
        keep_changes: bool = False,
        **fields: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.replayable = replayable
        self.keep_changes = keep_changes
        self.error: dict[str, Any] = {"type": type_, "message": message}
        if code is not None:
            self.error["code"] = code
            self.error["doc_url"] = f"{DOCS}/{code.replace('_', '-')}"
        self.error.update({name: value for name, value in fields.items() if value is not None})

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the JSON body; Stripe adds a link to the request's log."""
        log = f"https://dashboard.stripe.com/test/logs/{request_id}"
        return {"error": {**self.error, "request_log_url": log}}


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> StripeError:
    """Return an error for a request that is refused before it runs."""
    return StripeError(status, "invalid_request_error", message, code=code, param=param)


def unexpected_state(message: str, **fields: Any) -> StripeError:
    """Return an error for a request that does not fit the object's status. It is saved for replay."""
    return StripeError(400, "invalid_request_error", message, replayable=True, **fields)


def missing(noun: str, id_: str, *, param: str = "id", hint: str = "", status: int = 404) -> StripeError:
    """Return an error for an unknown id: 400 for a parameter, 404 for the path."""
    return invalid(f"No such {noun}: '{id_}'{hint}", param=param, code="resource_missing", status=status)


def server_error(message: str = "An unknown error occurred") -> StripeError:
    """Return a server error. It is saved for replay under the idempotency key."""
    return StripeError(500, "api_error", message, replayable=True)
