"""The time at Stripe, to check this server's clock: webhook signatures depend on it."""

from datetime import datetime
from typing import Any

import stripe

from storefront.stripe_gateway.accounts.dates import date_in
from storefront.stripe_gateway.client import Credentials, secret_client, stripe_call


def retrieve_stripe_time(credentials: Credentials) -> datetime | None:
    """The time in the `Date` header of a response, or None if it has none.

    A 4xx response has a date too. Raises StripeError if Stripe does not answer, or answers 5xx.
    """
    with stripe_call():
        try:
            answer = secret_client(credentials).v1.accounts.retrieve_current()
        except stripe.StripeError as error:
            if error.http_status is None or error.http_status >= 500:
                raise
            return date_in(error.headers or {})
    return date_in(answer.last_response.headers if answer.last_response else {})


def time_of_answer(answer: Any) -> datetime | None:
    """The time at Stripe when it gave this answer, or None if its headers do not say."""
    response = getattr(answer, "last_response", None)
    return date_in(response.headers if response is not None else {})
