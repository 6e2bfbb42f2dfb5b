"""The page that a signed payment link opens."""

import logging
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import Offer, Order
from tests.purchase_steps import start_checkout


@pytest.fixture
def order(offer: Offer) -> Order:
    return start_checkout(offer).order


def test_the_link_is_neither_logged_nor_sent_as_a_referrer(
    client: FlaskClient, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = urlsplit(emails.pay_url(order))
    page = client.get(f"{address.path}?{address.query}")
    assert address.query.split("&")[0].removeprefix("key=") not in caplog.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
