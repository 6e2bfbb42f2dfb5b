"""Invoices and credit notes as customers see them: as pages, as PDFs, linked from pages and emails."""

import io
import re
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, payments
from storefront.customers import receipt_of
from storefront.models import Document, Email, Merchant, Offer, Order, Refund, ShopProfile
from storefront.offers import AddonFields, TaxFields
from storefront.pricing import Choice
from tests.cards import GOOD
from tests.cast import MARKO, MARKOS_FORM
from tests.factories import make_offer
from tests.money import document_checks
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import error_at, post, text_of
from tests.web.shop.test_shipping import KYIV, posted
from tests.web.shop.test_taxes import COMPANY, offer_with, pay, spaced

PROFILE = ShopProfile(
    name="Olena’s studio",
    legal_name="ФОП Ґалаґан Олена Їжаківна",
    business_address="вул. Ялинкова, 5\n01001 Київ",
    country="UA",
    tax_number="1234567890",
    contact_email="olena@example.com",
)
# Letters that fonts of PDFs often lack.
NAME = "Марко Їжакевич-Ґудзь є ё"


def ordered(offer: Offer, simulator: Simulator, **changes: Any) -> Order:
    """A paid order of Marko's, whose name has letters of several languages."""
    return buy(offer, simulator, replace(MARKO, **{"name": NAME, **changes}))


def pdf_text(answer_data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer_data)).pages)
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Invoice TEST-", "Seller", "Customer", "Tax number: 1234567890", "Total", "1,999.00", "Ukraine")),
        ("uk", ("Рахунок", "Продавець", "Покупець", "1 999,00 ₴", "Україна")),
        ("ru", ("Счёт", "Продавец", "Покупатель", "1 999,00 ₴", "Украина")),
    ],
)
def test_page_and_pdf_have_seller_customer_and_amounts_in_the_customers_language(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, language: str, words: tuple[str, ...]
) -> None:
    PROFILE.save()
    offer = make_offer(merchant, "1999", "UAH", title="Їжа ґрунтовна, ёлка, є ціна €")
    order = ordered(offer, simulator, language=language)
    address = f"/orders/{order.token}/documents/{Document.get().number}"
    page, pdf = client.get(address), client.get(f"{address}.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.data.startswith(b"%PDF")
    for where, text in (("page", text_of(page.text).replace("\u00a0", " ")), ("pdf", pdf_text(pdf.data))):
        for expected in (*words, NAME, "ФОП Ґалаґан Олена Їжаківна", "01001 Київ", offer.title, "Visa •••• 4242"):
            assert expected in text, (where, expected, text)
    assert f'lang="{language}"' in page.text and "marko@example.com" not in pdf_text(pdf.data)
    assert len(pdf.data) < 80_000


def test_the_pages_of_an_order_link_its_documents(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = ordered(make_offer(merchant), simulator)
    number = Document.get().number
    links = (f"/orders/{order.token}/documents/{number}", f"/orders/{order.token}/documents/{number}.pdf")
    thanks = client.get(f"/orders/{order.token}/thank-you").text
    receipt = client.get(f"/my/{emails.make_account_token(order.email)}/receipts/{order.token}").text
    assert all(f'href="{link}"' in page for link in links for page in (thanks, receipt))
    assert "isn’t a tax invoice" not in receipt
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-the-document")
    credit_note = Document.select().order_by(Document.id.desc()).get()
    status = client.get(f"/orders/{order.token}").text
    assert f"Credit note {credit_note.number}" in text_of(status) and "−€5.00" in text_of(status)
    text = pdf_text(client.get(f"/orders/{order.token}/documents/{credit_note.number}.pdf").data)
    assert f"Refund for invoice {number}" in text and "Total refunded" in text and "€5.00" in text


def test_emails_link_the_invoice_and_the_credit_note(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = ordered(make_offer(merchant), simulator)
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-the-document")
    for kind, document in zip(("receipt", "refund_made"), Document.select().order_by(Document.id), strict=True):
        email = Email.get(Email.kind == kind)
        shown = emails.render(email, "en")
        address = f"/orders/{order.token}/documents/{document.number}?lang=en"
        assert address in shown.text and address in shown.html, kind
        assert client.get(address).status_code == 200


def test_a_document_opens_for_its_own_order_only(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant)
    first = ordered(offer, simulator, visit="visit-of-marko-0001")
    second = ordered(offer, simulator, visit="visit-of-iryna-0001", email="iryna@example.com")
    number = Document.get(Document.order == first).number
    for token, wanted in (("x" * 27, number), (second.token, number), (first.token, "2026-99999"), (first.token, "é")):
        for ending in ("", ".pdf"):
            assert client.get(f"/orders/{token}/documents/{wanted}{ending}").status_code == 404
    answer = client.get(f"/orders/{first.token}/documents/{number}")
    assert "no-store" in answer.headers["Cache-Control"] and answer.headers["X-Robots-Tag"] == "noindex"


def test_what_was_bought_is_on_the_invoice_line_by_line(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    order = ordered(make_offer(merchant, max_quantity=3), simulator, choice=Choice(quantity=3))
    page = text_of(client.get(f"/orders/{order.token}/documents/{Document.get().number}").text)
    assert re.search(r"3\s+€19.99\s+€59.97", page), page
    assert receipt_of(order.email, order.token) is not None


def test_names_with_any_letters_make_a_pdf(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, title="漢字 " + "W" * 150)
    order = ordered(offer, simulator, name="😀 مرحبا <b>&amp;</b> " + "х" * 150)
    number = Document.get().number
    assert client.get(f"/orders/{order.token}/documents/{number}.pdf").status_code == 200
    assert "<b>" not in client.get(f"/orders/{order.token}/documents/{number}").text.replace("&lt;b&gt;", "")


@pytest.mark.parametrize(
    ("tax", "expected"),
    [
        (TaxFields("VAT", "20"), ("€24.00 €24.00", "Net amount €20.00", "VAT 20% of €20.00 €4.00", "Total €24.00")),
        (
            TaxFields("VAT", "20", included=False),
            ("€24.00 €24.00", "Net amount €24.00", "VAT 20% of €24.00 €4.80", "Total €28.80"),
        ),
    ],
)
def test_taxes_are_on_the_invoice_and_refunds_give_each_part_of_them_back(
    client: FlaskClient, merchant: Merchant, simulator: Simulator, tax: TaxFields, expected: tuple[str, ...]
) -> None:
    order = pay(client, simulator, offer_with(merchant, tax, price="24"))
    invoice = Document.get()
    page = spaced(client.get(f"/orders/{order.token}/documents/{invoice.number}").text)
    for words in expected:
        assert words in page, (words, page)
    assert expected[2] in spaced(pdf_text(client.get(f"/orders/{order.token}/documents/{invoice.number}.pdf").data))
    for amount in (1, 999, order.amount - 1000):
        payments.request_refund(order, amount, "requested_by_customer", f"refund-of-{amount}-of-the-document")
    assert document_checks.differences() == []
    notes = [one for one in Document.select() if one.is_credit_note]
    assert sum(one.tax for one in notes) == invoice.tax > 0 and sum(one.net for one in notes) == invoice.net


def test_an_invoice_with_reverse_charge_says_who_owes_the_tax(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    replace(PROFILE, country="IE", tax_number="IE6388047V").save()
    offer = offer_with(merchant, TaxFields("VAT", "20"), price="24", asks_country=True, asks_company=True)
    order = pay(client, simulator, offer, **COMPANY)
    assert order.is_reverse_charge
    page = spaced(client.get(f"/orders/{order.token}/documents/{Document.get().number}").text)
    for words in ("VAT (reverse charge)", "€0.00", "Reverse charge: the customer is liable", COMPANY["company"]):
        assert words in page, (words, page)
    assert f"VAT ID: {COMPANY['vat_id']}" in page and f"Total €{order.amount / 100:.2f}" in page


def test_where_an_order_was_posted_to_and_for_how_much_is_on_its_invoice(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    started = client.post(f"/o/{posted(merchant).slug}/checkout?lang=en", data=MARKOS_FORM | KYIV).get_json()
    simulator.confirm(merchant.publishable_key, started["client_secret"], GOOD)
    client.get(f"/orders/{started['order']}")
    order = Order.get()
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-the-document")
    payments.correct_invoice(Document.get(), {"name": "Marko", "company": "Дубок ТОВ", "country": "UA"})
    shown = {}
    for document in Document.of_order(order):
        address = f"/orders/{order.token}/documents/{document.number}"
        shown[document.id] = [text_of(client.get(address).text), pdf_text(client.get(f"{address}.pdf").data)]
    first, refund, canceling, corrected = shown
    for text in shown[first] + shown[corrected]:
        assert all(words in text for words in ("Shipping address", "Хрещатик 1", "кв. 5", "01001", "Ukraine")), text
    assert all("Shipping" in text and "€5.00" in text for text in shown[first])
    assert all("Хрещатик" not in text for id_ in (refund, canceling) for text in shown[id_])
    assert document_checks.differences() == []


def test_a_credit_note_lists_what_was_refunded(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    addons = (AddonFields("addons-0", "Clay", "9.00"), AddonFields("addons-1", "Kiln", "25.50"))
    offer = offer_with(merchant, TaxFields("VAT", "20"), "90.00", addons=addons)
    order = pay(client, simulator, offer, addon="2")
    invoice = Document.get()
    shown = admin.get(f"/admin/orders/{order.token}").text
    assert f"/admin/orders/{order.token}/refunds/new?line=1" in shown

    def refund(amount: str, line: str) -> TestResponse:
        form = admin.get(f"/admin/orders/{order.token}/refunds/new?line={line}").text
        sent = re.findall(r'name="(line|key)" value="([^"]+)"', form)
        reason = "requested_by_customer"
        return post(admin, f"/admin/orders/{order.token}/refunds", amount=amount, reason=reason, **dict(sent))

    def credit_note() -> str:
        newest = Document.select().order_by(Document.id.desc()).get()
        assert newest.about_id == invoice.id and document_checks.differences() == []
        address = f"/orders/{order.token}/documents/{newest.number}"
        assert " ".join(pdf_text(client.get(f"{address}.pdf").data).split()).count("Kiln") <= 1
        return spaced(client.get(f"{address}?lang=en").text)

    answer = refund("25.51", "1")
    assert error_at(answer.text, "amount") == "Enter €25.50 or less: that’s what’s left of this item."
    assert 'name="line" value="1"' in answer.text and not Refund.select().exists()
    # Of a part the amount only; then nothing above the rest.
    assert refund("5.50", "1").status_code == 303
    assert "Kiln 1 €5.50 €5.50 Net amount €4.58 VAT 20% of €4.58 €0.92 Total refunded €5.50" in credit_note()
    shown = spaced(admin.get(f"/admin/orders/{order.token}").text)
    assert "Refund €20.00" in shown and "€5.50 Refunded requested by the customer Kiln" in shown
    assert "Up to €20.00" in admin.get(f"/admin/orders/{order.token}/refunds/new?line=1").text
    assert refund("20.01", "1").status_code == 422
    # Without a line nobody knows what it is for: the sum with its tax.
    assert refund("10.00", "").status_code == 303
    assert f"Refund for invoice {invoice.number} €10.00 Net amount €8.33" in credit_note()


def test_the_credit_note_of_a_whole_line_or_of_everything_has_quantity_and_price(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    addons = (AddonFields("addons-0", "Clay", "9.00"),)
    offer = offer_with(merchant, TaxFields("VAT", "20", included=False), "30.00", addons=addons)
    first = pay(client, simulator, offer, addon="1", quantity="2")
    second = pay(client, simulator, offer, addon="1", quantity="2", visit="visit-2", email="lesia@example.com")
    payments.request_refund(first, 7200, "duplicate", "refund-of-one-line", line=0)
    payments.request_refund(second, second.amount, "duplicate", "refund-of-everything")
    of_line, of_all = Document.select().where(Document.kind == "credit_note").order_by(Document.id)
    assert document_checks.differences() == []

    def table(document: Document) -> str:
        return spaced(client.get(f"/orders/{document.order.token}/documents/{document.number}?lang=en").text)

    assert "Pottery 2 €30.00 €60.00 Net amount €60.00 VAT 20% of €60.00 €12.00 Total refunded €72.00" in table(of_line)
    assert "Pottery 2 €30.00 €60.00 Clay 1 €9.00 €9.00 Net amount €69.00" in table(of_all)
    assert of_all.content["lines"] == Document.get(Document.order == second).content["lines"]
