"""The session ends while a form is open: signing in again, here or in another tab, loses nothing that was typed."""

import io
import re
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from wtforms import PasswordField

from storefront.models import Admin, KeptForm, Merchant, Offer, Order, Refund, Role, now
from storefront.web import forms
from storefront.web.support import SECRET_FIELDS
from storefront.worker import tasks
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, STRIPE, alerts_of, status_of
from tests.web_client import OWNER_EMAIL, PASSWORD, browser, csrf_token, stay_signed_in

OTHER_EMAIL = "taras@example.com"
LONG = "A long description, typed for an hour.\n\n* and a list"
TYPED = {
    "title": "Watercolour evening",
    "description": LONG,
    "price": "24.90",
    "currency": "CHF",
    "merchant": "",
    "language": "uk",
    "status": "draft",
    "max_quantity": "3",
}


@pytest.fixture
def owner(app: Flask) -> FlaskClient:
    """The owner's browser, signed in through the form."""
    Admin.set_password(OWNER_EMAIL, PASSWORD, role=Role.OWNER)
    client = browser(app)
    sign_in(client)
    return client


def sign_in(client: FlaskClient, page: str = "/admin/login", email: str = OWNER_EMAIL) -> TestResponse:
    token = csrf_token(client.get(page).text)
    return client.post(page, data={"email": email, "password": PASSWORD, "csrf_token": token})


def end_session(client: FlaskClient) -> None:
    client.delete_cookie("session")


def open_form(client: FlaskClient, page: str, address: str) -> tuple[str, str]:
    """(action, token) of the form on this page that posts to `address`."""
    form = re.search(
        rf'<form[^>]*action="({re.escape(address)}(?:\?[^"]*)?)".*?</form>', client.get(page).text, re.DOTALL
    )
    assert form, f"{page} has no form for {address}"
    return form[1], csrf_token(form[0])


def send_late(client: FlaskClient, page: str, address: str, **fields: object) -> TestResponse:
    """Open a form, lose the session, send the form, sign in where that leads, and return the page after it."""
    action, token = open_form(client, page, address)
    end_session(client)
    lost = client.post(action, data={**fields, "csrf_token": token})
    assert lost.status_code == 302 and lost.location.startswith("/admin/login?next=")
    assert "what you typed is kept" in client.get(lost.location).text
    signed_in = sign_in(client, lost.location)
    assert signed_in.status_code == 303
    return client.get(signed_in.location)


def value_of(html: str, field: str) -> str:
    found = re.search(rf'name="{field}"[^>]* value="([^"]*)"', html)
    assert found, f"there is no field {field}"
    return found[1]


def test_defect_41_a_new_offer_is_shown_again_as_it_was_typed(owner: FlaskClient) -> None:
    page = send_late(owner, "/admin/offers/new", "/admin/offers", **TYPED)
    assert page.status_code == 200
    assert (value_of(page.text, "title"), value_of(page.text, "price")) == (TYPED["title"], "24.90")
    assert LONG in page.text and '<option value="CHF" selected>' in page.text
    assert not re.search(r'name="listed"[^>]*checked', page.text), "an unticked box stays unticked"
    assert "Nothing has been saved yet" in status_of(page.text) and "entered again" not in page.text
    assert not Offer.select().exists()
    action, token = re.search(r'action="(/admin/offers\?[^"]*)"', page.text), csrf_token(page.text)
    assert action
    assert owner.post(action[1], data={**TYPED, "csrf_token": token}).status_code == 303
    assert Offer.get().description == LONG


def test_defect_41_after_signing_in_in_another_tab_the_form_is_simply_saved(app: Flask, owner: FlaskClient) -> None:
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    end_session(owner)
    sign_in(owner)
    assert owner.post(action, data={**TYPED, "csrf_token": token}).status_code == 303
    assert Offer.get().title == TYPED["title"]


def test_defect_41_a_new_password_on_another_device_keeps_the_form(owner: FlaskClient) -> None:
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    Admin.set_password(OWNER_EMAIL, PASSWORD, role=Role.OWNER)
    lost = owner.post(action, data={**TYPED, "csrf_token": token})
    assert lost.status_code == 302
    page = owner.get(sign_in(owner, lost.location).location)
    assert value_of(page.text, "title") == TYPED["title"]


def test_defect_41_a_form_with_errors_keeps_its_page(owner: FlaskClient) -> None:
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    refused = owner.post(action, data={**TYPED, "price": "much", "csrf_token": token})
    assert refused.status_code == 422
    end_session(owner)
    lost = owner.post("/admin/offers", data={**TYPED, "csrf_token": csrf_token(refused.text)})
    assert lost.location.startswith("/admin/login?next=/admin/offers/new?kept%3D") or "offers/new" in lost.location
    page = owner.get(sign_in(owner, lost.location).location)
    assert value_of(page.text, "title") == TYPED["title"]


def test_defect_41_a_large_picture_loses_no_text_and_is_chosen_again(owner: FlaskClient, offer: Offer) -> None:
    page = f"/admin/offers/{offer.id}"
    picture = (io.BytesIO(b"x" * 2_500_000), "evening.png")
    shown = send_late(owner, page, page, **{**TYPED, "picture": picture})
    assert value_of(shown.text, "title") == TYPED["title"] and LONG in shown.text
    assert "Passwords, keys and files have to be entered again." in status_of(shown.text)
    assert Offer.get().price.decimal_text() == "19.99"


def test_defect_41_without_a_signed_token_a_large_upload_is_not_read(app: Flask, offer: Offer) -> None:
    answer = browser(app).post(
        f"/admin/offers/{offer.id}?upload=guess", data={"picture": (io.BytesIO(b"x" * 2_500_000), "evening.png")}
    )
    assert answer.status_code == 302 and not KeptForm.select().exists()


def test_defect_41_other_forms_are_kept_too(owner: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    address = f"/admin/orders/{order.token}/refunds"
    key = value_of(owner.get(f"{address}/new").text, "key")
    page = send_late(owner, f"{address}/new", address, amount="7.50", reason="fraudulent", key=key)
    assert (value_of(page.text, "amount"), value_of(page.text, "key")) == ("7.50", key)
    page = send_late(owner, "/admin/settings/limits", "/admin/settings/limits", first_reminder_days="17")
    assert value_of(page.text, "first_reminder_days") == "17"
    words = "/admin/emails/words/receipt/en"
    page = send_late(owner, words, words, subject="Thank you, {name}", words=LONG)
    assert value_of(page.text, "subject") == "Thank you, {name}" and LONG in page.text
    assert not Refund.select().exists()


def test_defect_41_a_button_without_fields_is_not_pressed_by_itself(owner: FlaskClient, offer: Offer) -> None:
    page = send_late(owner, f"/admin/offers/{offer.id}", f"/admin/offers/{offer.id}/archival")
    assert "Nothing has been done yet: press the button again." in status_of(page.text)
    assert Offer.get().status == "published"


def test_defect_41_passwords_and_keys_are_never_kept(owner: FlaskClient) -> None:
    keys = {"name": "Studio", "publishable_key": "sk_test_in_the_wrong_field", "secret_key": "sk_test_very_secret"}
    page = send_late(owner, f"{STRIPE}/new", STRIPE, **keys)
    assert value_of(page.text, "name") == "Studio" and not re.search("sk_test_(in|very)", page.text)
    assert "have to be entered again" in status_of(page.text)
    send_late(owner, "/admin/password", "/admin/password", present=PASSWORD, new="another one", again="another one")
    stored = str([kept.fields for kept in KeptForm.select()])
    assert "Studio" in stored and not re.search("sk_test_|another one|" + PASSWORD, stored)
    assert not Merchant.select().exists()


def test_defect_41_every_password_field_is_secret() -> None:
    classes = [each for each in vars(forms).values() if isinstance(each, type) and issubclass(each, forms.Form)]
    passwords = {
        name
        for each in classes
        for name in dir(each)
        if getattr(getattr(each, name), "field_class", None) is PasswordField
    }
    assert len(passwords) == 4 and passwords <= SECRET_FIELDS


def test_defect_41_nobody_else_sees_or_sends_the_form(app: Flask, owner: FlaskClient) -> None:
    Admin.set_password(OTHER_EMAIL, PASSWORD, role=Role.OWNER)
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    end_session(owner)
    lost = owner.post(action, data={**TYPED, "csrf_token": token})
    there = sign_in(owner, lost.location, OTHER_EMAIL).location
    page = owner.get(there)
    assert page.status_code == 200 and TYPED["title"] not in page.text and not status_of(page.text)
    assert owner.post(action, data={**TYPED, "csrf_token": token}).status_code == 400
    assert not Offer.select().exists()
    owners = browser(app)
    sign_in(owners)
    assert TYPED["title"] in owners.get(there).text
    kept_id = dict(parse_qsl(urlsplit(there).query))["kept"]
    assert TYPED["title"] not in owners.get(f"/admin/offers?kept={kept_id}").text, "on its own page only"
    with time_moved(days=2):
        stay_signed_in()
        page = owners.get(there)
        assert page.status_code == 200 and TYPED["title"] not in page.text


def test_defect_41_only_signed_tokens_keep_a_form(client: FlaskClient, owner: FlaskClient) -> None:
    token = csrf_token(client.get("/admin/login").text)
    for forged in (token, "", "WzEsIi9hZG1pbiJd.aaaa.bbbb", "x"):
        lost = client.post("/admin/offers", data={**TYPED, "csrf_token": forged})
        assert (lost.status_code, lost.location) == (302, "/admin/login?next=/admin")
    _action, owners = open_form(owner, "/admin/offers/new", "/admin/offers")
    elsewhere = client.post(
        "/admin/offers", data={**TYPED, "csrf_token": owners}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code in (302, 403)
    assert not KeptForm.select().exists(), "another site's request keeps nothing"


def test_defect_41_htmx_signs_in_above_the_page_which_stays(
    owner: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    address = f"/admin/orders/{order.token}/refunds"
    form = owner.get(f"{address}/new", headers=HTMX).text
    fields = {"amount": "7.50", "reason": "fraudulent", "key": value_of(form, "key"), "csrf_token": csrf_token(form)}
    end_session(owner)
    lost = owner.post(address, data=fields, headers=HTMX)
    assert (lost.status_code, lost.headers["HX-Retarget"]) == (401, "#page-alert")
    assert "HX-Redirect" not in lost.headers and "what you typed stays" in lost.text
    again = {"email": OWNER_EMAIL, "csrf_token": csrf_token(lost.text), "page_token": value_of(lost.text, "page_token")}
    wrong = owner.post("/admin/login", data={**again, "password": "wrong"}, headers=HTMX)
    assert (wrong.status_code, wrong.headers["HX-Retarget"]) == (422, "#page-alert")
    assert "Incorrect email or password." in wrong.text and f'value="{OWNER_EMAIL}"' in wrong.text
    done = owner.post("/admin/login", data={**again, "password": PASSWORD}, headers=HTMX)
    assert done.status_code == 200 and "what you typed is still here" in done.text
    refunded = owner.post(address, data=fields, headers=HTMX)
    assert refunded.status_code == 200 and Refund.get().amount == 750
    assert Order.get_by_id(order.id).status == "partially_refunded"


def test_defect_41_htmx_leaves_the_page_when_somebody_else_signs_in(owner: FlaskClient, offer: Offer) -> None:
    Admin.set_password(OTHER_EMAIL, PASSWORD, role=Role.OWNER)
    _action, token = open_form(owner, "/admin/offers", f"/admin/offers/{offer.id}/archival")
    end_session(owner)
    lost = owner.post(f"/admin/offers/{offer.id}/archival", data={"csrf_token": token}, headers=HTMX)
    again = {"email": OTHER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(lost.text), "page_token": token}
    done = owner.post("/admin/login", data=again, headers=HTMX)
    assert done.headers["HX-Redirect"] == "/admin"


def test_defect_41_the_sign_in_form_itself_survives_another_tab(app: Flask, owner: FlaskClient) -> None:
    second = browser(app)
    old = csrf_token(second.get("/admin/login").text)
    second.delete_cookie("session")
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": old}
    refused = second.post("/admin/login", data=form)
    assert refused.status_code == 400 and f'value="{OWNER_EMAIL}"' in refused.text
    assert "open for too long" in alerts_of(refused.text)
    assert sign_in(second).status_code == 303
    there = second.post("/admin/login?next=/admin/offers", data=form)
    assert (there.status_code, there.location) == (303, "/admin/offers")


def test_defect_41_at_most_twenty_forms_are_kept_for_an_admin(owner: FlaskClient) -> None:
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    end_session(owner)
    for number in range(25):
        owner.post(action, data={**TYPED, "title": f"Evening {number}", "csrf_token": token})
    kept = [dict(row.fields)["title"] for row in KeptForm.select().order_by(KeptForm.id)]
    assert kept == [f"Evening {number}" for number in range(5, 25)]


def test_defect_41_the_worker_deletes_kept_forms_after_a_day(app: Flask, owner: FlaskClient) -> None:
    """Also one that was kept while the clock was far ahead, which would stay for as long."""
    action, token = open_form(owner, "/admin/offers/new", "/admin/offers")
    end_session(owner)
    ages = {"new": timedelta(), "old": timedelta(hours=25), "ahead": timedelta(days=-365)}
    for _age in ages:
        owner.post(action, data={**TYPED, "csrf_token": token})
    rows = dict(zip(ages, KeptForm.select().order_by(KeptForm.id), strict=True))
    for name, age in ages.items():
        KeptForm.update(created_at=now() - age).where(KeptForm.id == rows[name].id).execute()
    with app.app_context():
        tasks.delete_old_rows()
    assert [kept.id for kept in KeptForm.select()] == [rows["new"].id]
