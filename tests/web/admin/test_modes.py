"""Test or live, chosen once at the top of the admin: the lists and the dashboard follow."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer, Order
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_orders import buy, rows_of
from tests.web.admin_pages import text_of, token_of
from tests.web_client import csrf_token

SWITCH = '<form class="mode-switch"'


@pytest.fixture
def orders(app: Flask) -> dict[str, str]:
    """{mode: number} of two orders."""
    test = buy(app, make_offer(connect_merchant(name="Studio"), title="Evening"), "Marko")
    live = buy(app, make_offer(connect_merchant(mode="live", name="Shop"), title="Morning"), "Taras")
    return {"test": str(test.number), "live": str(live.number)}


def choose(admin: FlaskClient, mode: str, page: str = "/admin/orders") -> str:
    """Press a button of the switch; return where it leads."""
    answer = admin.post("/admin/mode", data={"csrf_token": csrf_token(admin.get(page).text), "mode": mode})
    assert answer.status_code == 303
    return str(answer.location)


def pressed(page: str) -> list[str]:
    return re.findall(r'name="mode" value="(\w*)" aria-pressed="true"', page)


def test_all_lists_follow_the_chosen_mode(admin: FlaskClient, orders: dict[str, str]) -> None:
    assert pressed(admin.get("/admin/orders").text) == [""]
    for mode, number in orders.items():
        assert choose(admin, mode) == "/admin/orders"
        assert rows_of(admin) == [number] and pressed(admin.get("/admin").text) == [mode]
        assert re.findall(r"#(\d+)</a>", admin.get("/admin").text) == [number]
        # An address with a mode of its own keeps it.
        assert rows_of(admin, "?mode=live") == [orders["live"]]
    choose(admin, "")
    assert rows_of(admin) == [orders["live"], orders["test"]]


def test_customers_follow_the_mode_with_the_orders_of_that_mode(admin: FlaskClient, orders: dict[str, str]) -> None:
    both = Order.get(Order.id == int(orders["live"]) - Order.FIRST_NUMBER)
    Order.update(email="both@example.com").execute()
    assert text_of(admin.get("/admin/customers").text).count("2 orders") == 1
    choose(admin, "live")
    words = text_of(admin.get("/admin/customers").text)
    assert "1 order " in words and "Taras" in words and "Marko" not in words
    Order.update(email="only-test@example.com").where(Order.id != both.id).execute()
    assert "only-test@example.com" not in admin.get("/admin/customers").text
    assert "only-test@example.com" in admin.get("/admin/customers?mode=test").text


def test_offers_follow_the_mode_and_those_without_an_account_are_in_both(
    admin: FlaskClient, orders: dict[str, str]
) -> None:
    moved = make_offer(None, title="Night", status="draft")
    choose(admin, "test")
    page = text_of(admin.get("/admin/offers").text)
    assert "Evening" in page and "Night" in page and "Morning" not in page and "All 2" in page
    Offer.update(merchant=Merchant.get(Merchant.mode == "live")).where(Offer.id == moved.id).execute()
    assert "Night" not in text_of(admin.get("/admin/offers").text)
    assert "Night" in text_of(admin.get("/admin/offers?mode=live&sort=amount").text)


def test_the_page_stays_with_its_filters_but_on_its_first_page(admin: FlaskClient, orders: dict[str, str]) -> None:
    address = "/admin/orders?q=a&status=pending&mode=test&after=99&page=2&before=1"
    assert choose(admin, "live", address) == "/admin/orders?q=a&status=pending"


def test_a_shop_with_one_mode_has_no_switch_until_one_is_chosen(admin: FlaskClient, app: Flask) -> None:
    buy(app, make_offer(connect_merchant(name="Studio")))
    assert SWITCH not in admin.get("/admin/orders").text and 'id="orders-mode"' not in admin.get("/admin/orders").text
    admin.post("/admin/mode", data={"csrf_token": token_of(admin), "mode": "live"})
    assert rows_of(admin) == [] and SWITCH in admin.get("/admin/orders").text


@pytest.mark.parametrize("mode", ["both", "\0", "live; Path=/", "x" * 5000])
def test_an_unknown_mode_is_no_mode(admin: FlaskClient, orders: dict[str, str], mode: str) -> None:
    choose(admin, mode)
    assert len(rows_of(admin)) == 2
    admin.set_cookie("admin_mode", mode.strip("\0") or "x")
    assert len(rows_of(admin)) == 2


def test_the_switch_needs_its_token(admin: FlaskClient, orders: dict[str, str]) -> None:
    assert admin.post("/admin/mode", data={"mode": "live"}).status_code in (400, 403)
    assert len(rows_of(admin)) == 2
