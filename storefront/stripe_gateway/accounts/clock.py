"""The time at Stripe, to check this server's clock: webhook signatures depend on it."""

from datetime import datetime

import stripe

from storefront.stripe_gateway.accounts.stripe_clock import date_in, time_of_answer
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
    return time_of_answer(answer)
