"""Where a customer came from: kept with the order without cookies, shown and exported as text, never believed."""

import csv
import io

from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Merchant, Order
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.web.admin_pages import text_of

CAMPAIGN = {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "spring <b>sale</b>"}


def press(client: FlaskClient, merchant: Merchant, **sent: str) -> Order:
    answer = client.post(f"/o/{make_offer(merchant).slug}/checkout", data=MARKOS_FORM | sent)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers, answer.text
    return Order.get(Order.token == answer.json["order"])


def test_the_campaign_and_the_referring_page_are_on_the_orders_page_and_in_the_export(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant
) -> None:
    sent = {"referrer": "https://Blog.example.org/ceramics/", **CAMPAIGN}
    order = press(client, merchant, **sent)
    page = admin.get(f"/admin/orders/{order.token}").text
    words = text_of(page)
    assert "Traffic source" in words and "Campaign source newsletter" in words and "<b>sale" not in page
    assert "https://blog.example.org/ceramics/" in words and 'href="https://blog' not in page
    (row,) = csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.removeprefix("\ufeff")))
    assert row["referrer"] == "https://blog.example.org/ceramics/"
    assert (row["utm_source"], row["utm_medium"], row["utm_term"]) == ("newsletter", "email", "")


def test_an_order_without_any_of_it_says_nothing_about_it(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant
) -> None:
    order = press(client, merchant, referrer="", utm_source="  ")
    assert "Traffic source" not in admin.get(f"/admin/orders/{order.token}").text


def test_what_is_not_valid_is_left_out_and_refuses_nobody(client: FlaskClient, app: Flask, merchant: Merchant) -> None:
    order = press(
        client,
        merchant,
        referrer="javascript:alert(1)",
        utm_source="a" * 5000,
        utm_medium="\x00\u202eb  c",
        utm_evil="x",
    )
    assert order.arrival == {"utm_source": "a" * 150, "utm_medium": "b c"}


def test_a_referring_page_loses_what_it_says_of_a_person_and_our_own_pages_are_none(
    client: FlaskClient, merchant: Merchant
) -> None:
    order = press(client, merchant, referrer="https://user:pass@mail.example.org:443/inbox?id=7#top")
    assert order.arrival == {"referrer": "https://mail.example.org/inbox"}
    own = press(client, merchant, referrer="http://shop.example.com/", visit="another-visit-of-marko")
    assert own.arrival == {}


def test_a_second_press_of_the_visit_keeps_what_the_first_one_sent(client: FlaskClient, merchant: Merchant) -> None:
    slug = make_offer(merchant).slug
    for sent in (CAMPAIGN, {}):
        client.post(f"/o/{slug}/checkout", data=MARKOS_FORM | sent)
    assert Order.get().arrival == CAMPAIGN
