"""Signed links: what each one opens, for whom and for how long."""

import base64
from urllib.parse import urlsplit

import pytest
from flask import Flask

from storefront import emails
from storefront.emails import signed_links
from storefront.models import Email, Offer, Order
from tests.purchase_steps import start_checkout
from tests.shop_clock import time_moved


@pytest.fixture
def order(offer: Offer) -> Order:
    return start_checkout(offer).order


def test_a_payment_link_is_valid_for_two_weeks(order: Order) -> None:
    key = emails.make_pay_key(order)
    assert emails.is_valid_pay_key(order, key)
    with time_moved(days=13.9):
        assert emails.is_valid_pay_key(order, key)
    with time_moved(days=14.1):
        assert not emails.is_valid_pay_key(order, key)
        assert emails.is_valid_pay_key(order, emails.make_pay_key(order)), "a new request makes a new key"


def test_a_payment_link_is_bound_to_its_order_and_email(order: Order) -> None:
    key = emails.make_pay_key(order)
    other = Order(token="another", email=order.email)
    assert not emails.is_valid_pay_key(other, key)
    order.email = "lesia@example.com"
    assert not emails.is_valid_pay_key(order, key)
    order.email = " MARKO@example.com"
    assert emails.is_valid_pay_key(order, key), "the case of the address does not matter"


@pytest.mark.parametrize("key", ["", "x", "a.b.c", "IiI.aaaaaa.bbbb", "ключ", "\x00", "%00" * 100, "." * 10_000])
def test_an_invalid_key_opens_nothing(key: str, order: Order) -> None:
    assert not emails.is_valid_pay_key(order, key)
    assert emails.read_email_change_token(key) is None
    assert emails.account_access(key) is None
    assert emails.read_undo_token(key) is None


def test_tokens_of_different_kinds_are_not_interchangeable(order: Order) -> None:
    tokens = {
        "pay": emails.make_pay_key(order),
        "buyer": emails.make_account_token(order.email),
        "change": signed_links.make_email_change_token(order.email, "lesia@example.com"),
        "undo": signed_links.make_undo_token(1),
    }
    opened = {
        "pay": lambda token: emails.is_valid_pay_key(order, token),
        "buyer": lambda token: emails.account_access(token) is not None,
        "change": lambda token: emails.read_email_change_token(token) is not None,
        "undo": lambda token: emails.read_undo_token(token) is not None,
    }
    for kind, opens in opened.items():
        assert {name for name, token in tokens.items() if opens(token)} == {kind}


def test_an_email_change_link_is_valid_for_two_days(app: Flask) -> None:
    token = signed_links.make_email_change_token("Marko@example.com", "lesia@example.com")
    with time_moved(days=1.9):
        asked = emails.read_email_change_token(token)
        assert asked and (asked.old, asked.new) == ("marko@example.com", "lesia@example.com")
    with time_moved(days=2.1):
        assert emails.read_email_change_token(token) is None


def test_an_email_change_token_does_not_reveal_the_old_address(app: Flask) -> None:
    first, second = (
        signed_links.make_email_change_token(old, "l@example.com") for old in ("marko@example.com", "m@x.io")
    )
    assert first != second
    payload = first.split(".")[0]
    assert b"marko" not in base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def test_an_email_sent_again_contains_a_new_key(order: Order) -> None:
    emails.write("pay_link", order)
    emails.send_due()
    with time_moved(days=20):
        emails.send_again(Email.get(Email.kind == "pay_link"))
        emails.send_due()
        text = Email.get(Email.kind == "pay_link").text
        address = next(line for line in text.splitlines() if line.startswith("Pay now: ")).removeprefix("Pay now: ")
        key = urlsplit(address).query.split("&")[0].removeprefix("key=")
        assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")
        assert address.endswith("&lang=en")
        assert emails.is_valid_pay_key(order, key)


def test_the_owner_can_copy_the_same_link(order: Order) -> None:
    address = emails.pay_url(order)
    assert address.startswith(f"http://shop.example.com/orders/{order.token}/pay?key=")
