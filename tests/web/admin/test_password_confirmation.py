"""Refunds, keys, disconnecting and exports ask for the password again when it was typed more than 15 minutes ago."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import AdminSession, Invoice, KeptForm, Merchant, Offer, Order, Refund, Subscription, now
from storefront.models.shop import sign_in_attempt
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, STRIPE, connect, error_at, post, status_of
from tests.web_client import browser, csrf_token

PAGE = "Confirm your password"
CONFIRMATION = "/admin/password/confirmation"


@pytest.fixture
def order(offer: Offer, simulator: Simulator) -> Order:
    return buy(offer, simulator)


def type_password_long_ago(**ago: float) -> None:
    """All sessions typed their password so long ago, by default 16 minutes."""
    AdminSession.update(proved_at=now() - timedelta(**(ago or {"minutes": 16}))).execute()


def kept_form(html: str) -> dict[str, str]:
    """The hidden fields of the page that asks for the password."""
    found = re.search(r'name="kept_form" value="([^"]*)"', html)
    assert found, html
    return {"kept_form": found[1], "csrf_token": csrf_token(html)}


def confirm(client: FlaskClient, asked: TestResponse, password: str = PASSWORD) -> TestResponse:
    """Type the password into the page that stands in for the answer to a form."""
    assert asked.status_code in (403, 422, 429) and PAGE in asked.text
    action = re.search(r'<form method="post" action="([^"]*)" class="card narrow"', asked.text)
    assert action
    return client.post(action[1], data={**kept_form(asked.text), "password": password})


def refund(client: FlaskClient, order: Order, amount: str = "7.50", **headers: str) -> TestResponse:
    form = client.get(f"/admin/orders/{order.token}/refunds/new").text
    key = re.search(r'name="key"[^>]* value="([^"]*)"', form)
    assert key
    fields = {"amount": amount, "reason": "duplicate", "key": key[1], "csrf_token": csrf_token(form)}
    return client.post(f"/admin/orders/{order.token}/refunds", data=fields, headers=headers)


def test_within_fifteen_minutes_of_the_sign_in_nothing_is_asked(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago(minutes=14, seconds=50)
    assert refund(admin, order).status_code == 303
    assert admin.get("/admin/orders.csv").status_code == 200
    assert post(admin, f"{STRIPE}/{Merchant.get().public_id}/disconnection").status_code == 303


def test_a_refund_goes_on_after_the_password(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    asked = refund(admin, order)
    assert not Refund.select().exists()
    done = confirm(admin, asked)
    assert (done.status_code, done.location) == (303, f"/admin/orders/{order.token}")
    assert (Refund.get().amount, Refund.get().reason) == (750, "duplicate")
    assert not KeptForm.select().exists()
    assert refund(admin, order, "1.00").status_code == 303, "not asked again"


def test_the_answer_after_the_password_is_that_of_the_form_with_its_errors(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    refused = confirm(admin, refund(admin, order, "much"))
    assert refused.status_code == 422 and 'value="much"' in refused.text
    assert error_at(refused.text, "amount")


def test_a_wrong_password_asks_again_and_ten_end_the_session(admin: FlaskClient, app: Flask, order: Order) -> None:
    type_password_long_ago()
    answer = refund(admin, order)
    answer = confirm(admin, answer, "")
    assert error_at(answer.text, "password") == "Enter your password."
    for _guess in range(sign_in_attempt.PER_ACCOUNT):
        answer = confirm(admin, answer, "wrong")
        assert answer.status_code == 422
        assert error_at(answer.text, "password") == "This isn’t your current password."
    locked = confirm(admin, answer)
    assert (locked.status_code, locked.location) == (303, "/admin/login")
    assert admin.get("/admin").status_code == 302 and not AdminSession.select().exists()
    assert not Refund.select().exists()
    form = {"email": OWNER_EMAIL, "password": PASSWORD}
    other = browser(app)
    token = csrf_token(other.get("/admin/login").text)
    assert other.post("/admin/login", data={**form, "csrf_token": token}).status_code == 303, "no sign-in is locked"


def test_guesses_here_and_on_the_password_page_are_counted_together(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    asked = refund(admin, order)
    for _guess in range(5):
        confirm(admin, asked, "wrong")
        assert post(admin, "/admin/password", present="wrong", new="another long one", again="another long one")
    assert confirm(admin, asked).location == "/admin/login"


def test_new_keys_go_on_after_the_password_and_are_never_stored_readably(
    admin: FlaskClient, simulator: Simulator
) -> None:
    type_password_long_ago()
    asked = connect(admin)
    secret = accounts.secret_key(accounts.OLENA)
    row = KeptForm.get()
    assert secret not in asked.text and secret not in str(row.__data__)
    assert confirm(admin, asked).status_code == 303
    merchant = Merchant.get()
    assert (merchant.name, merchant.secret_key) == ("Olena's studio", secret)
    type_password_long_ago()
    changed = post(admin, f"{STRIPE}/{merchant.public_id}", name="Renamed", publishable_key=merchant.publishable_key)
    assert confirm(admin, changed).status_code == 303
    assert Merchant.get().name == "Renamed"


def test_disconnecting_and_a_signing_secret_ask_too(admin: FlaskClient, merchant: Merchant) -> None:
    type_password_long_ago()
    address = f"{STRIPE}/{merchant.public_id}"
    secret = "whsec_" + "a" * 32
    assert confirm(admin, post(admin, f"{address}/webhook/by-hand", secret=secret)).status_code == 303
    assert Merchant.get().webhook_secret == secret
    type_password_long_ago()
    assert confirm(admin, post(admin, f"{address}/disconnection")).status_code == 303
    assert not Merchant.connected()


def test_a_refund_of_a_subscriptions_invoice_asks_too(admin: FlaskClient, subscription: Subscription) -> None:
    form = admin.get(f"/admin/invoices/{Invoice.get().public_id}/refunds/new").text
    key = re.search(r'name="key"[^>]* value="([^"]*)"', form)
    assert key
    type_password_long_ago()
    fields = {"amount": "1.00", "reason": "duplicate", "key": key[1]}
    asked = post(admin, f"/admin/invoices/{Invoice.get().public_id}/refunds", **fields)
    assert confirm(admin, asked).status_code == 303
    assert Refund.get().amount == 100


def test_an_export_begins_after_the_password(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    asked = admin.get("/admin/orders.csv?q=marko")
    there = f"{CONFIRMATION}?{urlencode({'next': '/admin/orders.csv?q=marko'}, safe='/?')}"
    assert asked.status_code == 302 and asked.location == there
    page = admin.get(there)
    assert PAGE in page.text
    form = {"csrf_token": csrf_token(page.text)}
    refused = admin.post(there, data={**form, "password": "wrong"})
    assert refused.status_code == 422 and error_at(refused.text, "password")
    confirmed = admin.post(there, data={**form, "password": PASSWORD})
    assert '<meta http-equiv="refresh" content="0; url=/admin/orders.csv?q=marko">' in confirmed.text
    assert admin.get("/admin/orders.csv?q=marko").headers["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize("target", ["https://evil.example.com/", "//evil.example.com", "/o/evening", "javascript:1"])
def test_the_page_goes_on_to_addresses_of_the_admin_only(admin: FlaskClient, target: str) -> None:
    type_password_long_ago()
    there = f"{CONFIRMATION}?{urlencode({'next': target})}"
    form = {"csrf_token": csrf_token(admin.get(there).text), "password": PASSWORD}
    assert 'content="0; url=/admin"' in admin.post(there, data=form).text


def test_htmx_asks_above_the_page_which_stays(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    asked = refund(admin, order, **HTMX)
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (403, "#page-alert")
    assert "Confirm your password" in asked.text and "<html" not in asked.text
    token = csrf_token(asked.text)
    wrong = admin.post(CONFIRMATION, data={"csrf_token": token, "password": "wrong"}, headers=HTMX)
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#page-alert")
    assert "This isn’t your current password." in wrong.text
    right = admin.post(CONFIRMATION, data={"csrf_token": token, "password": PASSWORD}, headers=HTMX)
    assert right.status_code == 200 and "Password confirmed." in right.text
    assert refund(admin, order, **HTMX).status_code == 200
    assert not KeptForm.select().exists()


def test_the_kept_form_is_for_its_admin_its_address_and_one_hour(admin: FlaskClient, order: Order) -> None:
    type_password_long_ago()
    fields = kept_form(refund(admin, order).text)
    elsewhere = f"{STRIPE}/{order.merchant.public_id}/disconnection"
    answer = admin.post(elsewhere, data={**fields, "password": PASSWORD})
    assert answer.status_code == 303 and Merchant.get().is_connected, "another address: nothing is done"
    type_password_long_ago()
    KeptForm.update(created_at=now() - timedelta(minutes=61)).execute()
    late = admin.post(f"/admin/orders/{order.token}/refunds", data={**fields, "password": PASSWORD})
    assert late.location == f"/admin/orders/{order.token}/refunds/new"
    assert "Nothing has been done yet" in status_of(admin.get(late.location).text)
    assert not Refund.select().exists()
    tasks.delete_old_rows()
    assert not KeptForm.select().exists()


def test_a_password_confirmed_in_another_browser_proves_nothing_here(
    admin: FlaskClient, app: Flask, order: Order
) -> None:
    type_password_long_ago()
    other = browser(app)
    token = csrf_token(other.get("/admin/login").text)
    assert other.post("/admin/login", data={"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": token})
    assert other.get("/admin/orders.csv").status_code == 200
    assert refund(admin, order).status_code == 403


def test_a_time_far_in_the_future_is_no_recent_password(admin: FlaskClient) -> None:
    type_password_long_ago(days=-365)
    assert admin.get("/admin/orders.csv").status_code == 302
