"""Searches for a part of a text in the admin's lists: what they find, and which way they take in long lists."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import db
from storefront.models import Email, Merchant, Offer, Order
from storefront.models.search import OrderSearch, Place
from stripe_simulator.accounts import TARAS
from tests import databases
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_list_pages import add_orders
from tests.web.admin.test_list_plans import plans_of
from tests.web.admin.test_orders import buy

PEOPLE = {
    "anna@example.com": "Анна Коваленко",
    "joanna.k+shop@mail.example.net": "Джоанна Дем'янчук-Королёва",
    "info@100%_sure.example.org": "O'Brien \\ Sons",
}


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(name="Studio"), title="Evening")


@pytest.fixture
def people(app: Flask, offer: Offer) -> dict[str, str]:
    """{email: order number}."""
    first = buy(app, offer)
    numbers = {}
    for email, name in PEOPLE.items():
        copy = {**first.__data__, "token": email, "visit_key": email, "email": email, "name": name}
        numbers[email] = str(Order.create(**{key: value for key, value in copy.items() if key != "id"}).number)
    return numbers


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("anna@", ["anna"]),
        ("ANNA", ["joanna", "anna"]),
        ("@example.com", ["anna", "marko"]),
        ("нна", ["joanna", "anna"]),
        ("КОВАЛ", ["anna"]),
        ("демʼянчук-королева", ["joanna"]),
        ("k+shop", ["joanna"]),
        ("100%_", ["info"]),
        ("o’br", ["info"]),
        ("\\ s", ["info"]),
        ("anna коваленко", []),
        ("annx", []),
        ("анна коваленко", ["anna"]),
    ],
)
def test_any_part_of_an_email_or_a_name_is_found(
    admin: FlaskClient, people: dict[str, str], typed: str, found: list[str]
) -> None:
    numbers = {email.partition("@")[0].partition(".")[0]: number for email, number in people.items()}
    numbers["marko"] = str(Order.select().order_by(Order.id).get().number)
    assert rows_of_search(admin, typed) == [numbers[name] for name in found]


def rows_of_search(admin: FlaskClient, typed: str, **filters: str) -> list[str]:
    answer = admin.get("/admin/orders", query_string={"q": typed, **filters})
    assert answer.status_code == 200, typed
    return re.findall(r"#(\d+)</a>", answer.text)


def test_an_order_number_of_any_length_is_found(admin: FlaskClient, people: dict[str, str]) -> None:
    number = people["anna@example.com"]
    assert rows_of_search(admin, number) == rows_of_search(admin, f"#{number}") == [number]
    Order.update(email=f"shop{number}@example.com").where(Order.email == "info@100%_sure.example.org").execute()
    assert rows_of_search(admin, number) == [people["info@100%_sure.example.org"], number], (
        "an email has the number too"
    )
    assert rows_of_search(admin, "7") == rows_of_search(admin, "#12") == [] and rows_of_search(admin, "9" * 30) == []


def test_changed_texts_are_found_and_earlier_ones_are_not(admin: FlaskClient, people: dict[str, str]) -> None:
    number = people["anna@example.com"]
    Order.update(email="olena@example.com", name="Олена").where(Order.email == "anna@example.com").execute()
    assert rows_of_search(admin, "оленА") == rows_of_search(admin, "olena@") == [number]
    assert rows_of_search(admin, "коваленко") == rows_of_search(admin, "anna@example") == []
    Order.delete().where(Order.email == "olena@example.com").execute()
    assert rows_of_search(admin, "олена") == []


HOSTILE = [
    '"',
    '"""',
    "'''",
    "a AND b",
    "NEAR(a b)",
    "email:anna",
    "{a b}: c",
    "^anna",
    "anna*",
    "(((",
    "\0\0\0",
    "a\0b",
]
HOSTILE += [
    "%%%",
    "___",
    "\\\\\\",
    "--;",
    "й" * 200,
    "x" * 5000,
    "☕☕☕",
    "👩‍👩‍👧‍👦" * 9,
    "...",
    "$$$",
    "%s%s",
    "{}",
    "-1",
    "NULL",
]


@pytest.mark.parametrize("address", ["orders", "emails", "subscriptions", "subscriptions/needs-card", "customers"])
def test_hostile_texts_are_no_errors(admin: FlaskClient, people: dict[str, str], address: str) -> None:
    for typed in HOSTILE:
        answer = admin.get(f"/admin/{address}", query_string={"q": typed, "status": "paid", "mode": "test"})
        assert answer.status_code == 200 and "#1" not in answer.text, typed


def test_a_text_that_is_too_short_is_said_in_place(admin: FlaskClient, people: dict[str, str]) -> None:
    for address in ("orders", "emails", "subscriptions"):
        assert "Enter at least 3 letters or digits" in admin.get(f"/admin/{address}?q=an").text
        assert "Enter at least 3" not in admin.get(f"/admin/{address}?q=ann").text
    assert "Введіть щонайменше 3 літери" in admin.get("/admin/orders?q=ан&lang=uk").text
    assert "Enter at least 3" not in admin.get("/admin/orders?q=12").text


def test_emails_are_found_by_a_part_of_recipient_and_subject(admin: FlaskClient) -> None:
    for number in range(3):
        Email.create(kind="receipt", about=f"order-{number}", recipient=f"buyer{number}@example.com", language="uk")
    Email.update(subject="Дякуємо за покупку", state="sent").where(Email.about == "order-1").execute()
    for typed, count in (("дякуєМО", 1), ("buyer", 3), ("r1@ex", 1), ("покупка", 0)):
        assert f">{count} email" in admin.get("/admin/emails", query_string={"q": typed}).text, typed
    assert ">2 emails<" in admin.get("/admin/emails?q=buyer&state=waiting").text


class TestInALongList:
    """6,000 orders in test mode, of which 60 are refunded and three have another email; and one order in live mode."""

    @pytest.fixture(autouse=True)
    def orders(self, app: Flask, offer: Offer) -> None:
        first = buy(app, offer)
        add_orders(first, 5999)
        live = make_offer(connect_merchant(TARAS, "live"), currency="USD")
        buy(app, live, "Danylo")
        Order.update(status="refunded").where(Order.id <= first.id + 59).execute()
        some = [first.id + 10, first.id + 3000, first.id + 5990]
        Order.update(email="rare@example.org", name="Рідкісна").where(Order.id.in_(some)).execute()

    def test_every_way_through_the_list_finds_the_same(self, app: Flask) -> None:
        for text in ("", "marko", "@example.com", "rare@", "рідк", "danylo", "nobody@", "1234", "#6999"):
            for status in ("", "refunded"):
                for mode in ("", "live"):
                    search = OrderSearch(text, status, mode)
                    expected = self.expected(text, status, mode)
                    page = search.page()
                    assert [order.id for order in page.rows] == expected[:50], search
                    lowest = page.total.number
                    assert lowest == len(expected) if page.total.is_exact else lowest < len(expected), search
                    if len(expected) > 50:
                        after = search.page(Place(after=expected[49]))
                        assert [order.id for order in after.rows] == expected[50:100], search
                    if mode:
                        assert [order.id for part in search.iterate() for order in part] == expected, search

    def test_a_rare_text_is_looked_up_and_a_common_one_is_read_in_the_lists_order(self, app: Flask) -> None:
        for search in (OrderSearch("rare@"), OrderSearch("nobody@", "pending", "test"), OrderSearch("@example.com")):
            with db.db.atomic():
                if databases.IS_POSTGRESQL:
                    db.db.execute_sql("ANALYZE shop_order")
                    # Which are cheapest for so few rows.
                    for setting in ("enable_seqscan", "enable_sort" if "@ex" in search.text else "enable_indexscan"):
                        db.db.execute_sql(f"SET LOCAL {setting} = off")
                plan = plans_of(search, Place())[0 if databases.IS_POSTGRESQL else 1]  # after the sample
            is_looked_up = "derived_order_search" in plan.partition("Aggregate")[0] or "VIRTUAL TABLE" in plan
            is_sorted = "Sort" in plan or "TEMP B-TREE" in plan
            assert not is_sorted if search.text == "@example.com" else is_looked_up, plan

    def expected(self, text: str, status: str, mode: str) -> list[int]:
        condition = (Order.status == status if status else Order.id > 0) & (
            Merchant.mode == mode if mode else Order.id > 0
        )
        if text:
            condition &= (
                Order.is_found_by(text)
                | (Order.id == (int(text[1:] or 0) - 1000 if text[0] == "#" else 0))
                | (Order.id == (int(text) - 1000 if text.isdigit() else 0))
            )
        query = Order.select(Order.id).join(Merchant).where(condition).order_by(Order.id.desc())
        return [row.id for row in query]
