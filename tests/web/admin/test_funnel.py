"""How many people saw an offer, how far they came, and why they did not pay."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Offer, OfferView, Order, Payment, now
from tests.cards import ASKS, DECLINED, GOOD
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.money.counter_checks import counter_differences
from tests.purchase_steps import confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin.test_orders import buy
from tests.web.admin_pages import post, text_of
from tests.web.query_count import recorded_statements
from tests.web_client import browser

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PROGRAM = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(name="Studio"), title="Evening")


def funnel(admin: FlaskClient, offer: Offer, query: str = "") -> dict[str, int]:
    """The numbers of the page, and those of the reasons."""
    answer = admin.get(f"/admin/offers/{offer.id}/funnel{query}")
    assert answer.status_code == 200
    stages = re.findall(r'data-stage="(\w+)" data-number="(\d+)"', answer.text)
    reasons = re.findall(r'<li data-reason="(\w+)">[^<]*: (\d+)</li>', answer.text)
    return {name: int(number) for name, number in [*stages, *reasons]}


def test_the_funnel_shows_how_far_customers_came_and_why_not(
    app: Flask, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    client = browser(app)
    for _ in range(5):
        assert client.get(f"/o/{offer.slug}", headers=BROWSER).status_code == 200
    buy(app, offer, "Marko")
    for name, card in (("Olha", DECLINED), ("Taras", GOOD)):
        order = buy(app, offer, name, simulator, card)
        post(admin, f"/admin/orders/{order.token}/refresh")
    assert funnel(admin, offer) == {
        "seen": 5,
        "started": 3,
        "tried": 2,
        "challenged": 0,
        "paid": 1,
        "generic_decline": 1,
    }
    page = admin.get(f"/admin/offers/{offer.id}/funnel").text
    assert '<data data-figure="funnel-tried" data-mode="test" value="2">2</data>' in page
    words = text_of(page)
    assert "Why not paid No card tried: 1" in words and "without cookies" in words
    assert counter_differences() == []
    Payment.update(challenged=True, error_code="", decline_code="").where(Payment.order == order).execute()
    Payment.update(status="requires_action", challenged=True).where(Payment.attempt == "").execute()
    assert counter_differences() == []
    assert funnel(admin, offer, "?month=2020-01") == {}
    assert (
        "No page views and no orders in this month." in admin.get(f"/admin/offers/{offer.id}/funnel?month=2020-01").text
    )
    # In a time zone in which the month may be another one, the orders move there together.
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        settings.set_time_zone(zone)
        assert counter_differences() == []


def test_an_order_that_is_changed_after_a_decline_and_paid_with_3d_secure_counts_once(
    app: Flask, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(offer, MARKO)
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    Offer.update(amount=2500).where(Offer.id == offer.id).execute()
    changed = start_checkout(offer, MARKO)
    assert (changed.order.id, changed.order.amount, Payment.select().count()) == (started.order.id, 2500, 2)
    confirm(simulator, changed, ASKS)
    refresh(changed.order)
    assert changed.client_secret
    simulator.answer_challenge(changed.client_secret, "authorize")
    assert refresh(changed.order).status == "paid"
    assert funnel(admin, offer) == {"seen": 0, "started": 1, "tried": 1, "challenged": 1, "paid": 1}
    assert counter_differences() == []


@pytest.mark.parametrize(("card", "reason"), [(DECLINED, "generic_decline"), (ASKS, "left")])
def test_an_order_that_is_changed_after_a_try_and_left_says_why_it_was_not_paid(
    app: Flask, admin: FlaskClient, offer: Offer, simulator: Simulator, card: str, reason: str
) -> None:
    confirm(simulator, start_checkout(offer, MARKO), card)
    refresh(Order.get())
    for amount in (2500, 2600):
        Offer.update(amount=amount).where(Offer.id == offer.id).execute()
        assert start_checkout(offer, MARKO).order.amount == amount
    found = funnel(admin, offer)
    assert Payment.select().count() == 3 and (found["started"], found["tried"], found["paid"]) == (1, 1, 0)
    assert found[reason] == 1 and "No card tried" not in admin.get(f"/admin/offers/{offer.id}/funnel").text
    assert counter_differences() == []


def test_views_are_counted_without_cookies_and_without_sql_on_the_cached_page(
    app: Flask, admin: FlaskClient, offer: Offer
) -> None:
    client = browser(app)
    address = f"/o/{offer.slug}"
    etag = client.get(address, headers=BROWSER).headers["ETag"]
    with recorded_statements() as asked:
        for headers in (
            BROWSER,
            {**BROWSER, "If-None-Match": etag},
            PROGRAM,
            {},
            {**BROWSER, "Sec-Purpose": "prefetch"},
        ):
            answer = client.get(address, headers=headers)
            assert answer.status_code in (200, 304) and "Set-Cookie" not in answer.headers
        client.head(address, headers=BROWSER)
    assert len(asked) == 6, "one for each request"
    assert OfferView.select().count() == 0
    assert funnel(admin, offer)["seen"] == 3
    # A few requests later they are written without anybody who looks.
    for _ in range(501):
        client.get(address, headers=BROWSER)
    seen = [(one.offer_id, one.day, one.mode, one.seen) for one in OfferView.select()]
    assert seen == [(offer.id, now().date().isoformat(), "test", 503)]


def test_views_of_test_and_live_mode_are_never_added(app: Flask, admin: FlaskClient, offer: Offer) -> None:
    client = browser(app)
    client.get(f"/o/{offer.slug}", headers=BROWSER)
    assert funnel(admin, offer)["seen"] == 1
    Offer.update(merchant=connect_merchant(mode="live", name="Shop")).where(Offer.id == offer.id).execute()
    for _ in range(2):
        client.get(f"/o/{offer.slug}", headers=BROWSER)
    page = admin.get(f"/admin/offers/{offer.id}/funnel").text
    assert re.findall(r'data-stage="seen" data-number="(\d+)"', page) == ["2", "1"]
    assert Order.select().count() == 0
