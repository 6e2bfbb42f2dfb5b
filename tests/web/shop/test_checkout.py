"""The checkout request behind Pay: same-origin rule, validation, and the JSON for the page's script."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import merchants, settings
from storefront.models import Merchant, Offer, Order, Payment
from storefront.runtime import system_time
from stripe_simulator import accounts
from tests.cards import DECLINED, GOOD
from tests.cast import MARKOS_FORM
from tests.factories import connect_merchant, make_offer
from tests.web_client import browser


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, max_quantity=5)


def press(client: FlaskClient, offer: Offer, lang: str = "en", **changes: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/checkout?lang={lang}", data=MARKOS_FORM | changes)


def test_the_response_contains_a_client_secret_and_nothing_else(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, quantity="2")
    assert answer.status_code == 200 and answer.cache_control.no_store
    assert set(answer.json) == {"client_secret", "intent", "order"} and answer.json["intent"] == "payment"
    assert "_secret_" in answer.json["client_secret"] and "Set-Cookie" not in answer.headers
    order = Order.get(Order.token == answer.json["order"])
    assert (order.amount, order.currency, order.quantity, order.status) == (3998, "EUR", 2, "pending")
    assert (order.email, order.name, order.language) == ("marko@example.com", "Marko", "en")


def test_the_same_visit_gets_the_same_order(client: FlaskClient, offer: Offer) -> None:
    first, second = press(client, offer), press(client, offer)
    assert first.json == second.json
    assert Order.select().count() == Payment.select().count() == 1


def test_a_request_without_a_visit_key_is_a_new_visit(client: FlaskClient, offer: Offer) -> None:
    first, second = press(client, offer, visit=""), press(client, offer, visit="")
    assert first.json["order"] != second.json["order"]


def test_amount_and_currency_come_from_the_offer(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, amount="1", price="0.01", currency="JPY", unit_amount="1", merchant="2")
    order = Order.get(Order.token == answer.json["order"])
    assert (order.amount, order.currency) == (1999, "EUR")


def test_a_paid_order_gets_no_client_secret(client: FlaskClient, offer: Offer, simulator) -> None:
    secret = press(client, offer).json["client_secret"]
    simulator.confirm(offer.merchant.publishable_key, secret, GOOD)
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
def test_cross_site_requests_are_refused(app: Flask, offer: Offer, headers: dict, status: int) -> None:
    answer = app.test_client().post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM, headers=headers)
    assert answer.status_code == status and answer.is_json
    assert status == 200 or "wasn’t started from the shop’s own page" in answer.json["error"]
    assert Order.select().count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "", "Enter your email address"),
        ("email", "marko", "Enter an email address like name@example.com"),
        ("email", "marko@example.com, kenji@example.com", "Enter an email address like name@example.com"),
        ("email", f"{'m' * 300}@example.com", "Enter a shorter email address"),
        ("name", " \t ", "Enter your name"),
        ("name", "M" * 201, "Enter a name of up to 200 characters"),
        ("quantity", "0", "Enter a whole number from 1 to 5"),
        ("quantity", "6", "Enter a whole number from 1 to 5"),
        ("quantity", "1.5", "Enter a whole number from 1 to 5"),
        ("quantity", "-1", "Enter a whole number from 1 to 5"),
        ("quantity", "1e1", "Enter a whole number from 1 to 5"),
        ("quantity", "٣", "Enter a whole number from 1 to 5"),
        ("quantity", "9" * 5000, "Enter a whole number from 1 to 5"),
        ("visit", "v" * 129, "This page is out of date. Reload it and try again."),
        ("visit", "a\x00b", "This page is out of date. Reload it and try again."),
        ("seen", "19.99", "This page is out of date. Reload it and try again."),
        ("seen", "EUR " + "9" * 40, "This page is out of date. Reload it and try again."),
    ],
)
def test_an_invalid_value_shows_an_error_at_its_field(
    client: FlaskClient, offer: Offer, field: str, typed: str, words: str
) -> None:
    answer = press(client, offer, **{field: typed})
    assert answer.status_code == 422 and answer.cache_control.no_store
    assert answer.json == {"errors": {field: [words]}}
    assert Order.select().count() == 0


def test_all_errors_are_returned_together(client: FlaskClient, offer: Offer) -> None:
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data={})
    assert set(answer.json["errors"]) == {"email", "name"}


def test_an_offer_with_a_maximum_quantity_of_one_is_sold_once(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    assert press(client, offer, quantity="1").status_code == 200
    assert press(client, offer, quantity="2").json == {"errors": {"quantity": ["You can buy one at a time"]}}


def test_typed_values_are_trimmed(client: FlaskClient, offer: Offer) -> None:
    answer = press(client, offer, email="  marko@EXAMPLE.com ", name=" Марко\x00\n  Петренко ")
    order = Order.get(Order.token == answer.json["order"])
    assert (order.email, order.name) == ("marko@example.com", "Марко Петренко")


@pytest.mark.parametrize(("kind", "words"), [("error_before", "is unavailable"), ("drop_before", "is unavailable")])
def test_when_stripe_fails_a_message_is_shown_and_the_next_press_works(
    client: FlaskClient, offer: Offer, simulator, kind: str, words: str
) -> None:
    simulator.add_fault("/v1/payment_intents", kind, times=5)
    answer = press(client, offer)
    assert answer.status_code == 503 and set(answer.json) == {"error"} and words in answer.json["error"]
    simulator.clear_faults()
    assert press(client, offer).status_code == 200
    assert Order.select().count() == 1


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_an_unpublished_offer_cannot_be_bought(client: FlaskClient, status: str) -> None:
    answer = press(client, make_offer(connect_merchant(), status=status))
    assert answer.status_code == 404
    assert answer.json == {"error": "This offer is no longer available. You haven’t been charged."}


def test_an_unknown_offer_gets_a_json_error(client: FlaskClient, app: Flask) -> None:
    answer = client.post("/o/nothing-here/checkout?lang=en", data=MARKOS_FORM)
    assert answer.status_code == 404 and "error" in answer.json


@pytest.mark.parametrize("change", [{"charges_enabled": False}, {"disconnected_at": system_time()}])
def test_a_merchant_that_cannot_charge_shows_an_error(client: FlaskClient, offer: Offer, change: dict) -> None:
    Merchant.update(change).execute()
    answer = press(client, offer)
    assert answer.status_code == 503 and "seller can’t accept payments right now" in answer.json["error"]


def test_a_changed_price_is_shown_and_must_be_confirmed(client: FlaskClient, offer: Offer) -> None:
    Offer.update(amount=2499).execute()
    answer = press(client, offer, quantity="2", seen="EUR 3998")
    assert answer.status_code == 422 and Order.select().count() == 0
    words = "The price is now €49.98. You haven’t been charged. Press the button again to accept it."
    assert answer.json["errors"] == {"price": [words]}
    assert answer.json["price"] == "€24.99"
    terms = {"unit": "2499", "currency": "EUR", "decimals": "2", "shownDecimals": "2"}
    assert answer.json["terms"] == terms
    assert press(client, offer, quantity="2", seen="EUR 4998").status_code == 200
    assert Order.get().amount == 4998


def test_a_changed_currency_must_be_confirmed(client: FlaskClient, offer: Offer) -> None:
    Offer.update(amount=1999, currency="JPY").execute()
    answer = press(client, offer, seen="EUR 1999")
    assert answer.status_code == 422 and answer.json["price"] == "¥1,999"
    assert answer.json["terms"] == {"unit": "1999", "currency": "JPY", "decimals": "0", "shownDecimals": "0"}


def test_a_changed_price_keeps_the_same_order(client: FlaskClient, offer: Offer) -> None:
    first = press(client, offer, seen="EUR 1999")
    Offer.update(amount=2499).execute()
    assert press(client, offer, seen="EUR 1999").status_code == 422
    second = press(client, offer, seen="EUR 2499")
    assert second.json["order"] == first.json["order"] and second.json["client_secret"] != first.json["client_secret"]


@pytest.mark.parametrize("change", ["dearer", "archived", "disconnected"])
def test_a_buyer_who_has_paid_is_told_so_even_if_the_offer_changed(
    client: FlaskClient, offer: Offer, simulator, change: str
) -> None:
    started = press(client, offer).json
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], GOOD)
    client.get(f"/orders/{started['order']}")
    if change == "disconnected":
        merchants.disconnect(Merchant.get())
    else:
        Offer.update({"amount": 9900} if change == "dearer" else {"status": "archived"}).execute()
    answer = press(client, offer, seen="EUR 1999")
    assert answer.status_code == 200 and answer.json["next"] == f"/orders/{started['order']}"


def test_stripe_is_asked_before_the_page_says_that_nothing_was_charged(
    client: FlaskClient, offer: Offer, simulator
) -> None:
    started = press(client, offer).json
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], GOOD)
    Offer.update(status="archived").execute()
    assert press(client, offer).json["next"] == f"/orders/{started['order']}"
    assert Order.get().status == "paid"


def test_too_many_declines_require_a_proof_of_work(client: FlaskClient, offer: Offer, simulator) -> None:
    settings.save({"declines_per_address_hour": 1})
    started = press(client, offer).json
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], DECLINED)
    client.get(f"/orders/{started['order']}")
    answer = press(client, offer, visit="another-visit")
    assert answer.status_code == 429 and set(answer.json) == {"error", "retry_after", "challenge"}
    assert answer.json["error"].startswith("Too many declined cards") and answer.json["retry_after"] == 3600
    assert Order.select().count() == 1


def test_a_total_above_stripes_maximum_shows_an_error(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), "999999.99", max_quantity=9)
    answer = press(client, offer, quantity="9")
    assert answer.status_code == 503 and "Lower the quantity" in answer.json["error"]


@pytest.mark.parametrize(
    ("account", "price", "currency", "charged"),
    [
        (accounts.OLENA, "19.99", "EUR", 1999),
        (accounts.KENJI, "1999", "JPY", 1999),
        (accounts.OLENA, "1.250", "KWD", 1250),
        (accounts.OLENA, "1990", "HUF", 199000),
    ],
)
def test_the_payment_intent_has_exactly_the_price(
    client: FlaskClient, simulator, account, price: str, currency: str, charged: int
) -> None:
    assert press(client, make_offer(connect_merchant(account), price, currency)).status_code == 200
    created = simulator.logged_requests("/v1/payment_intents", "POST")
    assert len(created) == 1
    assert created[0]["params"]["amount"] in (charged, str(charged))
    assert "receipt_email" not in created[0]["params"]


def test_no_response_contains_a_secret_key(app: Flask, client: FlaskClient, offer: Offer) -> None:
    pages = [client.get(f"/o/{offer.slug}").text, press(client, offer).text, press(browser(app), offer, visit="b").text]
    assert not any(mark in page for page in pages for mark in ("sk_test_", "sk_live_", "rk_test_", "whsec_"))
