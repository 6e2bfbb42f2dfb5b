"""What time it is at Stripe: signatures of webhooks and idempotency keys live by the clock."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import stripe

from storefront.stripe_gateway.client import Credentials, secret_client, stripe_call


def retrieve_stripe_time(credentials: Credentials) -> datetime | None:
    """The moment in the `Date` header of an answer; None when it has none.

    A refusal has a date too. Raises StripeError when there is no answer at all.
    """
    with stripe_call():
        try:
            answer = secret_client(credentials).v1.accounts.retrieve_current()
        except stripe.StripeError as error:
            if error.http_status is None or error.http_status >= 500:
                raise
            return _date(error.headers or {})
    return _date(answer.last_response.headers if answer.last_response else {})


def _date(headers: Mapping[str, str]) -> datetime | None:
    value = next((value for name, value in headers.items() if name.lower() == "date"), None)
    try:
        return parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
