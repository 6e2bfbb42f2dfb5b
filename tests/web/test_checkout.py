"""The press on Pay: who may ask, what is refused in words, what the page's script is answered."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant, Offer, Order, Payment
from stripe_simulator import accounts
from tests.conftest import browser
from tests.factories import connect_merchant, make_offer

MARKO = {"email": "marko@example.com", "name": "Marko", "visit": "a-visit-of-marko"}


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(), max_quantity=5)


def press(client: FlaskClient, offer: Offer, lang: str = "en", **changes: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/checkout?lang={lang}", data=MARKO | changes)


def test_a_press_answers_with_a_client_secret_and_nothing_else(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, quantity="2")
    assert answer.status_code == 200 and answer.cache_control.no_store
    assert set(answer.json) == {"client_secret", "intent", "order"} and answer.json["intent"] == "payment"
    assert "_secret_" in answer.json["client_secret"] and "Set-Cookie" not in answer.headers
    order = Order.get(Order.token == answer.json["order"])
    assert (order.amount, order.currency, order.quantity, order.status) == (3998, "EUR", 2, "pending")
    assert (order.email, order.name, order.language) == ("marko@example.com", "Marko", "en")


def test_the_same_visit_meets_the_same_order(client: FlaskClient, offer: Offer) -> None:
    first, second = press(client, offer), press(client, offer)
    assert first.json == second.json
    assert Order.select().count() == Payment.select().count() == 1


def test_a_request_without_a_visit_key_is_a_visit_of_its_own(client: FlaskClient, offer: Offer) -> None:
    first, second = press(client, offer, visit=""), press(client, offer, visit="")
    assert first.json["order"] != second.json["order"]


def test_amount_and_currency_are_the_offers_whatever_is_sent(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, amount="1", price="0.01", currency="JPY", unit_amount="1", merchant="2")
    order = Order.get(Order.token == answer.json["order"])
    assert (order.amount, order.currency) == (1999, "EUR")


def test_nothing_is_left_to_pay_for_a_paid_order(client: FlaskClient, offer: Offer, simulator) -> None:
    secret = press(client, offer).json["client_secret"]
    simulator.confirm(offer.merchant.publishable_key, secret, "4242424242424242")
    again = press(client, offer)
    assert again.status_code == 200 and set(again.json) == {"next", "order"}
    assert again.json["next"] == f"/orders/{again.json['order']}"
    assert Order.get().status == "paid"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://shop.example.com"}, 200),
        ({"Origin": "https://shop.example.com"}, 403),
        ({"Origin": "http://other.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_the_shops_own_pages_may_ask(app: Flask, offer: Offer, headers: dict, status: int) -> None:
    answer = app.test_client().post(f"/o/{offer.slug}/checkout?lang=en", data=MARKO, headers=headers)
    assert answer.status_code == status and answer.is_json
    assert status == 200 or "shop’s own page" in answer.json["error"]
    assert Order.select().count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "", "Please type your email address."),
        ("email", "marko", "This doesn’t look like an email address. Please check it."),
        ("email", "marko@example.com, kenji@example.com", "This doesn’t look like an email address. Please check it."),
        ("email", f"{'m' * 300}@example.com", "This is too long for an email address."),
        ("name", " \t ", "Please type your name."),
        ("name", "M" * 201, "This name is too long: 200 letters at most."),
        ("quantity", "0", "Please type a whole number from 1 to 5."),
        ("quantity", "6", "Please type a whole number from 1 to 5."),
        ("quantity", "1.5", "Please type a whole number from 1 to 5."),
        ("quantity", "-1", "Please type a whole number from 1 to 5."),
        ("quantity", "1e1", "Please type a whole number from 1 to 5."),
        ("quantity", "٣", "Please type a whole number from 1 to 5."),
        ("quantity", "9" * 5000, "Please type a whole number from 1 to 5."),
        ("visit", "v" * 129, "This page is out of date. Reload it and try again."),
        ("visit", "a\x00b", "This page is out of date. Reload it and try again."),
        ("shown", "EUR 999", "The price has changed since this page was opened. Reload it to see the new price."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words_at_its_field(
    client: FlaskClient, offer: Offer, field: str, typed: str, words: str
) -> None:
    answer = press(client, offer, **{field: typed})
    assert answer.status_code == 422 and answer.cache_control.no_store
    assert answer.json == {"errors": {field: [words]}}
    assert Order.select().count() == 0


def test_all_mistakes_are_told_at_once(client: FlaskClient, offer: Offer) -> None:
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data={})
    assert set(answer.json["errors"]) == {"email", "name"}


def test_an_offer_sold_singly_is_sold_singly(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    assert press(client, offer, quantity="1").status_code == 200
    assert press(client, offer, quantity="2").json == {
        "errors": {"quantity": ["Only one piece can be bought at a time."]}
    }


def test_what_is_typed_is_kept_tidy(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, email="  marko@EXAMPLE.com ", name=" Марко\x00\n  Петренко ")
    order = Order.get(Order.token == answer.json["order"])
    assert (order.email, order.name) == ("marko@example.com", "Марко Петренко")


@pytest.mark.parametrize(("kind", "words"), [("error_before", "could not be reached"), ("drop_before", "could not be")])
def test_stripe_out_of_order_is_said_and_the_next_press_goes_on(
    client: FlaskClient, offer: Offer, simulator, kind: str, words: str
) -> None:
    simulator.fault("/v1/payment_intents", kind, times=5)
    answer = press(client, offer)
    assert answer.status_code == 503 and set(answer.json) == {"error"} and words in answer.json["error"]
    simulator.no_faults()
    assert press(client, offer).status_code == 200
    assert Order.select().count() == 1


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_for_sale_is_not_sold(client: FlaskClient, status: str) -> None:
    answer = press(client, make_offer(connect_merchant(), status=status))
    assert answer.status_code == 404 and answer.json == {"error": "This offer is no longer for sale."}


def test_an_unknown_offer_is_answered_in_json_too(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/o/nothing-here/checkout?lang=en", data=MARKO)
    assert answer.status_code == 404 and "error" in answer.json


def test_an_offer_that_cannot_be_paid_now_says_so(client: FlaskClient, offer: Offer) -> None:
    Merchant.update(charges_enabled=False).execute()
    answer = press(client, offer)
    assert answer.status_code == 503 and "can’t be paid at the moment" in answer.json["error"]


def test_more_than_stripe_takes_at_once_is_said(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), "999999.99", max_quantity=9)
    answer = press(client, offer, quantity="9")
    assert answer.status_code == 503 and "fewer pieces" in answer.json["error"]


@pytest.mark.parametrize(
    ("account", "price", "currency", "charged"),
    [
        (accounts.OLENA, "19.99", "EUR", 1999),
        (accounts.KENJI, "1999", "JPY", 1999),
        (accounts.OLENA, "1.250", "KWD", 1250),
        (accounts.OLENA, "1990", "HUF", 199000),
    ],
)
def test_stripe_is_asked_for_exactly_the_price(
    client: FlaskClient, simulator, account, price: str, currency: str, charged: int
) -> None:
    assert press(client, make_offer(connect_merchant(account), price, currency)).status_code == 200
    created = simulator.asked("/v1/payment_intents", "POST")
    assert len(created) == 1
    assert created[0]["params"]["amount"] in (charged, str(charged))
    assert "receipt_email" not in created[0]["params"]


def test_no_secret_key_is_ever_answered(app: Flask, client: FlaskClient, offer: Offer) -> None:
    pages = [client.get(f"/o/{offer.slug}").text, press(client, offer).text, press(browser(app), offer, visit="b").text]
    assert not any(mark in page for page in pages for mark in ("sk_test_", "sk_live_", "rk_test_", "whsec_"))
