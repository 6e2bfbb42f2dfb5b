"""Text that people type is cleaned in every form, and names can't reorder what stands around them."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf import FlaskForm

from storefront.emails import send_due
from storefront.i18n import clean_line, clean_text, isolate
from storefront.models import Admin, Email, Offer, Order
from storefront.web import forms
from storefront.web.forms.base import CleanForm
from tests.architecture.source import ROOT
from tests.cast import MARKO
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin.test_offers import save
from tests.web.admin_pages import error_at, post
from tests.web_client import PASSWORD

ZERO_WIDTH, OVERRIDE, MARK, SOFT_HYPHEN = "\u200b", "\u202e", "\u200e", "\u00ad"
INVISIBLE = ("\u200b\u2060", "\u202e\u202c", "\ufeff", "\u3164", "\u2800 \u2800", "\u00ad\u034f", "\u200d\ufe0f", " \t")
HEBREW = "דוד"


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (f"{ZERO_WIDTH}Marko{MARK} ", "Marko"),
        (f"{OVERRIDE}okraM", "okraM"),
        (f"Ma{SOFT_HYPHEN}r{ZERO_WIDTH}ko", "Marko"),
        ("Олексіи\u0306", "Олексій"),
        ("Лесі\nУкраїнка", "Лесі Українка"),
        ("Nul\x00", "Nul"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f⃣", "👨\u200d👩\u200d👧 ❤\ufe0f 1\ufe0f⃣"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ма\u200dрко", "Марко"),
    ],
)
def test_defect_40_one_cleaning_removes_what_nobody_sees(typed: str, cleaned: str) -> None:
    assert clean_line(typed) == cleaned


@pytest.mark.parametrize("typed", INVISIBLE)
def test_defect_40_what_shows_nothing_is_empty(typed: str) -> None:
    assert (clean_line(typed), clean_text(typed)) == ("", "")


def test_defect_40_text_areas_keep_their_lines() -> None:
    assert clean_text(f"  * one{ZERO_WIDTH}\r\n\r\n  * two\u2028 {OVERRIDE}\n") == "  * one\r\n\r\n  * two"


def test_defect_40_only_names_written_right_to_left_are_isolated() -> None:
    assert isolate("Марко 7") == "Марко 7"
    assert isolate(HEBREW) == f"\u2068{HEBREW}\u2069"
    assert isolate(f"{OVERRIDE}okraM") == "\u2068okraM\u2069"


def test_defect_40_every_form_cleans_its_fields() -> None:
    found = [each for each in vars(forms).values() if isinstance(each, type) and issubclass(each, FlaskForm)]
    assert len(found) > 12 and all(issubclass(each, CleanForm) for each in found), found


@pytest.mark.parametrize("typed", INVISIBLE)
def test_defect_40_a_buyers_name_must_show_something(client: FlaskClient, offer: Offer, typed: str) -> None:
    form = {"email": "marko@example.com", "name": typed, "visit": "visit-of-marko-00001"}
    answer = client.post(f"/o/{offer.slug}/checkout", data=form)
    assert (answer.status_code, answer.json) == (422, {"errors": {"name": ["Enter your name"]}})
    assert not Order.select().exists()


def test_defect_40_an_email_wrapped_in_invisible_characters_is_accepted(client: FlaskClient, offer: Offer) -> None:
    typed = f"{ZERO_WIDTH}{MARK}marko@exam{SOFT_HYPHEN}ple.com\u202c\ufeff"
    form = {"email": typed, "name": f"{OVERRIDE}Marko", "visit": "visit-of-marko-00001"}
    assert client.post(f"/o/{offer.slug}/checkout", data=form).status_code == 200
    order = Order.get()
    assert (order.email, order.name) == ("marko@example.com", "Marko")


def test_defect_40_the_customer_and_the_owner_may_wrap_an_email_too(app: Flask, client: FlaskClient) -> None:
    asked = client.post("/my", data={"email": f"\u2066marko@example.com\u2069{ZERO_WIDTH}"})
    assert asked.status_code == 200 and ZERO_WIDTH not in asked.text
    result = app.test_cli_runner().invoke(
        args=["create-admin", "--email", f"{ZERO_WIDTH}olena@example.com", "--password", PASSWORD]
    )
    assert result.exit_code == 0, result.output
    assert Admin.get().email == "olena@example.com"
    assert post_sign_in(client, f"{MARK}olena@example.com") == 303


def post_sign_in(client: FlaskClient, email: str) -> int:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/admin/login").text)
    assert token
    return client.post("/admin/login", data={"email": email, "password": PASSWORD, "csrf_token": token[1]}).status_code


@pytest.mark.parametrize("typed", INVISIBLE)
def test_defect_40_an_offer_and_an_account_need_a_name_that_shows(admin: FlaskClient, typed: str) -> None:
    answer = save(admin, title=typed)
    assert answer.status_code == 422 and error_at(answer.text, "title") == "Enter a title."
    answer = post(admin, "/admin/settings/payment-systems/stripe", name=typed, publishable_key="pk", secret_key="sk")
    assert answer.status_code == 422
    assert error_at(answer.text, "name") == "Enter a name for this account."


def test_defect_40_all_fields_of_an_offer_are_cleaned(admin: FlaskClient) -> None:
    typed = f"Eve{ZERO_WIDTH}ning{OVERRIDE} caf"
    saved = save(
        admin,
        title=f"{typed}e\u0301",
        description=f"Line{MARK}\none",
        thank_you=f"See{ZERO_WIDTH} you",
        price=f"{MARK}19.99{ZERO_WIDTH}",
        stock=f"{ZERO_WIDTH}5",
        slug=f"eve{ZERO_WIDTH}ning",
    )
    assert saved.status_code == 303
    offer = Offer.get()
    assert (offer.title, offer.description, offer.thank_you) == ("Evening café", "Line\none", "See you")
    assert (offer.amount, offer.stock, offer.slug) == (1999, 5, "evening")


SHOWN = re.compile(r"\{\{-? ?(?:[a-z_]+\.)*(?:order|offer|merchant|newest|email)\.(?:name|title|recipient)\b[^}]*\}\}")


def test_defect_40_every_template_isolates_the_names_that_it_shows() -> None:
    shown = 0
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        for found in SHOWN.finditer(text):
            shown += 1
            before = text[: found.start()]
            # A value that scripts read is shown by nobody.
            is_data = re.search(r'\s(data-[a-z-]+|value|content)="$', before) is not None
            assert before.endswith("<bdi>") or "|isolated" in found[0] or is_data, (path.name, found[0])
    assert shown > 40


def test_defect_40_stored_names_reorder_neither_pages_nor_emails(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    Offer.update(title=f"{OVERRIDE}gninevE").where(Offer.id == offer.id).execute()
    order = buy(offer, simulator, buyer=replace(MARKO, name=HEBREW))
    for address in ("/admin/orders", f"/admin/orders/{order.token}", "/admin/customers"):
        assert f"<bdi>{HEBREW}</bdi>" in admin.get(address).text, address
    public = admin.get(f"/orders/{order.token}/thank-you").text
    assert f"<bdi>{OVERRIDE}gninevE</bdi>" in public
    assert OVERRIDE not in re.sub(r"<bdi>.*?</bdi>", "", public)
    send_due()
    receipt = Email.get(Email.kind == "receipt")
    for part in (receipt.subject, receipt.text, receipt.html):
        assert OVERRIDE not in part and part.count("\u2068") == part.count("\u2069")
    assert "\u2068gninevE\u2069" in receipt.subject + receipt.text
