"""Signed links: each opens one thing of one person, some of them for a while only."""

import base64
import logging
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.emails import signed_links
from storefront.models import Email, Order
from tests.buying import begin
from tests.clocks import later
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator


@pytest.fixture
def order(app: Flask, simulator: Simulator) -> Order:
    return begin(make_offer(connect_merchant())).order


def test_a_pay_key_opens_its_order_for_two_weeks(order: Order) -> None:
    key = emails.make_pay_key(order)
    assert emails.is_valid_pay_key(order, key)
    with later(days=13.9):
        assert emails.is_valid_pay_key(order, key)
    with later(days=14.1):
        assert not emails.is_valid_pay_key(order, key)
        assert emails.is_valid_pay_key(order, emails.make_pay_key(order)), "asking anew renews it"


def test_a_pay_key_is_bound_to_order_and_buyer(order: Order) -> None:
    key = emails.make_pay_key(order)
    other = Order(token="another", email=order.email)
    assert not emails.is_valid_pay_key(other, key)
    order.email = "lesia@example.com"
    assert not emails.is_valid_pay_key(order, key)
    order.email = " MARKO@example.com"
    assert emails.is_valid_pay_key(order, key), "the same mailbox, however it is written"


@pytest.mark.parametrize("key", ["", "x", "a.b.c", "IiI.aaaaaa.bbbb", "ключ", "\x00", "%00" * 100, "." * 10_000])
def test_what_is_no_key_opens_nothing(key: str, order: Order) -> None:
    assert not emails.is_valid_pay_key(order, key)
    assert emails.read_email_change_token(key) is None
    assert emails.read_account_token(key) is None


def test_no_token_opens_what_another_kind_of_token_opens(order: Order) -> None:
    tokens = {
        "pay": emails.make_pay_key(order),
        "buyer": emails.make_account_token(order.email),
        "change": signed_links.make_email_change_token(order.email, "lesia@example.com"),
    }
    opened = {
        "pay": lambda token: emails.is_valid_pay_key(order, token),
        "buyer": lambda token: emails.read_account_token(token) is not None,
        "change": lambda token: emails.read_email_change_token(token) is not None,
    }
    for kind, opens in opened.items():
        assert {name for name, token in tokens.items() if opens(token)} == {kind}


def test_a_change_of_email_can_be_confirmed_for_two_days(app: Flask) -> None:
    token = signed_links.make_email_change_token("Marko@example.com", "lesia@example.com")
    with later(days=1.9):
        assert emails.read_email_change_token(token) == ("marko@example.com", "lesia@example.com")
    with later(days=2.1):
        assert emails.read_email_change_token(token) is None


def test_a_slip_of_the_finger_tells_a_stranger_no_address(app: Flask) -> None:
    first, second = (
        signed_links.make_email_change_token(old, "l@example.com") for old in ("marko@example.com", "m@x.io")
    )
    assert first != second
    payload = first.split(".")[0]
    assert b"marko" not in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def test_a_letter_that_is_sent_again_carries_a_fresh_key(order: Order) -> None:
    emails.write("pay_link", order)
    emails.send_due()
    with later(days=20):
        emails.send_again(Email.get(Email.kind == "pay_link"))
        emails.send_due()
        text = Email.get(Email.kind == "pay_link").text
        address = next(line for line in text.splitlines() if line.startswith("Pay now: ")).removeprefix("Pay now: ")
        key = urlsplit(address).query.split("&")[0].removeprefix("key=")
        assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")
        assert address.endswith("&lang=en")
        assert emails.is_valid_pay_key(order, key)


def test_the_owner_can_hand_the_same_link_over(order: Order) -> None:
    address = emails.pay_url(order)
    assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")


def test_no_page_and_no_log_gives_its_address_away(
    client: FlaskClient, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = urlsplit(emails.pay_url(order))
    page = client.get(f"{address.path}?{address.query}")
    assert address.query.split("&")[0].removeprefix("key=") not in caplog.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
