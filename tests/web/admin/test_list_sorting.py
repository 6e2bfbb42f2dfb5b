"""Lists of the admin sorted by amount and by status, through all their pages; and what each filter leaves."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import Email, EmailKind, Offer, Order
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_orders import buy, rows_of
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of

AMOUNTS = (1999, 500, 99_900, 500)


@pytest.fixture
def many(admin: FlaskClient, app: Flask) -> list[Order]:
    """120 orders of two currencies, several statuses and both modes."""
    first = buy(app, make_offer(connect_merchant(name="Studio"), title="Evening"))
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "token", "visit_key")}
    for number in range(119):
        own = {
            "amount": AMOUNTS[number % 4],
            "currency": ("EUR", "USD")[number % 3 == 0],
            "status": ("paid", "pending", "expired")[number % 3],
            "mode": ("live", "test")[number % 2],
        }
        Order.insert({**plain, **own, "token": f"t{number}", "visit_key": f"v{number}"}).execute()
    return list(Order.select())


def through(admin: FlaskClient, query: str) -> list[str]:
    """The numbers of all pages, by their links."""
    found, address = [], f"/admin/orders?{query}"
    while address:
        page = admin.get(address).text
        found += re.findall(r'class="row-link" href="[^"]+">#(\d+)</a>', page)
        link = re.search(r'href="([^"]+)" rel="next"', page)
        address = link[1].replace("&amp;", "&") if link else ""
    return found


@pytest.mark.parametrize("limits", ["", "&status=paid", "&mode=live", "&mode=test&status=pending&offer=1"])
@pytest.mark.parametrize("sort", ["amount", "amount_up", "status", "status_up"])
def test_pages_of_a_sorted_list_have_every_row_once_and_in_order(
    admin: FlaskClient, many: list[Order], sort: str, limits: str
) -> None:
    kept = dict(part.split("=") for part in limits.split("&") if part)
    wanted = [
        order
        for order in many
        if all(str(getattr(order, {"offer": "offer_id"}.get(name, name))) == value for name, value in kept.items())
    ]
    by_amount = sort.startswith("amount")
    wanted.sort(
        key=lambda order: (order.currency, order.amount, order.id) if by_amount else (order.status, order.id),
        reverse=not sort.endswith("_up"),
    )
    assert through(admin, f"sort={sort}{limits}") == [str(order.number) for order in wanted]


def test_the_way_back_leads_through_the_same_pages(admin: FlaskClient, many: list[Order]) -> None:
    numbers = through(admin, "sort=amount")
    last = next(order for order in many if str(order.number) == numbers[100])
    assert rows_of(admin, f"?sort=amount&before={last.id}") == numbers[50:100]
    assert rows_of(admin, "?sort=amount&page=2") == numbers[50:100]


def test_a_head_says_how_the_list_is_sorted_and_the_export_follows(admin: FlaskClient, many: list[Order]) -> None:
    page = admin.get("/admin/orders?sort=amount&status=paid").text
    assert re.search(r'aria-sort="descending"><a class="sort" href="[^"]*sort=amount_up[^"]*">Amount', page)
    assert "← Previous" not in page and "Newer" not in page
    lines = admin.get("/admin/orders.csv?sort=amount&status=paid").text.splitlines()
    assert [line.split(",")[0].strip('"') for line in lines[1:]] == through(admin, "sort=amount&status=paid")


def test_results_of_a_search_are_sorted_by_time_only(admin: FlaskClient, many: list[Order]) -> None:
    page = admin.get("/admin/orders?q=marko&sort=amount").text
    heads = re.findall(r'class="sort" href="([^"]+)"', page)
    assert len(heads) == 1 and "sort=oldest" in heads[0]
    assert rows_of(admin, "?q=marko&sort=amount") == rows_of(admin, "?q=marko")


def test_offers_are_sorted_by_price_inside_each_currency(admin: FlaskClient) -> None:
    for title, price, currency in (("Tea", "5", "EUR"), ("Ink", "90", "EUR"), ("Cup", "7", "USD")):
        make_offer(None, price, currency, title=title, status="draft")
    for query, order in (
        ("sort=amount", ["Cup", "Ink", "Tea"]),
        ("sort=amount_up&status=draft", ["Tea", "Ink", "Cup"]),
    ):
        page = admin.get(f"/admin/offers?{query}").text
        assert re.findall(r'class="row-link" href="[^"]+"><bdi>(\w+)<', page) == order


def test_emails_are_limited_to_days_and_sorted_by_status(admin: FlaskClient, many: list[Order]) -> None:
    order = many[0]
    for number, state in enumerate(("sent", "failed", "waiting")):
        Email.create(
            kind="receipt", about=f"x{number}", order=order, language="en", subject=f"Number {number}", state=state
        )
    Email.update(created_at=order.created_at - timedelta(days=40)).where(Email.subject == "Number 0").execute()

    def shown(query: str) -> list[str]:
        return re.findall(r"Number (\d)</bdi>", admin.get(f"/admin/emails?{query}").text)

    day = (order.created_at - timedelta(days=10)).date()
    assert shown(f"from={day}") == ["2", "1"] and shown(f"to={day}") == ["0"]
    assert shown("sort=status") == ["2", "0", "1"] and shown("sort=status_up") == ["1", "0", "2"]
    assert "Until:" in text_of(admin.get(f"/admin/emails?to={day}").text)


def test_emails_are_found_by_the_title_of_their_order_whatever_their_subject_says(
    admin: FlaskClient, app: Flask
) -> None:
    order = buy(app, make_offer(connect_merchant(), title="Вечір АКВАРЕЛІ"))
    Email.delete().execute()
    emails.write(EmailKind.RECEIPT, order)
    Email.update(subject="Receipt from Studio · €19.99").execute()
    for typed in ("акварелі", "Receipt from", order.email):
        assert "Receipt from Studio" in admin.get("/admin/emails", query_string={"q": typed}).text, typed
    assert "Receipt from Studio" not in admin.get("/admin/emails?q=tempera").text
    assert queries_of(admin, "/admin/emails?q=aquarelle&state=sent") <= 6


def test_the_mode_of_an_offer_is_that_of_its_account(app: Flask) -> None:
    """The mode of an offer follows its account, also when many offers are moved at once."""
    live, test = connect_merchant(mode="live", name="Shop"), connect_merchant(name="Studio")
    offer = make_offer(live)
    assert Offer.get_by_id(offer.id).mode == "live"
    Offer.update(merchant=test).execute()
    assert Offer.get_by_id(offer.id).mode == "test"
    Offer.update(merchant=None).execute()
    assert Offer.get_by_id(offer.id).mode == ""
