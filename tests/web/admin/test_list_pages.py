"""The pages of long lists in the admin: links between them, addresses of any form, and the count."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import chunked

from storefront.models import Email, Merchant, Offer, Order, Payment, Subscription, now
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe
from tests.web.admin.test_orders import buy, rows_of
from tests.web.admin_pages import STRIPE

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


def link(admin: FlaskClient, query: str, rel: str, address: str = "/admin/orders") -> str | None:
    """The query of the link to the next or previous page; None if the page has none."""
    found = re.search(rf'href="{address}(\?[^"]*)?" rel="{rel}"', admin.get(f"{address}{query}").text)
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


class TestManyMerchants:
    """The Stripe accounts are shown in pages, and found by a part of their names."""

    @pytest.fixture(autouse=True)
    def merchants(self, app: Flask) -> None:
        first = connect_merchant(name="Студія")
        plain = {name: value for name, value in first.__data__.items() if name not in ("id", "public_id")}
        for number in range(120):
            own = {"public_id": f"public{number}", "publishable_key": f"pk_test_{number}", "name": f"Shop {number:03}"}
            gone = now() if number >= 60 else None
            Merchant.create(**plain | own | {"stripe_account_id": f"acct_{number:03}x", "disconnected_at": gone})

    def shown(self, admin: FlaskClient, address: str) -> list[str]:
        return re.findall(r'-name" tabindex="-1"><bdi>([^<]+)', admin.get(address).text)

    def test_connected_and_disconnected_ones_have_pages(self, admin: FlaskClient) -> None:
        first = self.shown(admin, STRIPE)
        assert first == [f"Shop {number:03}" for number in (*range(50), *range(60, 110))]
        second = link(admin, "", "next", STRIPE)
        assert second and self.shown(admin, STRIPE + second)[:11] == [
            *(f"Shop {number:03}" for number in range(50, 60)),
            "Студія",
        ]
        assert link(admin, link(admin, second, "prev", STRIPE) or "", "prev", STRIPE) is None
        gone = f"{STRIPE}?state=disconnected"
        assert gone in admin.get(STRIPE).text
        assert self.shown(admin, gone) == [f"Shop {number:03}" for number in range(60, 110)]
        more = link(admin, "?state=disconnected", "next", STRIPE) or ""
        assert self.shown(admin, STRIPE + more) == [f"Shop {number:03}" for number in range(110, 120)]

    def test_they_are_found_by_name_and_account(self, admin: FlaskClient) -> None:
        for typed, found in (("СТУДІ", ["Студія"]), ("shop 007", ["Shop 007"]), ("acct_119x", ["Shop 119"])):
            assert self.shown(admin, f"{STRIPE}?q={typed}") == found
        for typed in ("nobody", "%%%", "'", "___"):
            page = admin.get(STRIPE, query_string={"q": typed})
            assert page.status_code == 200 and "No accounts match this search." in page.text, typed

    def test_a_saved_account_is_on_the_page_that_follows(self, admin: FlaskClient) -> None:
        merchant = Merchant.get(Merchant.name == "Студія")
        answer = admin.get(f"{STRIPE}/{merchant.public_id}")
        assert self.shown(admin, answer.headers["Location"]) == ["Студія"]


def test_subscriptions_of_one_of_many_offers_are_found_by_its_title(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant, kind="recurring", title="Café Évian №1")
    subscription = subscribe(offer, simulator)
    assert 'name="offer"' in admin.get("/admin/subscriptions").text
    plain = {name: value for name, value in offer.__data__.items() if name != "id"}
    columns = {name: value for name, value in subscription.__data__.items() if name != "id"}
    payment = {name: value for name, value in subscription.payment.__data__.items() if name != "id"}
    for number in range(50):
        other = Offer.create(**plain | {"slug": f"other-{number}", "title": f"Other {number}"})
        own = Payment.create(**payment | {"public_id": f"p{number}", "intent_id": None, "ended_at": now()})
        names = {"public_id": f"s{number}", "subscription_id": None, "payment": own, "offer_id": other.id}
        Subscription.insert(**columns | names).execute()
    page = admin.get("/admin/subscriptions").text
    assert 'name="offer_title"' in page and page.count("<option value=") < 70
    found = admin.get("/admin/subscriptions?offer_title=café év").text
    assert 'value="Café Évian №1"' in found and ">1 subscription<" in found
    assert f"offer={offer.id}" in found, "the tabs keep the filter"
    missing = admin.get("/admin/subscriptions?offer_title=nothing%25").text
    assert "No subscriptions match this search." in missing and 'value="nothing%"' in missing
    assert "offer_title=nothing%25" in missing


def test_orders_of_one_of_many_offers_are_found_by_its_title(app: Flask, admin: FlaskClient, offer: Offer) -> None:
    Offer.update(title="Café Évian №1", title_folded="café évian №1").where(Offer.id == offer.id).execute()
    number = str(buy(app, offer).number)
    assert 'name="offer_title"' not in admin.get(f"/admin/orders?offer={offer.id}").text
    plain = {name: value for name, value in offer.__data__.items() if name != "id"}
    for title in (*(f"Other {other}" for other in range(60)), "Café Évian №10"):
        Offer.create(**plain | {"slug": f"offer-{Offer.select().count()}", "title": title})
    other = str(buy(app, Offer.get(Offer.title == "Other 7")).number)
    page = admin.get("/admin/orders").text
    assert 'name="offer_title"' in page and page.count("<option value=") < 70
    assert rows_of(admin, "?offer_title=CAFÉ ÉVIAN №1") == [number], "the whole title before a part of it"
    assert rows_of(admin, "?offer_title=r 7") == rows_of(admin, "?offer_title=other 7") == [other]
    assert rows_of(admin, "?offer_title=№1") == [] and rows_of(admin, "?offer_title=r") == []
    found = admin.get(f"/admin/orders?offer={offer.id}&status=pending").text
    assert 'value="Café Évian №1"' in found and f"offer={offer.id}" in found, "the links keep the filter"
    missing = admin.get("/admin/orders?offer_title=nothing%25").text
    assert "No orders match this search." in missing and 'value="nothing%"' in missing
