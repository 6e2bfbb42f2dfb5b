"""The pages of long lists in the admin: links between them, addresses of any form, and the count."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import chunked

from storefront.models import Email, Offer, Order
from tests.web.admin.test_orders import buy, rows_of

ORDERS = 123


@pytest.fixture
def orders(app: Flask, offer: Offer) -> list[str]:
    """The numbers of many orders, newest first. Every second one is paid."""
    first = buy(app, offer)
    add_orders(first, ORDERS - 1)
    Order.update(status="paid").where(Order.id.bin_and(1) == 0).execute()
    return [str(order.number) for order in Order.select().order_by(Order.id.desc())]


def add_orders(first: Order, many: int) -> None:
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "token", "visit_key")}
    for numbers in chunked(range(many), 1000):
        Order.insert_many([{**plain, "token": f"t{n}", "visit_key": f"v{n}"} for n in numbers]).execute()


def link(admin: FlaskClient, query: str, rel: str) -> str | None:
    """The query of the link to the next or previous page; None if the page has none."""
    found = re.search(rf'href="/admin/orders(\?[^"]*)?" rel="{rel}"', admin.get(f"/admin/orders{query}").text)
    return None if found is None else unescape(found[1] or "")


def walk(admin: FlaskClient, query: str, rel: str) -> list[list[str]]:
    """The order numbers of this page and of those that its links lead to."""
    pages: list[list[str]] = []
    address: str | None = query
    while address is not None and len(pages) < 9:
        pages.append(rows_of(admin, address))
        address = link(admin, address, rel)
    return pages


def test_the_links_lead_through_the_whole_list_and_back(admin: FlaskClient, orders: list[str]) -> None:
    pages = walk(admin, "", "next")
    assert [number for page in pages for number in page] == orders and [len(page) for page in pages] == [50, 50, 23]
    third = link(admin, link(admin, "", "next") or "", "next") or ""
    assert walk(admin, third, "prev") == pages[::-1]


def test_the_links_keep_the_filters_and_the_search(admin: FlaskClient, orders: list[str]) -> None:
    paid = [number for number in orders if int(number) % 2 == 0]
    pages = walk(admin, "?q=marko&status=paid&mode=test", "next")
    assert [number for page in pages for number in page] == paid and len(pages) == 2


def test_an_order_that_arrives_meanwhile_moves_no_row_to_another_page(
    admin: FlaskClient, app: Flask, offer: Offer, orders: list[str]
) -> None:
    second = link(admin, "", "next") or ""
    buy(app, offer, "Iryna")
    assert rows_of(admin, second) == orders[50:100]
    assert rows_of(admin, link(admin, second, "prev") or "") == orders[:50]


def test_numbered_pages_of_bookmarks_lead_to_the_same_rows(admin: FlaskClient, orders: list[str]) -> None:
    assert rows_of(admin, "?page=3") == orders[100:] and rows_of(admin, "?page=1") == orders[:50]
    assert rows_of(admin, link(admin, "?page=2", "next") or "") == orders[100:]
    assert rows_of(admin, link(admin, "?page=2", "prev") or "") == orders[:50]
    assert rows_of(admin, "?page=100000") == orders[:50]


@pytest.mark.parametrize("place", ["after=x", "before=-1", "after=0", "after=9e9", f"before={'9' * 40}", "after=%00"])
def test_an_invalid_place_leads_to_the_first_page(admin: FlaskClient, orders: list[str], place: str) -> None:
    assert rows_of(admin, f"?{place}") == orders[:50]


def test_a_list_is_counted_up_to_a_thousand(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    add_orders(buy(app, offer), 999)
    assert ">1000 orders<" in admin.get("/admin/orders").text
    buy(app, offer, "Iryna")
    assert ">More than 1,000 orders<" in admin.get("/admin/orders").text
    assert ">1000 orders<" in admin.get("/admin/orders?q=marko").text
    row = {"kind": "receipt", "recipient": "marko@example.com", "language": "en", "detail": {}, "delivered_to": []}
    Email.insert_many([{**row, "about": f"order-{number}"} for number in range(1001)]).execute()
    assert ">Понад 1\xa0000 листів<" in admin.get("/admin/emails?lang=uk").text
    assert ">Больше 1\xa0000 писем<" in admin.get("/admin/emails?lang=ru").text
