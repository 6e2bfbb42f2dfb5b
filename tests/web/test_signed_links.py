"""Signed links: each opens one thing of one person, some of them for a while only."""

import base64
import logging
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.emails import delivery as mail
from storefront.emails import outbox as letters
from storefront.emails import signed_links as buyers_links
from storefront.models import Letter, Order
from tests.buying import begin
from tests.clocks import later
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator


@pytest.fixture
def order(app: Flask, simulator: Simulator) -> Order:
    return begin(make_offer(connect_merchant())).order


def test_a_pay_key_opens_its_order_for_two_weeks(order: Order) -> None:
    key = buyers_links.pay_key(order)
    assert buyers_links.opens_card(order, key)
    with later(days=13.9):
        assert buyers_links.opens_card(order, key)
    with later(days=14.1):
        assert not buyers_links.opens_card(order, key)
        assert buyers_links.opens_card(order, buyers_links.pay_key(order)), "asking anew renews it"


def test_a_pay_key_is_bound_to_order_and_buyer(order: Order) -> None:
    key = buyers_links.pay_key(order)
    other = Order(token="another", email=order.email)
    assert not buyers_links.opens_card(other, key)
    order.email = "lesia@example.com"
    assert not buyers_links.opens_card(order, key)
    order.email = " MARKO@example.com"
    assert buyers_links.opens_card(order, key), "the same mailbox, however it is written"


@pytest.mark.parametrize("key", ["", "x", "a.b.c", "IiI.aaaaaa.bbbb", "ключ", "\x00", "%00" * 100, "." * 10_000])
def test_what_is_no_key_opens_nothing(key: str, order: Order) -> None:
    assert not buyers_links.opens_card(order, key)
    assert buyers_links.email_change_of(key) is None
    assert buyers_links.buyer_of(key) is None


def test_no_token_opens_what_another_kind_of_token_opens(order: Order) -> None:
    tokens = {
        "pay": buyers_links.pay_key(order),
        "buyer": buyers_links.buyer_token(order.email),
        "change": buyers_links.email_change_token(order.email, "lesia@example.com"),
    }
    opened = {
        "pay": lambda token: buyers_links.opens_card(order, token),
        "buyer": lambda token: buyers_links.buyer_of(token) is not None,
        "change": lambda token: buyers_links.email_change_of(token) is not None,
    }
    for kind, opens in opened.items():
        assert {name for name, token in tokens.items() if opens(token)} == {kind}


def test_a_change_of_email_can_be_confirmed_for_two_days(app: Flask) -> None:
    token = buyers_links.email_change_token("Marko@example.com", "lesia@example.com")
    with later(days=1.9):
        assert buyers_links.email_change_of(token) == ("marko@example.com", "lesia@example.com")
    with later(days=2.1):
        assert buyers_links.email_change_of(token) is None


def test_a_slip_of_the_finger_tells_a_stranger_no_address(app: Flask) -> None:
    first, second = (buyers_links.email_change_token(old, "l@example.com") for old in ("marko@example.com", "m@x.io"))
    assert first != second
    payload = first.split(".")[0]
    assert b"marko" not in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def test_a_letter_that_is_sent_again_carries_a_fresh_key(order: Order) -> None:
    letters.write("pay_link", order)
    mail.send_due()
    with later(days=20):
        mail.send_again(Letter.get(Letter.kind == "pay_link"))
        mail.send_due()
        text = Letter.get(Letter.kind == "pay_link").text
        address = next(line for line in text.splitlines() if line.startswith("Pay now: ")).removeprefix("Pay now: ")
        key = urlsplit(address).query.split("&")[0].removeprefix("key=")
        assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")
        assert address.endswith("&lang=en")
        assert buyers_links.opens_card(order, key)


def test_the_owner_can_hand_the_same_link_over(order: Order) -> None:
    address = buyers_links.pay_address(order)
    assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")


def test_no_page_and_no_log_gives_its_address_away(
    client: FlaskClient, order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    address = urlsplit(buyers_links.pay_address(order))
    page = client.get(f"{address.path}?{address.query}")
    assert address.query.split("&")[0].removeprefix("key=") not in caplog.text
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]
