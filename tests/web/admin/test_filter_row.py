"""The filters of the admin's lists: kept in the address, a chip for each, days in the shop's time zone, the order."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Email, Offer, Order, Payment
from tests.cards import DECLINED
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.web.admin.test_orders import buy, rows_of
from tests.web.admin_pages import HTMX, text_of

LISTS = ("/admin/orders", "/admin/subscriptions", "/admin/customers", "/admin/emails")
EVERYTHING = "q=marko&status=pending&offer=1&from=2026-11-01&to=2026-11-30&mode=test&sort=oldest"
HOSTILE = (
    "from=yesterday&to=2026-13-45",
    "from=0001-01-01&to=9999-12-31",
    "from=%00&to=%F0%9F%8E%A8&sort=%00&offer=-1&offer=99999999999999999999&mode=both&status=%27",
    "from=2026-11-30&to=2026-11-01",
    "sort=orders%3B--&after=1&before=1&page=0",
)


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(name="Studio"), title="Evening")


def chips_of(page: str) -> dict[str, str]:
    """{text: address} of the chips above a list."""
    found = re.findall(r'<a class="chip" href="([^"]+)">(.*?)</a>', page, re.DOTALL)
    return {text_of(text).strip().removeprefix("Remove filter: "): unescape(link) for link, text in found}


def test_each_filter_has_a_chip_that_removes_it_alone(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    buy(app, offer)
    page = admin.get(f"/admin/orders?{EVERYTHING.replace('offer=1', f'offer={offer.id}')}").text
    chips = chips_of(page)
    assert set(chips) == {
        "Search: marko",
        "Status: Pending",
        "Offer: Evening",
        "From: Nov 1, 2026",
        "Until: Nov 30, 2026",
        "Mode: Test",
    }
    for text, address in chips.items():
        left = chips_of(admin.get(address).text)
        assert set(left) == set(chips) - {text} and "sort=oldest" in address


@pytest.mark.parametrize("address", LISTS)
def test_the_row_keeps_what_is_searched_and_links_keep_all_filters(
    admin: FlaskClient, app: Flask, offer: Offer, address: str
) -> None:
    buy(app, offer)
    page = admin.get(f"{address}?q=marko&sort=oldest").text
    assert 'name="q" value="marko"' in page and '<option value="oldest" selected>' in page
    assert "Search: marko" in chips_of(page)
    # As an old bookmark has them, with the empty fields of a plain form.
    assert admin.get(f"{address}?q=&status=&state=&kind=&mode=&offer=&from=&to=&page=1").status_code == 200


@pytest.mark.parametrize("address", [*LISTS, "/admin/subscriptions/needs-card"])
def test_for_htmx_the_answer_is_the_list_alone(admin: FlaskClient, app: Flask, offer: Offer, address: str) -> None:
    buy(app, offer)
    answer = admin.get(f"{address}?q=marko", headers=HTMX)
    assert answer.status_code == 200 and "<html" not in answer.text and '<form id="filters"' not in answer.text


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("address", [*LISTS, "/admin/orders.csv", "/admin/subscriptions/needs-card"])
def test_what_no_filter_knows_is_ignored(
    admin: FlaskClient, app: Flask, offer: Offer, address: str, query: str
) -> None:
    buy(app, offer)
    assert admin.get(f"{address}?{query}").status_code == 200


def test_a_day_begins_in_the_shops_time_zone(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    settings.set_time_zone("Europe/Kyiv")
    late, early = buy(app, offer, "Marko"), buy(app, offer, "Taras")
    # In Kyiv the first is on the 14th, and the second on the 15th.
    Order.update(created_at=datetime(2026, 11, 14, 21, 59, tzinfo=UTC)).where(Order.id == late.id).execute()
    Order.update(created_at=datetime(2026, 11, 14, 22, 0, tzinfo=UTC)).where(Order.id == early.id).execute()
    numbers = str(late.number), str(early.number)
    assert rows_of(admin, "?to=2026-11-14") == [numbers[0]]
    assert rows_of(admin, "?from=2026-11-15") == [numbers[1]]
    assert rows_of(admin, "?from=2026-11-14&to=2026-11-15") == [numbers[1], numbers[0]]
    assert rows_of(admin, "?from=2026-11-16") == rows_of(admin, "?to=2026-11-13") == []
    assert rows_of(admin, "?q=marko&from=2026-11-14&to=2026-11-14") == [numbers[0]]


def test_orders_of_one_offer_are_found(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    other = make_offer(offer.merchant, title="Morning")
    first, second = buy(app, offer, "Marko"), buy(app, other, "Taras")
    assert rows_of(admin, f"?offer={offer.id}") == [str(first.number)]
    assert rows_of(admin, f"?offer={other.id}&status=pending&mode=test") == [str(second.number)]
    assert rows_of(admin, "?offer=424242") == []


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_turned_around_by_its_head(admin: FlaskClient, app: Flask, offer: Offer, address: str) -> None:
    for name in ("Marko", "Taras", "Iryna"):
        buy(app, offer, name)
    first, turned = (admin.get(address + query).text for query in ("", "?sort=oldest"))
    if "row-link" in first:
        links = [re.findall(r'row-link" href="([^"]+)"', page) for page in (first, turned)]
        assert links[0] == links[1][::-1]
        assert 'aria-sort="descending"' in first and 'aria-sort="ascending"' in turned


def test_customers_are_sorted_by_their_orders(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    buy(app, offer, "Marko")
    for visit in ("Taras", "Taras2"):
        order = buy(app, offer, visit)
        Order.update(email="taras@example.com", name="Taras").where(Order.id == order.id).execute()
    buy(app, offer, "Iryna")

    def names(query: str) -> list[str]:
        return re.findall(r"row-link[^>]+><bdi>(\w+)</bdi>", admin.get(f"/admin/customers{query}").text)

    assert names("?sort=orders")[0] == "Taras" and names("?sort=fewest")[-1] == "Taras"
    assert names("") == names("?sort=orders%3Bdrop") == ["Iryna", "Taras", "Marko"]
    assert names("?sort=oldest") == ["Marko", "Taras", "Iryna"]


def test_the_chip_of_a_pending_order_says_why_it_is_not_paid(
    admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator
) -> None:
    waiting, declined = buy(app, offer, "Marko"), buy(app, offer, "Taras", simulator, DECLINED)
    admin.get(f"/orders/{declined.token}")
    words = text_of(admin.get("/admin/orders").text)
    assert f"#{waiting.number} Test Pending · not paid yet" in words
    assert f"#{declined.number} Test Pending · refused by the bank without a reason" in words
    Payment.update(error_code="payment_intent_authentication_failure", decline_code="").where(
        Payment.order == declined
    ).execute()
    for address in ("/admin/orders", "/admin"):
        assert "Pending · 3D Secure failed" in text_of(admin.get(address).text)


def test_an_email_is_filtered_by_the_mode_of_its_order(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    order = buy(app, offer)
    Email.insert(kind="receipt", about="1", order=order, recipient="marko@example.com", language="en").execute()
    Email.insert(kind="receipt", about="2", recipient="owner@example.com", language="en").execute()
    for query, recipients in (("?mode=test", ["marko@"]), ("?mode=live", []), ("", ["owner@", "marko@"])):
        page = admin.get(f"/admin/emails{query}").text
        assert [f"{name}@" for name in re.findall(r"<bdi>(marko|owner)@example.com</bdi>", page)] == recipients


def test_customers_are_found_by_what_they_ordered_and_what_became_of_it(
    admin: FlaskClient, app: Flask, offer: Offer
) -> None:
    other = make_offer(offer.merchant, title="Letters")
    for name in ("Marko", "Iryna", "Taras"):
        buy(app, offer, name)
    for visit, name in enumerate(("Marko", "Olena")):
        copied = Order.get(Order.offer == offer).__data__
        own = {"token": f"t{visit}", "visit_key": f"v{visit}", "offer": other, "name": name, "status": "paid"}
        own["email"] = f"{name.lower()}@example.com"
        Order.create(**{key: value for key, value in {**copied, **own}.items() if key != "id"})
    merchant_mode = offer.merchant.mode

    def shown(query: str) -> list[str]:
        page = admin.get(f"/admin/customers?{query}").text
        return re.findall(r'row-link"[^>]*><bdi>([^<]+)</bdi></a>', page)

    assert shown(f"offer={offer.id}") == ["Taras", "Iryna", "Marko"]
    assert shown(f"offer={other.id}") == ["Olena", "Marko"] == shown("status=paid")[::1]
    assert shown(f"offer={other.id}&sort=oldest") == ["Marko", "Olena"]
    assert shown(f"offer={offer.id}&status=paid") == [] == shown("status=refunded")
    assert shown(f"offer={other.id}&status=paid&q=mark&mode={merchant_mode}") == ["Marko"]
    assert shown(f"offer={other.id}&from=2020-01-01&to=2020-01-02") == []
    page = admin.get(f"/admin/customers?status=paid&offer={other.id}").text
    assert {"Order status: Paid", "Offer: Letters"} == set(chips_of(page))
    assert "sort=orders" not in page, "sorted by time only, as only some orders count"


def test_emails_of_one_offer_and_offers_of_some_days(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    other = make_offer(offer.merchant, title="Letters")
    for number, sold in enumerate((offer, other)):
        order = buy(app, sold, f"Marko{number}")
        for state in ("sent", "failed"):
            about, subject = f"{number}{state}", f"{sold.title} {state}"
            Email.create(kind="receipt", about=about, order=order, language="en", subject=subject, state=state)

    def shown(query: str) -> list[str]:
        return re.findall(r"<bdi>((?:Evening|Letters) (?:sent|failed))</bdi>", admin.get(f"/admin/emails?{query}").text)

    evening, letters = ["Evening failed", "Evening sent"], ["Letters failed", "Letters sent"]
    assert shown(f"offer={other.id}&kind=receipt") == letters and shown(f"offer={offer.id}&mode=test") == evening
    assert shown(f"offer={offer.id}&state=sent&sort=oldest") == evening[1:] == shown("offer_title=even&state=sent")
    assert shown(f"offer={offer.id}&sort=status&mode=test&kind=receipt") == evening[::-1]
    assert (
        shown(f"offer={offer.id}&mode=live") == [] and shown(f"offer={other.id}&q=letters&state=failed") == letters[:1]
    )
    Offer.update(created_at=datetime(2026, 1, 5, tzinfo=UTC)).where(Offer.id == other.id).execute()
    for query in ("", "&sort=amount", "&status=published", "&mode=test", "&q=etter"):
        page = admin.get(f"/admin/offers?from=2026-01-05&to=2026-01-05{query}").text
        assert re.findall(r"<bdi>(Evening|Letters)</bdi></a>", page) == ["Letters"], query
        assert {"From: Jan 5, 2026", "Until: Jan 5, 2026"} <= set(chips_of(page))
