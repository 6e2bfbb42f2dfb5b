"""The headers of requests and answers that mean something to the API."""

from stripe_simulator import API_VERSION, keys
from stripe_simulator.errors import invalid


def check_encoding(content_type: str | None) -> None:
    """Version 1 of the API takes forms, not JSON. Raises StripeError 400."""
    if (content_type or "").partition(";")[0].strip().lower() == "application/json":
        raise invalid("Invalid request: the POST content type must be application/x-www-form-urlencoded.")


def check_version(version: str | None) -> None:
    """Only one version is simulated. Raises StripeError 400 for another."""
    if version not in (None, "", API_VERSION):
        raise invalid(f"Invalid Stripe API version: {version}. The simulator speaks only {API_VERSION}.")


def check_account(key: keys.Key, account_id: str | None) -> None:
    """There is no Connect here: `Stripe-Account` may only name the key's own account."""
    if account_id not in (None, "", key.realm.account.id):
        words = f"The provided key '{keys.masked(key.text)}' does not have access to account '{account_id}'."
        raise invalid(words, code="account_invalid", status=403)


def should_retry(status: int) -> dict[str, str]:
    """Stripe's advice to its client libraries: a conflict is worth another try, an error of its own is not."""
    if status == 409:
        return {"Stripe-Should-Retry": "true"}
    return {"Stripe-Should-Retry": "false"} if status >= 500 else {}


def of_answer(request_id: str, idempotency_key: str | None) -> dict[str, str]:
    """What every answer carries."""
    headers = {
        "Request-Id": request_id,
        "Stripe-Version": API_VERSION,
        "Cache-Control": "no-cache, no-store",
    }
    return headers | ({"Idempotency-Key": idempotency_key} if idempotency_key else {})
