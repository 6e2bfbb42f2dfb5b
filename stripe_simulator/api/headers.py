"""The request and response headers that the API uses."""

from stripe_simulator import API_VERSION, keys
from stripe_simulator.errors import invalid


def check_encoding(content_type: str | None) -> None:
    """Check that the body is form-encoded; version 1 of the API takes no JSON. Raises StripeError 400."""
    if (content_type or "").partition(";")[0].strip().lower() == "application/json":
        raise invalid("Invalid request: the POST content type must be application/x-www-form-urlencoded.")


def check_version(version: str | None) -> None:
    """Check the API version; only one is simulated. Raises StripeError 400 for another."""
    if version not in (None, "", API_VERSION):
        raise invalid(f"Invalid Stripe API version: {version}. The simulator speaks only {API_VERSION}.")


def check_account(key: keys.Key, account_id: str | None) -> None:
    """Check `Stripe-Account`. Connect is not simulated, so it may only name the key's own account."""
    if account_id not in (None, "", key.realm.account.id):
        message = f"The provided key '{keys.mask(key.text)}' does not have access to account '{account_id}'."
        raise invalid(message, code="account_invalid", status=403)


def should_retry(status: int) -> dict[str, str]:
    """Return Stripe's retry advice to client libraries: retry a 409 or 429, do not retry a decline or a 5xx."""
    if status in (409, 429):
        return {"Stripe-Should-Retry": "true"}
    return {"Stripe-Should-Retry": "false"} if status == 402 or status >= 500 else {}


def response_headers(request_id: str, idempotency_key: str | None) -> dict[str, str]:
    """Return the headers that every response has."""
    headers = {
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
        "Cache-Control": "no-cache, no-store",
    }
    return headers | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
