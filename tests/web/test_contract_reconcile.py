"""`reconcile` beside a running shop: others write while it waits for Stripe's answers."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
import stripe
from flask import Flask

from storefront import stripe_gateway
from storefront.models import Offer, Order
from tests.buying import MARKO, begin, pay
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant())


@pytest.fixture
def busy_shop(app: Flask) -> None:
    """While Stripe thinks about an answer, somebody else commits a row."""
    path = app.config["SHOP"].database_url.removeprefix("sqlite:///")

    class Meanwhile(stripe.RequestsClient):
        def request(self, *args: Any, **kwargs: Any) -> Any:
            with sqlite3.connect(path, timeout=15) as other:
                other.execute("UPDATE offer SET description = description || '.'")
            return super().request(*args, **kwargs)

    stripe_gateway.set_http_client(lambda: Meanwhile(timeout=(2, 5)))


def test_every_unfinished_payment_is_asked_about_while_others_write(
    app: Flask, offer: Offer, simulator: Simulator, busy_shop: None
) -> None:
    for number in range(3):
        pay(simulator, begin(offer, replace(MARKO, visit=f"visit-number-{number}")))
    done = app.test_cli_runner().invoke(args=["reconcile"])
    assert done.exit_code == 0, done.output
    assert "3 changed, 0 could not be asked" in done.output
    assert {order.status for order in Order.select()} == {"paid"}
