"""A shop in tests: a server with stripe-python and a browser with plain requests.

Every response is checked against the annotations of stripe-python.
"""

import json
from dataclasses import dataclass
from typing import Any

import requests
import stripe

from stripe_simulator import accounts
from stripe_simulator.accounts import Account
from tests.simulator.response_shapes import HIDDEN_FROM_BROWSERS, shape_errors

RETURN_URL = "http://shop.example.com/back"
VALID_CARD = "4242424242424242"


class CheckingClient(stripe.RequestsClient):
    """The HTTP client of stripe-python; fails on responses that do not have Stripe's shape."""

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        content, status, received = super().request(method, url, headers, post_data)
        assert_stripe_shape(json.loads(content))
        return content, status, received


def assert_stripe_shape(body: Any, *, in_browser: bool = False) -> None:
    faults = shape_errors(body)
    if in_browser:
        faults = [fault for fault in faults if fault.removeprefix("error.") not in HIDDEN_FROM_BROWSERS]
    assert not faults, "\n".join(faults)


def client(url: str, key: str, **options: Any) -> stripe.StripeClient:
    http = CheckingClient(timeout=20)
    return stripe.StripeClient(key, base_addresses={"api": url}, http_client=http, **options)


@dataclass(frozen=True)
class Shop:
    """One account of the simulator in one mode."""

    url: str
    account: Account
    mode: str = "test"

    @property
    def secret_key(self) -> str:
        return accounts.secret_key(self.account, self.mode)

    @property
    def publishable_key(self) -> str:
        return accounts.publishable_key(self.account, self.mode)

    @property
    def v1(self) -> Any:
        return client(self.url, self.secret_key).v1

    def raw(self, method: str, path: str, data: Any = None, *, key: str | None = None, **headers: str) -> Any:
        """Send a request without a library and check the response's shape."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = requests.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {key or self.secret_key}"} | named,
            timeout=20,
            **{"params" if method == "GET" else "data": data},
        )
        assert_stripe_shape(response.json(), in_browser=key == self.publishable_key)
        return response

    def payment(self, **params: Any) -> Any:
        """Create a payment intent without confirming it."""
        return self.v1.payment_intents.create({"amount": 1990, "currency": self.account.currency, **params})

    def pay(self, method: str, **params: Any) -> Any:
        """Create a payment intent confirmed by the server with a test token."""
        return self.payment(payment_method=method, confirm=True, return_url=RETURN_URL, **params)

    def confirm_with_card(self, intent: Any, number: str = VALID_CARD, **fields: str) -> Any:
        """Confirm with card data, as Stripe.js does when the buyer presses Pay."""
        card = {"number": number, "exp_month": "12", "exp_year": "34", "cvc": "123", **fields}
        form = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
        kind = "setup_intents" if intent.id.startswith("seti_") else "payment_intents"
        extra = {
            "client_secret": intent.client_secret,
            "payment_method_data[type]": "card",
            "payment_method_data[billing_details][name]": "Ivan",
            "use_stripe_sdk": "true",
            "expected_payment_method_type": "card",
        }
        return self.raw("POST", f"/v1/{kind}/{intent.id}/confirm", form | extra, key=self.publishable_key)

    def read_in_browser(self, intent: Any) -> dict[str, Any]:
        """Retrieve the intent with the publishable key."""
        kind = "setup_intents" if intent.id.startswith("seti_") else "payment_intents"
        secret = {"client_secret": intent.client_secret}
        return dict(self.raw("GET", f"/v1/{kind}/{intent.id}", secret, key=self.publishable_key).json())

    def answer_challenge(self, intent: Any, outcome: str) -> dict[str, Any]:
        """Answer the 3-D Secure check, as the buyer does on the bank's page."""
        response = requests.post(
            f"{self.url}/simulator/challenge/{intent.id}",
            json={"client_secret": intent.client_secret, "outcome": outcome},
            timeout=20,
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    def events(self) -> list[str]:
        """Return the types of all events, oldest first."""
        return [one.type for one in reversed(self.v1.events.list({"limit": 100}).data)]


def error_of(call: Any, *args: Any, **kwargs: Any) -> stripe.StripeError:
    """Return the error that a call raises."""
    try:
        call(*args, **kwargs)
    except stripe.StripeError as error:
        return error
    raise AssertionError("nothing was refused")
