"""The customer's language, and the file with everything that is stored about them."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, payments
from storefront.models import Email, Merchant, Offer, Order, Subscription
from storefront.worker import tasks
from tests.cards import DECLINED
from tests.cast import LESIA, MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe, subscription_after_refresh
from tests.web.page_text import Page
from tests.web_client import browser


def page_of(email: str) -> str:
    return f"/my/{emails.make_account_token(email)}"


def data_of(client: FlaskClient, email: str = "marko@example.com") -> dict[str, Any]:
    answer = client.post(f"{page_of(email)}/data")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, Any] = json.loads(answer.text)
    return found


def test_the_file_contains_everything_stored_about_the_customer(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(monthly_offer, replace(MARKO, consent="I agree to later charges."))
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    confirm(simulator, started)
    subscription = subscription_after_refresh(started.order)
    invoice = renew(subscription, simulator)
    payments.request_refund(
        subscription.order, 300, "requested_by_customer", "key-of-a-press-0003", renewal=invoice.payment
    )
    emails.send_due()
    client.post("/my", data={"email": "marko@example.com"})
    tasks.send_emails()
    data = data_of(client)
    assert data["email"] == "marko@example.com" and data["shop"] == "shop.example.com"
    (order,) = data["orders"]
    assert (order["number"], order["amount"], order["currency"], order["status"]) == (1001, 1999, "EUR", "paid")
    assert order["consent"] == "I agree to later charges." and order["consented_at"]
    assert order["buyer_address"] == "192.0.2.7" and order["name"] == "Marko"
    assert {payment["kind"] for payment in order["payments"]} == {"first", "renewal"}
    assert order["refunds"][0]["amount"] == 300
    assert order["declined_attempts"][0]["address"] == "192.0.2.7"
    (held,) = order["subscriptions"]
    assert (held["status"], held["card_last4"]) == ("active", "4242") and len(held["invoices"]) == 2
    assert {"receipt", "renewal_receipt", "buyer_link"} <= {letter["kind"] for letter in order["letters"]}
    assert all(letter["created_at"] for letter in order["letters"])
    assert {"created", "paid"} <= {event["kind"] for event in order["events"]}
    assert len(data["letters_asked_for"]) == 1
    assert data["account_links"] and not any(link["ended_at"] for link in data["account_links"])
    assert data["email_changes"] == []


def test_the_file_contains_no_data_of_others_and_no_secrets(
    client: FlaskClient, monthly_offer: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    subscribe(monthly_offer, simulator)
    hers = subscribe(monthly_offer, simulator, buyer=LESIA)
    text = json.dumps(data_of(client))
    for foreign in ("lesia", "192.0.2.8", hers.public_id, hers.order.token, hers.customer_id, hers.subscription_id):
        assert foreign not in text, foreign
    assert not re.search(r"sk_(test|live)|rk_(test|live)|whsec|client_secret|_secret_", text)
    assert merchant.secret_key not in text
    assert MARKO.visit not in text, "a visit key gives access to the order's payment"
    letters = [letter for order in json.loads(text)["orders"] for letter in order["letters"]]
    assert not [letter for letter in letters if letter["kind"].startswith("owner_")]


def test_an_unknown_customer_gets_an_empty_file(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscribe(monthly_offer, simulator)
    assert data_of(client, "wanda@example.com")["orders"] == []


def test_a_cross_site_request_gets_no_file(app: Flask, client: FlaskClient, monthly_offer: Offer, simulator) -> None:
    subscribe(monthly_offer, simulator)
    foreign = browser(app)
    foreign.environ_base["HTTP_SEC_FETCH_SITE"] = "same-site"
    assert foreign.post(f"{page_of('marko@example.com')}/data").status_code == 403
    assert client.get(f"{page_of('marko@example.com')}/data").status_code == 405


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_the_chosen_language_applies_to_pages_and_later_emails(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator, language: str
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    hers = subscribe(monthly_offer, simulator, buyer=LESIA)
    renew(subscription, simulator, "asks")
    answer = client.post(f"{page_of('marko@example.com')}/language", data={"language": language})
    assert answer.status_code == 303
    assert Page(client.get(answer.location).text).language == language
    assert Page(client.get(page_of("marko@example.com")).text).language == language
    assert Order.get_by_id(subscription.order_id).language == language
    emails.send_due()
    waiting = Email.select().where(Email.order == subscription.order, Email.kind == "renewal_reminder")
    assert {letter.language for letter in waiting} == {language}
    assert Order.get_by_id(hers.order_id).language == "en"


def test_an_unsupported_language_is_refused(client: FlaskClient, merchant: Merchant, simulator) -> None:
    order = buy(make_offer(merchant), simulator)
    for wrong in ("de", "", "en' OR 1=1"):
        assert client.post(f"{page_of('marko@example.com')}/language", data={"language": wrong}).status_code == 400
    assert Order.get_by_id(order.id).language == "en"


def test_the_chosen_language_is_marked(client: FlaskClient, monthly_offer: Offer, simulator: Simulator) -> None:
    subscribe(monthly_offer, simulator)
    client.post(f"{page_of('marko@example.com')}/language", data={"language": "uk"})
    page = client.get(f"{page_of('marko@example.com')}?lang=en").text
    assert re.findall(r'value="(\w+)" lang="\w+" aria-pressed="true"', page) == ["uk"]
    assert Subscription.select().count() == 1
