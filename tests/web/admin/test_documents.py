"""Admin → Invoices: the list, one document, corrections, the archive of a month, and numbers after a restore."""

import csv
import io
import re
import zipfile

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import payments
from storefront.models import Document, DocumentSeries, Offer, Order
from tests.cards import GOOD
from tests.cast import LESIA
from tests.money import document_checks
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import error_at, post, text_of
from tests.web.query_count import plans_of, statements_of
from tests.web_client import csrf_token

LIST = "/admin/documents"


@pytest.fixture
def order(offer: Offer, simulator: Simulator) -> Order:
    """A paid order, of which €5.00 was refunded."""
    order = buy(offer, simulator)
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-the-document")
    return order


def documents() -> list[Document]:
    assert document_checks.differences() == []
    return list(Document.select().order_by(Document.id))


def test_the_list_is_searched_by_number_order_month_and_mode(
    admin: FlaskClient, order: Order, offer: Offer, simulator: Simulator
) -> None:
    other = buy(offer, simulator, LESIA)
    invoice, credit_note, third = documents()

    def shown(query: str) -> list[str | None]:
        page = text_of(admin.get(f"{LIST}?{query}").text)
        return [one.number for one in (invoice, credit_note, third) if f"{one.number} " in page]

    assert 'href="/admin/documents"' in admin.get("/admin").text
    assert shown("") == [invoice.number, credit_note.number, third.number]
    assert shown(f"q={credit_note.number}") == shown(f"q=+{str(credit_note.number).lower()}") == [credit_note.number]
    assert shown(f"q={order.number}") == [invoice.number, credit_note.number] and shown(f"q=%23{other.number}") == [
        third.number
    ]
    assert shown("q=nothing") == shown("mode=live") == shown("month=2001-01") == []
    assert len(shown(f"month={invoice.month}&mode=test")) == 3
    assert shown("month=nonsense&mode=x") == shown("")


def test_one_document_is_shown_and_linked_from_its_order(admin: FlaskClient, order: Order) -> None:
    invoice, credit_note = documents()
    page = admin.get(f"/admin/orders/{order.token}").text
    assert f'href="{LIST}/{invoice.number}"' in page and f'href="{LIST}/{credit_note.number}.pdf"' in page
    assert "Marko" in text_of(admin.get(f"{LIST}/{invoice.number}").text)
    assert admin.get(f"{LIST}/{credit_note.number}.pdf").data.startswith(b"%PDF")
    for name in ("2026-99999", "é", "x.pdf"):
        assert admin.get(f"{LIST}/{name}").status_code == 404
    assert admin.get(f"{LIST}/{credit_note.number}/correct").status_code == 303


def correct(admin: FlaskClient, invoice: Document, **form: str) -> TestResponse:
    address = f"{LIST}/{invoice.number}/correct"
    return admin.post(address, data={"csrf_token": csrf_token(admin.get("/admin").text), **form})


def test_a_corrected_invoice_replaces_what_was_not_refunded(admin: FlaskClient, order: Order) -> None:
    invoice, _credit_note = documents()
    assert "Correct invoice" in text_of(admin.get(f"{LIST}/{invoice.number}").text)
    refused = correct(admin, invoice, name="", company="", address="Yalynkova 5", country="UA", vat_id="")
    assert refused.status_code == 422 and "Yalynkova 5" in refused.text
    assert "Enter a name or a company." in error_at(refused.text, "name")
    form = {"name": "Marko", "company": "Дубок ТОВ", "address": "Yalynkova 5\nKyiv", "country": "DE"}
    assert "Check this VAT ID" in error_at(correct(admin, invoice, **form, vat_id="DE1").text, "vat_id")
    answer = correct(admin, invoice, **form, vat_id="DE 136695976")
    *_, canceling, corrected = documents()
    assert answer.status_code == 303 and answer.headers["Location"].endswith(str(corrected.number))
    assert (canceling.kind, canceling.gross, canceling.about_id) == ("credit_note", 1499, invoice.id)
    assert (corrected.kind, corrected.gross, corrected.about_id) == ("invoice", 1499, invoice.id)
    page = text_of(admin.get(f"{LIST}/{corrected.number}").text)
    for expected in ("Дубок ТОВ", "Kyiv", "VAT ID: DE136695976", "Refunded", "Germany", str(invoice.number)):
        assert expected in page, expected
    assert f"Cancellation of invoice {invoice.number}" in text_of(admin.get(f"{LIST}/{canceling.number}").text)
    assert "has been replaced" in text_of(correct(admin, invoice, **form, vat_id="").text)
    payments.request_refund(order, 1499, "requested_by_customer", "refund-of-the-rest")
    assert documents()[-1].about_id == corrected.id
    assert "nothing left" in text_of(correct(admin, corrected, **form, vat_id="").text)


def test_the_archive_of_a_month_has_each_pdf_and_a_list_whose_sum_was_kept(admin: FlaskClient, order: Order) -> None:
    invoice, credit_note = documents()
    assert "Choose a month first." in admin.get(f"{LIST}/archive.zip", follow_redirects=True).text
    answer = admin.get(f"{LIST}/archive.zip?month={invoice.month}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="documents-{invoice.month}-test.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert archive.namelist() == ["documents.csv", f"{invoice.number}.pdf", f"{credit_note.number}.pdf"]
    assert archive.read(f"{invoice.number}.pdf").startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(archive.read("documents.csv").decode("utf-8-sig"))))
    assert [row["gross"].lstrip("'") for row in rows] == ["19.99", "-5.00"]
    assert rows[1]["refers_to"] == invoice.number and rows[0]["name"] == "Marko"
    assert zipfile.ZipFile(io.BytesIO(admin.get(f"{LIST}/archive.zip?month=2001-01").data)).namelist() == [
        "documents.csv"
    ]


def test_after_a_restore_the_owner_confirms_the_next_numbers(
    admin: FlaskClient, order: Order, offer: Offer, simulator: Simulator
) -> None:
    year, last = documents()[0].year, documents()[0].sequence
    payments.hold_numbers()
    waiting = buy(offer, simulator, LESIA)
    assert "Confirm numbers" in text_of(admin.get("/admin").text)
    assert "Waiting for a number" in text_of(admin.get(LIST).text)
    assert "order-documents" not in admin.get(f"/admin/orders/{waiting.token}").text
    page = admin.get(f"{LIST}/numbers").text
    assert f"Next number of TEST-{year}-…" in page and "1 document waits." in text_of(page)
    fields = dict(re.findall(r'name="(next-[a-z-]+)"[^>]*value="([^"]*)"', page))
    assert set(fields) == {"next-live", "next-cn", "next-test", "next-test-cn"} and fields["next-test"] == str(last + 1)
    for typed in ("", "x", "1", "999999999"):
        refused = post(admin, f"{LIST}/numbers", **{**fields, "next-test": typed})
        assert refused.status_code == 422 and f'value="{typed}"' in refused.text
        assert DocumentSeries.is_any_held()
    assert post(admin, f"{LIST}/numbers", **{**fields, "next-test": "18"}).status_code == 303
    assert "1 document issued." in text_of(admin.get(LIST).text)
    assert Document.get(Document.order == waiting).number == f"TEST-{year}-00018"
    assert admin.get(f"{LIST}/numbers").status_code == 303 and "Confirm numbers" not in admin.get("/admin").text


def test_the_owner_enters_the_numbers_of_documents_from_before_a_restore(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    before = start_checkout(offer)
    payments.hold_numbers()
    simulator.confirm(offer.merchant.publishable_key, before.client_secret, GOOD)
    payments.refresh_order(before.order)
    (document,) = documents()
    assert document.number is None and "Enter their numbers" not in admin.get("/admin/account").text
    assert "Enter their numbers" in text_of(admin.get("/admin").text)
    undecided = f"{LIST}/undecided"
    assert "Confirm the next invoice numbers first." in text_of(admin.get(undecided).text)
    year, field = document.created_at.year, f"number-{document.id}"
    fields = {"next-live": "1", "next-cn": "1", "next-test": "8", "next-test-cn": "1"}
    assert post(admin, f"{LIST}/numbers", **fields).headers["Location"] == undecided
    assert "Enter their numbers" in text_of(admin.get(LIST).text)
    refused = post(admin, undecided, **{field: "17"})
    assert refused.status_code == 422 and "Enter the whole number" in error_at(refused.text, field)
    assert 'value="17"' in refused.text
    assert "not given yet" in post(admin, undecided, **{field: f"TEST-{year}-00008"}).text
    assert post(admin, undecided).status_code == 303 and not documents()[0].is_issued
    assert post(admin, undecided, **{field: f"test-{year}-00007"}).status_code == 303
    assert "1 document issued." in text_of(admin.get(LIST).text) and Document.get().number == f"TEST-{year}-00007"
    assert admin.get(undecided).status_code == 303 and "Enter their numbers" not in admin.get("/admin").text


def test_the_list_never_reads_all_documents(admin: FlaskClient, order: Order) -> None:
    number, month = documents()[0].number, documents()[0].month
    for query in (
        "",
        f"?month={month}",
        f"?month={month}&mode=test",
        "?mode=test",
        f"?q={number}",
        f"?q={order.number}",
    ):
        assert len(statements_of(lambda address=LIST + query: admin.get(address))) <= 7
        plans = "\n".join(plans_of(lambda address=LIST + query: admin.get(address)).values())
        assert "SCAN document\n" not in plans and "Seq Scan on document " not in plans, query


def test_the_archive_reads_documents_by_the_hundred_from_an_index(
    admin: FlaskClient, order: Order, offer: Offer, simulator: Simulator
) -> None:
    address = f"{LIST}/archive.zip?month={documents()[0].month}&mode=test"
    number = len(statements_of(lambda: admin.get(address, buffered=True)))
    buy(offer, simulator, LESIA)
    assert len(documents()) == 3 and len(statements_of(lambda: admin.get(address, buffered=True))) == number
    plans = "\n".join(plans_of(lambda: admin.get(address, buffered=True)).values())
    assert "SCAN document\n" not in plans and "Seq Scan on document " not in plans
