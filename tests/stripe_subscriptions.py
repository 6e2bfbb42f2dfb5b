"""Subscriptions that another program makes at Stripe: a box of tea for €12.50 a month."""

from collections.abc import Callable
from typing import Any

import requests

from stripe_simulator import accounts
from tests.simulator_process import Simulator

# Calls Stripe's API with the account's secret key: method, path without /v1/, parameters; returns the answer.
Api = Callable[..., Any]


def make_price(api: Api, **changes: str) -> str:
    """Make a price and its product; `changes` are parameters of the price. Return its ID."""
    product = api("POST", "products", name="A box of tea")["id"]
    terms = {"product": product, "currency": "eur", "unit_amount": "1250", "recurring[interval]": "month"}
    return str(api("POST", "prices", **(terms | changes))["id"])


def make_subscription(api: Api, email: str = "halyna@example.com", **changes: str) -> str:
    """Make a subscription of a customer with a saved card; `changes` are its parameters. Return its ID."""
    customer = api("POST", "customers", email=email, name="Halyna")["id"]
    method = api("POST", "payment_methods/pm_card_visa/attach", customer=customer)["id"]
    api("POST", f"customers/{customer}", **{"invoice_settings[default_payment_method]": method})
    terms = changes if "items[0][price]" in changes else {"items[0][price]": make_price(api), **changes}
    return str(api("POST", "subscriptions", customer=customer, **terms)["id"])


def api_of(simulator: Simulator) -> Api:
    """Calls the simulator with the key of Olena's test account."""
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}

    def call(method: str, path: str, **form: str) -> Any:
        answer = requests.request(method, f"{simulator.url}/v1/{path}", data=form, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    return call
