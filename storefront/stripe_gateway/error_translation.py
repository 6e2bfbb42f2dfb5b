"""Translation of Stripe's errors into the shop's own."""

from typing import Final

import stripe

from storefront.errors import (
    StripeBroken,
    StripeBusy,
    StripeError,
    StripeKeyInvalid,
    StripeNotFound,
    StripePermissionMissing,
    StripeRefused,
    StripeUnreachable,
)

# Stripe's type of error 400 for a key that was sent again with other data. It has no code.
IDEMPOTENCY_ERROR: Final = "idempotency_error"


def translate_error(error: stripe.StripeError) -> StripeError:
    """The error of the shop that an error of Stripe's library means."""
    error_class = _error_class(error)
    return error_class(
        message=error.user_message or "",
        code=_code_of(error),
        param=str(getattr(error, "param", None) or ""),
        request_id=error.request_id or "",
    )


def _code_of(error: stripe.StripeError) -> str:
    # The library's own `code` is empty for errors without a class of their own, such as a 403 or 409.
    code = error.code or str(getattr(error.error, "code", None) or "")
    mismatch = isinstance(error, stripe.IdempotencyError) and error.http_status == 400
    return code or (IDEMPOTENCY_ERROR if mismatch else "")


def _error_class(error: stripe.StripeError) -> type[StripeError]:
    status = error.http_status
    if status is None:
        return StripeUnreachable
    if status >= 500:
        return StripeBroken
    by_status: dict[int, type[StripeError]] = {
        401: StripeKeyInvalid,
        403: StripePermissionMissing,
        404: StripeNotFound,
        409: StripeBusy,
        429: StripeBusy,
    }
    return by_status.get(status, StripeRefused)
