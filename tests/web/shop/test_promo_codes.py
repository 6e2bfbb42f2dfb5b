"""Promo codes on an offer's page: the price before paying, what is charged, and what the order says."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, settings
from storefront.models import (
    CodeGuess,
    Email,
    Merchant,
    Offer,
    Order,
    OrderLine,
    Payment,
    PromoCode,
    PromoCodeOffer,
    now,
)
from storefront.offers import AddonFields
from storefront.pricing import delete_old_guesses
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of
from tests.web_client import browser


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Watercolour evening", max_quantity=5)


def make_code(**changes: Any) -> PromoCode:
    return PromoCode.create(**{"code": "AUTUMN", "percent": 1500, **changes})


def quote(client: FlaskClient, offer: Offer, code: str = "autumn", lang: str = "en", **fields: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/quote?lang={lang}", data={"code": code, **fields})


def press(client: FlaskClient, offer: Offer, code: str = "autumn", **changes: str) -> TestResponse:
    return client.post(f"/o/{offer.slug}/checkout?lang=en", data={**MARKOS_FORM, "code": code, **changes})


def refusal(answer: TestResponse) -> str:
    assert answer.status_code == 422, answer.text
    (words,) = answer.json["errors"]["code"]
    return str(words)


def pay(client: FlaskClient, simulator: Simulator, offer: Offer, **changes: str) -> Order:
    """Press the button, pay at Stripe, come back."""
    pressed = press(client, offer, **changes)
    assert pressed.status_code == 200, pressed.text
    simulator.confirm(offer.merchant.publishable_key, pressed.json["client_secret"], GOOD)
    return refresh(Order.get(Order.token == pressed.json["order"]))


def test_the_new_price_is_shown_and_charged_to_the_minor_unit(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    make_code(percent=1250)
    shown = quote(client, offer, quantity="3")
    assert shown.status_code == 200 and shown.cache_control.no_store
    # 12.5 % of 59.97 is 7.49625.
    assert (shown.json["seen"], shown.json["button"], shown.json["free"]) == ("EUR 5247 5247", "Pay €52.47", False)
    assert "Promo code AUTUMN −€7.50 Total €52.47" in text_of(shown.json["summary"])
    order = pay(client, simulator, offer, quantity="3", seen="EUR 5247 5247")
    assert (order.status, order.amount, order.discount, order.code) == ("paid", 5247, 750, "AUTUMN")
    assert Payment.get().amount == 5247
    page = text_of(client.get(f"/orders/{order.token}/thank-you").text)
    assert "€59.97 Promo code AUTUMN −€7.50 Total €52.47" in page


def test_the_order_its_receipt_and_the_export_name_code_and_discount(
    client: FlaskClient, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    make_code()
    order = pay(client, simulator, offer)
    assert "Promo code AUTUMN: −€3.00" in text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "AUTUMN,3.00" in admin.get("/admin/orders.csv").text.replace('"', "")
    receipt = admin.get(f"/admin/emails/{Email.get(Email.kind == 'receipt').id}").text
    assert "Promo code" in receipt and "AUTUMN (−€3.00)" in receipt
    mine = f"/my/{emails.make_account_token(order.email)}"
    assert "Promo code AUTUMN −€3.00" in text_of(client.get(f"{mine}/receipts/{order.token}").text)


def test_a_page_that_showed_the_full_price_is_told_the_new_one_first(client: FlaskClient, offer: Offer) -> None:
    make_code()
    answer = press(client, offer, seen="EUR 1999")
    assert answer.status_code == 422 and "The price is now €16.99." in answer.json["errors"]["price"][0]
    assert Order.select().count() == 0


def test_the_page_has_the_field_and_stays_the_same_for_everybody(client: FlaskClient, offer: Offer) -> None:
    assert '<details class="promo" hidden>' in client.get(f"/o/{offer.slug}").text
    other = make_offer(offer.merchant)
    code = make_code(is_for_some=True)
    PromoCodeOffer.create(promo_code=code, offer=other)
    assert '<details class="promo" hidden>' in client.get(f"/o/{offer.slug}").text
    assert '<details class="promo">' in client.get(f"/o/{other.slug}").text
    assert "AUTUMN" not in re.sub(r"\?code=AUTUMN", "", client.get(f"/o/{other.slug}?code=AUTUMN").text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_active": False}, "This code doesn’t exist. Check the spelling."),
        ({"starts_at": timedelta(days=2)}, "This code works from"),
        ({"ends_at": timedelta(minutes=-1)}, "This code has ended."),
        ({"is_for_some": True}, "This code doesn’t work for this offer."),
        ({"percent": None, "amount": 500, "currency": "USD"}, "This code works for another currency."),
        ({"total_uses": 0}, "This code has been used up."),
        ({"percent": 9900}, "With this code, less than €0.50 would be left to pay, which can’t be charged."),
    ],
)
def test_a_code_that_does_not_work_says_why_at_its_field(
    client: FlaskClient, offer: Offer, changes: dict[str, Any], words: str
) -> None:
    make_code(**{name: now() + value if isinstance(value, timedelta) else value for name, value in changes.items()})
    assert words in refusal(quote(client, offer))
    assert words in refusal(press(client, offer))
    assert Order.select().count() == 0


def test_errors_are_in_the_languages_of_the_customers(client: FlaskClient, offer: Offer) -> None:
    assert refusal(quote(client, offer, lang="uk")) == "Такого коду немає. Перевірте написання."
    assert refusal(quote(client, offer, lang="ru")) == "Такого кода нет. Проверьте написание."


@pytest.mark.parametrize("typed", ["AUTUMN\x00", "' OR 1=1 --", "A" * 200, "🎁", "a b"])
def test_hostile_codes_are_unknown(client: FlaskClient, offer: Offer, typed: str) -> None:
    assert refusal(quote(client, offer, typed)) == "This code doesn’t exist. Check the spelling."


def test_guessing_is_limited_for_each_address(app: Flask, client: FlaskClient, offer: Offer) -> None:
    settings.save({"code_guesses_per_address_hour": 3})
    make_code()
    for number in range(3):
        refusal(quote(client, offer, f"guess-{number}"))
    answer = quote(client, offer)
    assert (answer.status_code, answer.json["error"]) == (429, "Too many unknown codes. Try again in an hour.")
    assert press(client, offer).status_code == 429 and press(client, offer, "").status_code == 200
    other = browser(app)
    other.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert quote(other, offer).status_code == 200
    assert delete_old_guesses(10) == 0 and CodeGuess.select().count() == 3


def test_another_site_is_refused(app: Flask, offer: Offer) -> None:
    make_code()
    assert quote(app.test_client(), offer).status_code == 403


def test_a_customer_uses_a_code_as_often_as_it_says(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    make_code(uses_per_customer=1)
    pay(client, simulator, offer)
    second = {"visit": "visit-of-marko-0002", "email": "MARKO@example.com"}
    assert refusal(quote(client, offer, **second)) == "You’ve already used this code."
    assert refusal(press(client, offer, **second)) == "You’ve already used this code."
    assert press(client, offer, visit="visit-of-ivan-0001", email="ivan@example.com").status_code == 200


def test_a_pressed_button_keeps_the_last_use_and_takes_no_second_one(client: FlaskClient, offer: Offer) -> None:
    make_code(total_uses=1)
    assert press(client, offer).status_code == 200
    assert press(client, offer).status_code == 200
    assert refusal(press(client, offer, visit="visit-of-ivan-0001")) == "This code has been used up."
    order = Order.get()
    # It is held as long as limited stock.
    assert order.expires_at is not None and order.expires_at <= now() + timedelta(minutes=30)


def test_the_code_can_be_taken_away_before_paying(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    make_code(total_uses=1)
    press(client, offer)
    order = pay(client, simulator, offer, code="")
    assert (order.amount, order.code, order.promo_code_id, order.discount) == (1999, "", None, 0)
    assert press(client, offer, visit="visit-of-ivan-0001").status_code == 200


def test_the_orders_own_page_keeps_the_price_that_was_promised(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    code = make_code()
    order = Order.get(Order.token == press(client, offer).json["order"])
    PromoCode.update(is_active=False, ends_at=now()).where(PromoCode.id == code.id).execute()
    page = client.get(f"/orders/{order.token}/pay").text
    assert "Pay €16.99" in page and "Promo code AUTUMN −€3.00" in text_of(page)
    answer = client.post(f"/orders/{order.token}/pay", data={"email": "marko@example.com", "name": "Marko"})
    assert answer.status_code == 200
    simulator.confirm(offer.merchant.publishable_key, answer.json["client_secret"], GOOD)
    order = refresh(order)
    assert (order.status, order.amount, order.code) == ("paid", 1699, "AUTUMN")


def test_the_orders_own_page_refuses_an_email_that_has_used_its_code_before(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    make_code(uses_per_customer=1)
    pay(client, simulator, offer)
    ivans = press(client, offer, visit="visit-of-ivan-0001", email="ivan@example.com").json["order"]
    form = {"email": "marko@example.com", "name": "Marko"}
    answer = client.post(f"/orders/{ivans}/pay?lang=en", data=form)
    assert (answer.status_code, answer.json) == (422, {"errors": {"email": ["You’ve already used this code."]}})
    assert client.post(f"/orders/{ivans}/pay", data={**form, "email": "ivan@example.com"}).status_code == 200


def test_a_price_of_nothing_leads_to_the_thank_you_page_without_stripe(
    client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    make_code(percent=10_000)
    assert quote(client, offer).json["free"] is True
    before = len(simulator.logged_requests())
    answer = press(client, offer)
    order = Order.get()
    assert answer.json == {"next": f"/orders/{order.token}", "order": order.token}
    assert (order.status, order.amount, order.discount) == ("paid", 0, 1999)
    assert Payment.select().count() == 0 and len(simulator.logged_requests()) == before
    assert press(client, offer).json["next"] == f"/orders/{order.token}"
    page = text_of(client.get(f"/orders/{order.token}", follow_redirects=True).text)
    assert "Thank you" in page and "There was nothing to pay today." in page
    kinds = [email.kind for email in Email.select().order_by(Email.id)]
    assert sorted(kinds) == ["owner_sale", "receipt"]


@pytest.mark.parametrize(
    ("language", "words", "total"),
    [
        ("en", "is complete. There was nothing to pay today.", "Total Free"),
        ("uk", "оформлено. Сьогодні платити не потрібно.", "Усього Безкоштовно"),
        ("ru", "оформлен. Сегодня платить не нужно.", "Всего Бесплатно"),
    ],
)
def test_the_receipt_of_a_free_order_says_free(
    client: FlaskClient, offer: Offer, language: str, words: str, total: str
) -> None:
    make_code(percent=10_000)
    client.post(f"/o/{offer.slug}/checkout?lang={language}", data=MARKOS_FORM | {"code": "autumn"})
    emails.send_due()
    receipt = Email.get(Email.kind == "receipt")
    text = text_of(receipt.html)
    assert words in text and total in text and "0" not in receipt.subject
    assert "0.00" not in text and "0,00" not in text
    sale = Email.get(Email.kind == "owner_sale")
    assert "0.00" not in sale.subject + sale.text


def test_add_ons_are_reduced_too_and_the_parts_add_up(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    offer = make_offer(merchant, "10.01", addons=(AddonFields("addons-0", "Workbook", "5.02"),))
    make_code()
    (addon,) = offer.offered_addons()
    shown = quote(client, offer, addon=str(addon.id)).json
    # 15 % of 15.03 is 2.2545.
    assert shown["seen"] == "EUR 1278 1278" and "Workbook €5.02 Promo code AUTUMN −€2.25" in text_of(shown["summary"])
    order = pay(client, simulator, offer, addon=str(addon.id), seen=shown["seen"])
    assert (order.status, order.amount, order.discount) == ("paid", 1278, 225)
    lines = OrderLine.of_order(order)
    assert sum(line.discount for line in lines) == 225 and [line.unit_amount for line in lines] == [1001, 502]


@pytest.mark.parametrize(
    ("currency", "price", "percent", "due"),
    [("JPY", "1999", 1500, 1699), ("KWD", "19.99", 1500, 16990), ("HUF", "1990", 333, 192373)],
)
def test_what_is_left_can_be_charged_in_each_currency(
    client: FlaskClient, merchant: Merchant, currency: str, price: str, percent: int, due: int
) -> None:
    Merchant.update(currencies=["JPY", "KWD", "HUF"]).where(Merchant.id == merchant.id).execute()
    offer = make_offer(Merchant.get(), price, currency)
    make_code(percent=percent)
    assert quote(client, offer).json["seen"] == f"{currency} {due} {due}"
