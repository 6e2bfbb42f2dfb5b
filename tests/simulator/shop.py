"""A shop's two sides as the simulator meets them: a server with stripe-python, a browser with plain requests.

Whatever either of them receives is held against stripe-python's own annotations.
"""

import json
from dataclasses import dataclass
from typing import Any

import requests
import stripe

from stripe_simulator import accounts
from stripe_simulator.accounts import Account
from tests.simulator.shapes import HIDDEN_FROM_BROWSERS, faults_in

RETURN_URL = "http://shop.example.com/back"
GOOD_CARD = "4242424242424242"


class CheckingClient(stripe.RequestsClient):
    """stripe-python's HTTP client; fails on an answer whose shape isn't Stripe's."""

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        content, status, received = super().request(method, url, headers, post_data)
        must_have_stripes_shape(json.loads(content))
        return content, status, received


def must_have_stripes_shape(body: Any, *, in_browser: bool = False) -> None:
    faults = faults_in(body)
    if in_browser:
        faults = [fault for fault in faults if fault.removeprefix("error.") not in HIDDEN_FROM_BROWSERS]
    assert not faults, "\n".join(faults)


def client(url: str, key: str, **options: Any) -> stripe.StripeClient:
    http = CheckingClient(timeout=20)
    return stripe.StripeClient(key, base_addresses={"api": url}, http_client=http, **options)


@dataclass(frozen=True)
class Shop:
    """One account of the simulator, in one mode."""

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
        """A request without any library; the answer's shape is checked."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = requests.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {key or self.secret_key}"} | named,
            timeout=20,
            **{"params" if method == "GET" else "data": data},
        )
        must_have_stripes_shape(response.json(), in_browser=key == self.publishable_key)
        return response

    def payment(self, **params: Any) -> Any:
        """A payment intent, not confirmed yet."""
        return self.v1.payment_intents.create({"amount": 1990, "currency": self.account.currency, **params})

    def pay(self, method: str, **params: Any) -> Any:
        """A payment intent confirmed by the server with a test token."""
        return self.payment(payment_method=method, confirm=True, return_url=RETURN_URL, **params)

    def type_card(self, intent: Any, number: str = GOOD_CARD, **fields: str) -> Any:
        """What Stripe.js does when the buyer presses Pay."""
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

    def seen_by_browser(self, intent: Any) -> dict[str, Any]:
        """The intent as the publishable key sees it."""
        kind = "setup_intents" if intent.id.startswith("seti_") else "payment_intents"
        secret = {"client_secret": intent.client_secret}
        return dict(self.raw("GET", f"/v1/{kind}/{intent.id}", secret, key=self.publishable_key).json())

    def answer_bank(self, intent: Any, outcome: str) -> dict[str, Any]:
        """What the buyer presses on the bank's page."""
        response = requests.post(
            f"{self.url}/simulator/challenge/{intent.id}",
            json={"client_secret": intent.client_secret, "outcome": outcome},
            timeout=20,
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    def events(self) -> list[str]:
        """The types of what has happened, oldest first."""
        return [one.type for one in reversed(self.v1.events.list({"limit": 100}).data)]


def refusal(call: Any, *args: Any, **kwargs: Any) -> stripe.StripeError:
    """The error a call ends in."""
    try:
        call(*args, **kwargs)
    except stripe.StripeError as error:
        return error
    raise AssertionError("nothing was refused")
