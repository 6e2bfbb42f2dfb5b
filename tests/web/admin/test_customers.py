"""The admin's customers: one per email address, with their orders, payments and emails."""

import re
import secrets
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import payments
from storefront.models import Merchant, Offer, Order
from storefront.payments import CheckoutRequest
from stripe_simulator.accounts import TARAS
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import text_of
from tests.web.query_count import plans_of, queries_of

LIST = "/admin/customers"


@pytest.fixture
def once(merchant: Merchant) -> Offer:
    return make_offer(merchant, "25", title="Brushes")


def visit(number: int, email: str = MARKO.email, name: str = "Marko") -> CheckoutRequest:
    return replace(MARKO, email=email, name=name, visit=f"a-visit-number-{number:04}")


def rows_of(admin: FlaskClient, query: str = "") -> list[str]:
    """The customer names in the list, in order."""
    return re.findall(r'row-link"[^>]*><bdi>([^<]+)</bdi></a>', admin.get(f"{LIST}{query}").text)


def customers_address(admin: FlaskClient) -> str:
    found = re.search(rf'row-link" href="({LIST}/[^"]+)"', admin.get(LIST).text)
    assert found
    return found[1]


def test_the_same_email_in_another_case_is_the_same_customer(
    admin: FlaskClient, once: Offer, simulator: Simulator
) -> None:
    buy(once, simulator, visit(1))
    buy(once, simulator, visit(2, "Marko@Example.com", "Marko K."))
    start_checkout(once, visit(3, "iryna@example.com", "Iryna"))
    assert rows_of(admin) == ["Iryna", "Marko K."], "the most recent customer is first"
    words = text_of(admin.get(LIST).text)
    assert "2 customers" in words and "Marko K. Marko@Example.com 2 orders — €50.00 Test" in words
    assert "Iryna iryna@example.com 1 order — — " in words, "a pending order counts no money"


def test_customers_are_found_by_email_and_name(admin: FlaskClient, once: Offer, simulator: Simulator) -> None:
    start_checkout(once, visit(1))
    start_checkout(once, visit(2, "olena@example.com", "Олена"))
    assert rows_of(admin, "?q=MARKO@exa") == ["Marko"]
    assert rows_of(admin, "?q=олена") == ["Олена"]
    assert rows_of(admin, "?q=%25") == rows_of(admin, "?q=nobody") == []
    assert "No customers match this search." in admin.get(f"{LIST}?q=nobody").text


def test_customers_are_found_by_a_part_of_any_name_they_have_used(admin: FlaskClient, once: Offer) -> None:
    for number, name in enumerate(("Марко Коваль", "Mark Koval", "Mark Koval")):
        order = start_checkout(once, visit(number, name=name)).order
    start_checkout(once, visit(5, "koval@example.com", "Olena"))
    assert rows_of(admin, "?q=оваль") == ["Mark Koval"]
    assert rows_of(admin, "?q=KOVAL") == ["Olena", "Mark Koval"]
    assert rows_of(admin, "?q=@example.com") == ["Olena", "Mark Koval"]
    assert rows_of(admin, f"?q=@example.com&after={order.id + 1}") == ["Mark Koval"]
    Order.update(name="Mark").where(Order.name == "Марко Коваль").execute()
    assert rows_of(admin, "?q=оваль") == rows_of(admin, "?q=ko") == []
    assert "Enter at least 3 letters or digits." in admin.get(f"{LIST}?q=ko").text


def test_paid_and_refunded_totals_are_shown_per_currency_and_mode(
    admin: FlaskClient, merchant: Merchant, once: Offer, simulator: Simulator
) -> None:
    order = buy(once, simulator, visit(1))
    payments.request_refund(order, 500, "duplicate", secrets.token_urlsafe(24))
    subscription = subscribe(make_offer(merchant, "10", kind="recurring"), simulator, buyer=visit(2))
    renew(subscription, simulator)
    live = start_checkout(make_offer(connect_merchant(TARAS, "live"), "30", "USD"), visit(3))
    confirm(simulator, live, "4539578763621486")
    refresh(live.order)
    words = text_of(admin.get(LIST).text)
    assert "3 orders 1 active $30.00 Live €45.00 Test refunded: €5.00" in words
    assert "$30.00 Live €45.00 Test refunded: €5.00" in text_of(admin.get(customers_address(admin)).text)


def test_a_customers_page_shows_only_their_own_data(
    admin: FlaskClient, merchant: Merchant, once: Offer, simulator: Simulator
) -> None:
    buy(once, simulator, visit(1, "iryna@example.com", "Iryna"))
    order = buy(once, simulator, visit(2))
    subscription = subscribe(make_offer(merchant, "10", title="Magazine", kind="recurring"), simulator, buyer=visit(3))
    address = customers_address(admin)
    page = admin.get(address).text
    for expected in (
        f'href="/admin/orders/{order.token}"',
        f'href="/admin/subscriptions/{subscription.public_id}"',
        "Magazine",
        "Receipt",
        "marko@example.com",
    ):
        assert expected in page
    assert "iryna" not in page.lower()
    assert "marko" not in address and "@" not in address, "the page's URL contains no email address"
    assert text_of(admin.get(f"{LIST}/{order.token}").text) == text_of(page), (
        "the token of any of their orders opens the page"
    )


def test_the_link_to_a_customers_own_page_has_a_page_of_its_own_and_works(
    admin: FlaskClient, client: FlaskClient, once: Offer, simulator: Simulator
) -> None:
    buy(once, simulator)
    address = customers_address(admin)
    assert "/my/" not in admin.get(address).text + admin.get(LIST).text
    page = admin.get(f"{address}/link").text
    link = re.search(r'data-copy="http://shop.example.com(/my/[^"]+)"', page)
    assert link and "<svg" in page
    assert "Brushes" in client.get(link[1].replace("&amp;", "&")).text


def test_the_list_is_paginated_with_a_constant_number_of_queries(
    admin: FlaskClient, once: Offer, simulator: Simulator
) -> None:
    first = buy(once, simulator)
    few, few_of_one = queries_of(admin, LIST), queries_of(admin, f"{LIST}/{first.token}")
    for number in range(3):
        buy(once, simulator, visit(number, f"buyer{number}@example.com"))
        buy(once, simulator, visit(number + 10))
    assert queries_of(admin, LIST) == few <= 6
    assert queries_of(admin, f"{LIST}/{first.token}") == few_of_one <= 10
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "token", "visit_key", "email")}
    rows = [{**plain, "token": f"t{n}", "visit_key": f"v{n}", "email": f"e{n}@example.com"} for n in range(60)]
    Order.insert_many(rows).execute()
    assert len(rows_of(admin)) == 50 and len(rows_of(admin, "?page=2")) == 14 and rows_of(admin, "?page=9") == []
    assert "64 customers" in admin.get(LIST).text


def test_no_query_reads_or_sorts_the_rows_of_other_customers(
    admin: FlaskClient, merchant: Merchant, once: Offer, simulator: Simulator
) -> None:
    order = buy(once, simulator)
    subscribe(make_offer(merchant, "10", kind="recurring"), simulator, buyer=visit(2))
    for address in (LIST, f"{LIST}?after={order.id + 1}", f"{LIST}/{order.token}"):
        for sql, plan in plans_of(partial(admin.get, address)).items():
            # Only the customers themselves are read in the order of their index, up to a page or a thousand; and the
            # newest offers in the order of their ids, of which the filter lists a limited number.
            choice = "|offer$|o$" if "'choice', id" in sql else ""
            known = f"(?!page|counted|t1 USING COVERING INDEX customer_newest{choice})"
            scans = re.findall(rf"(?m)SCAN {known}.*|Seq Scan on.*", plan)
            # The subscriptions of one customer's newest orders are sorted.
            sorted_rows = [] if 'FROM "subscription"' in sql else re.findall("TEMP B-TREE", plan)
            assert scans == sorted_rows == [], (address, sql, plan)


def test_the_links_lead_through_all_customers_and_back(admin: FlaskClient, once: Offer) -> None:
    first = start_checkout(once, visit(0, "e0@example.com")).order
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "token", "visit_key")}
    emails = [{"email": f"e{n}@example.com", "email_folded": f"e{n}@example.com"} for n in range(1, 120)]
    Order.insert_many(
        [{**plain, **email, "token": f"t{n}", "visit_key": f"v{n}"} for n, email in enumerate(emails)]
    ).execute()
    Order.update(name=Order.email).execute()
    shown, address = [], ""
    for rel in ("next", "next", "prev", "prev"):
        page = admin.get(LIST + address).text
        shown.append(re.findall(r"<bdi>e(\d+)@example.com</bdi></a>", page))
        link = re.search(rf'href="{LIST}(\?[^"]*)?" rel="{rel}"', page)
        assert link
        address = link[1] or ""
    newest_first = [str(n) for n in range(119, -1, -1)]
    assert shown == [newest_first[:50], newest_first[50:100], newest_first[100:], newest_first[50:100]]


def test_an_empty_shop_has_no_customers_and_an_unknown_one_is_not_found(admin: FlaskClient, app: Flask) -> None:
    assert "No customers yet." in text_of(admin.get(LIST).text)
    assert admin.get(f"{LIST}/nobody").status_code == admin.get(f"{LIST}/nobody/link").status_code == 404
