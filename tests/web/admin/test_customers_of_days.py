"""Customers of some days by their number of orders: every page is right, forward and back."""

import random
import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from flask.testing import FlaskClient

from storefront.models import Customer, Offer, Order
from storefront.models.search import CustomerSearch, Place
from tests.purchase_steps import start_checkout
from tests.web.admin_pages import text_of

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def customers(offer: Offer) -> list[tuple[int, int]]:
    """(number of orders, newest order) of 300 customers, most with one order, whose orders were made in 100 days."""
    made = start_checkout(offer).order
    names = ("id", "token", "visit_key", "email", "email_folded", "created_at")
    plain = {name: value for name, value in made.__data__.items() if name not in names}
    made.delete_instance(recursive=True)
    source = random.Random(7)
    buyers = [number for number in range(300) for _ in range(source.choice([1, 1, 1, 1, 2, 3, 5, 9]))]
    source.shuffle(buyers)
    rows = [
        {
            **plain,
            "token": f"t{number}",
            "visit_key": f"v{number}",
            "email": f"e{buyer}@example.com",
            "email_folded": f"e{buyer}@example.com",
            "created_at": FIRST + timedelta(days=100) * number / len(buyers),
        }
        for number, buyer in enumerate(buyers)
    ]
    Order.insert_many(rows).execute()
    return [(one.orders, one.newest_order_id) for one in Customer.select()]


SORTS, MODES = ("orders", "fewest"), ("", "test", "live")
DAYS = ((0, 100), (20, 90), (95, 99), (None, 97), (98, None), (200, 300))


def test_every_page_has_its_customers_in_order(customers: list[tuple[int, int]]) -> None:
    for sort, days, mode in product(SORTS, DAYS, MODES):
        check_pages(customers, sort, days, mode)


def check_pages(customers: list[tuple[int, int]], sort: str, days: tuple[int | None, int | None], mode: str) -> None:
    """Read all pages forward, by their numbers and back."""
    since, until = (None if day is None else FIRST + timedelta(days=day) for day in days)
    search = CustomerSearch("", sort, since, until, mode)
    made = {order.id: order.created_at for order in Order.select()}
    expected = sorted(
        (
            one
            for one in customers
            if mode != "live" and (since is None or made[one[1]] >= since) and (until is None or made[one[1]] < until)
        ),
        reverse=sort == "orders",
    )
    read: list[tuple[int, int]] = []
    place, pages = Place(), []
    while True:
        page = search.page(place)
        assert page.total.number == len(expected)
        pages.append([(row.orders, row.newest.id) for row in page.rows])
        read += pages[-1]
        if page.next is None:
            break
        place = Place(**page.next)
    assert read == expected
    for number, rows in enumerate(pages):
        assert [(row.orders, row.newest.id) for row in search.page(Place(number=number + 1)).rows] == rows
    for number in range(len(pages) - 1, 0, -1):
        back = search.page(Place(before=pages[number][0][1]))
        assert [(row.orders, row.newest.id) for row in back.rows] == pages[number - 1]
    # A place that is gone is the start.
    for lost in (Place(after=10**8), Place(before=10**8)):
        assert [(row.orders, row.newest.id) for row in search.page(lost).rows] == pages[0]


def test_the_page_of_the_admin_shows_them(admin: FlaskClient, customers: list[tuple[int, int]]) -> None:
    address = "/admin/customers?sort=orders&from=2026-01-21&to=2026-03-31"
    page = admin.get(address).text
    assert re.search(r'href="[^"]*after=\d+', page) and "9 orders" in text_of(page)
