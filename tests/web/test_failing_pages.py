"""What the log says about a page that fails: its route and the traceback, and nothing of what the request held."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import Admin, Offer, Order
from tests import databases
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web_client import browser


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    return browser(app)


@pytest.fixture
def order(offer: Offer, simulator: Simulator) -> Order:
    """Its date can't be read: every page of it fails."""
    order = buy(offer, simulator)
    databases.store("shop_order", "created_at", databases.UNREADABLE_DATE, order.id)
    return order


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All that is written to the log, with tracebacks."""
    formatter = logging.Formatter()
    return "\n".join(formatter.format(record) for record in caplog.records)


def test_the_log_names_the_route_and_no_value(
    client: FlaskClient, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    key = emails.make_pay_key(order)
    for address in (f"/orders/{order.token}", f"/orders/{order.token}/pay?key={key}"):
        assert client.get(address).status_code == 500
    text = logged(caplog)
    assert "GET /orders/<token> failed" in text and "GET /orders/<token>/pay failed" in text
    assert "Traceback (most recent call last)" in text and "in show" in text
    assert [value for value in (order.token, key, order.email) if value in text] == []


def test_the_databases_own_words_name_no_value(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """PostgreSQL says which value is there already."""

    def fail(name: str) -> str:
        for _ in range(2):
            Admin.create(email=name, password_hash="x")
        return "done"

    app.add_url_rule("/failing/<name>", view_func=fail)
    assert client.get("/failing/abcdefghijklmnop").status_code == 500
    text = logged(caplog)
    assert "GET /failing/<name> failed" in text and "IntegrityError" in text and "abcdefghijklmnop" not in text


def test_the_text_of_the_error_names_no_value_either(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors of the database repeat the row, those of other libraries what they could not read."""
    secret, address, intent = "sk_test_51abcdefgh", "marko@example.com", "pi_1_secret_2"

    def fail(token: str) -> str:
        try:
            raise KeyError(token)
        except KeyError as error:
            raise ValueError(f"row ({address}, {token}, {secret}, {intent}) of /failing/{token}") from error

    app.add_url_rule("/failing/<token>", view_func=fail)
    answer = client.get("/failing/abcdefghijklmnop?key=qrstuvwxyz")
    assert answer.status_code == 500
    text = logged(caplog)
    assert "GET /failing/<token> failed" in text and "ValueError: row (…, …, …, …) of …" in text
    hidden = ("abcdefghijklmnop", "qrstuvwxyz", secret, address, intent)
    assert [value for value in hidden if value in text] == []
