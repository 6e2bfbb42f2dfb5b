"""Country, company and VAT ID at checkout, where the offer asks for them."""

import pytest
from flask.testing import FlaskClient

from storefront import emails
from storefront.customers import export_data
from storefront.models import Email, Merchant, Offer, Order
from tests.cards import GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of

COMPANY = {"country": "DE", "company": "Farben & Ton GmbH", "vat_id": "de 136 695 976"}


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, asks_country=True, asks_company=True)


def press(client: FlaskClient, offer: Offer, lang: str = "en", **fields: str) -> tuple[int, dict[str, list[str]]]:
    answer = client.post(f"/o/{offer.slug}/checkout?lang={lang}", data=MARKOS_FORM | fields)
    return answer.status_code, (answer.json or {}).get("errors", {})


def test_the_page_asks_where_the_owner_wants_it(client: FlaskClient, offer: Offer, merchant: Merchant) -> None:
    page = client.get(f"/o/{offer.slug}?lang=en").text
    for name, label in (("country", "Country"), ("company", "Company"), ("vat_id", "VAT ID")):
        assert f'<label for="{name}">{label}</label>' in page
    assert '<option value="UA">Ukraine</option>' in page
    assert '<option value="UA">Україна</option>' in client.get(f"/o/{offer.slug}?lang=uk").text
    plain = make_offer(merchant)
    page = client.get(f"/o/{plain.slug}").text
    assert 'name="country"' not in page and 'name="vat_id"' not in page
    assert press(client, plain, **COMPANY) == (200, {}) and Order.get(Order.offer == plain).company == ""


def test_they_are_kept_shown_searched_and_exported(
    client: FlaskClient, admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    assert press(client, offer, **COMPANY) == (200, {})
    order = Order.get()
    assert (order.country, order.company, order.vat_id) == ("DE", "Farben & Ton GmbH", "DE136695976")
    client.post(f"/orders/{order.token}/pay", data=MARKOS_FORM)
    for page in (client.get(f"/orders/{order.token}/pay").text, admin.get(f"/admin/orders/{order.token}").text):
        assert "Company Farben & Ton GmbH VAT ID DE136695976 Country Germany" in text_of(page)
    for typed in ("farben & ton", "de136695976"):
        assert order.token in admin.get("/admin/orders", query_string={"q": typed}).text
    assert '"DE","Farben & Ton GmbH","DE136695976"' in admin.get("/admin/orders.csv").text
    exported = export_data("marko@example.com")["orders"][0]
    assert (exported["country"], exported["vat_id"]) == ("DE", "DE136695976")


def test_the_receipt_names_the_company(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM | COMPANY)
    simulator.confirm(offer.merchant.publishable_key, answer.json["client_secret"], GOOD)
    assert refresh(Order.get()).status == "paid"
    emails.send_due()
    for kind in ("receipt", "owner_sale"):
        text = text_of(Email.get(Email.kind == kind).html)
        assert "Company Farben & Ton GmbH VAT ID DE136695976" in text, kind


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "136695976", "DE136695976"),
        ("GR", "094259216", "EL094259216"),
        ("FR", "FR 40 303265045", "FR40303265045"),
        ("UA", "12-345678", "12-345678"),
        ("DE", "136695977", None),
        ("DE", "FR40303265045", None),
        ("DE", "<script>", None),
        ("UA", "<script>", None),
        ("CH", "CHE-1", None),
    ],
)
def test_a_vat_id_has_the_form_of_its_country(
    client: FlaskClient, offer: Offer, country: str, typed: str, kept: str | None
) -> None:
    status, errors = press(client, offer, country=country, company="Ton", vat_id=typed)
    assert (status, errors) == ((200, {}) if kept else (422, {"vat_id": ["Check this VAT ID, or leave it blank."]}))
    assert not kept or Order.get().vat_id == kept


def test_the_country_is_required_and_a_company_is_not(client: FlaskClient, offer: Offer) -> None:
    for country in ("", "XX", "Deutschland"):
        assert press(client, offer, country=country) == (422, {"country": ["Choose your country."]})
    assert press(client, offer, lang="uk", country="UA", vat_id="12345678")[1] == {
        "company": ["Введіть назву компанії."]
    }
    assert press(client, offer, country="UA", company="x" * 201)[0] == 422
    assert press(client, offer, country="UA") == (200, {})


def test_without_a_country_the_letters_of_the_vat_id_say_it(client: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, asks_company=True)
    assert press(client, offer, company="Ton", vat_id="DE136695976") == (200, {})
    assert press(client, offer, company="Ton", vat_id="136695976")[0] == 422


def test_the_owner_decides_in_the_offers_form(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant)
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert ">Ask for country</label>" in page and ">Ask for company</label>" in page
    fields = {"title": "Evening", "price": "5", "currency": "EUR", "merchant": "", "language": "en", "status": "draft"}
    post(admin, f"/admin/offers/{offer.id}", max_quantity="1", asks_country="y", **fields)
    assert (Offer.get().asks_country, Offer.get().asks_company) == (True, False)
