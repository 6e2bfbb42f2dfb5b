"""`reconcile` while other processes write to the database."""

from dataclasses import replace
from typing import Any

import pytest
import stripe
from flask import Flask

from storefront import stripe_gateway
from storefront.models import Offer, Order
from tests import databases
from tests.cast import MARKO
from tests.purchase_steps import confirm, start_checkout
from tests.simulator_process import Simulator


@pytest.fixture
def busy_shop(app: Flask) -> None:
    """During every request to Stripe another connection commits a write."""

    class Meanwhile(stripe.RequestsClient):
        def request(self, *args: Any, **kwargs: Any) -> Any:
            with databases.another_connection(app.config["SHOP"]) as other:
                other.execute("UPDATE offer SET description = description || '.'")
            return super().request(*args, **kwargs)

    stripe_gateway.set_http_client(lambda _: Meanwhile(timeout=(2, 5)))


def test_all_unfinished_payments_are_fetched_while_others_write(
    app: Flask, offer: Offer, simulator: Simulator, busy_shop: None
) -> None:
    for number in range(3):
        confirm(simulator, start_checkout(offer, replace(MARKO, visit=f"visit-number-{number}")))
    done = app.test_cli_runner().invoke(args=["reconcile"])
    assert done.exit_code == 0, done.output
    assert "3 changed, 0 could not be asked" in done.output
    assert {order.status for order in Order.select()} == {"paid"}
