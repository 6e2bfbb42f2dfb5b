"""Admin → Offers: the filters of the list in the address, exports of what they find and of what was selected."""

import csv
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant, Offer
from stripe_simulator.accounts import TARAS
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin.test_exports import SHEET, sheets_of
from tests.web.admin.test_filter_row import chips_of
from tests.web.admin.test_offer_imports import confirm, plain, upload
from tests.web.admin.test_offer_list import titles_of
from tests.web.admin.test_orders import buy as order
from tests.web.admin_pages import HTMX, text_of, token_of
from tests.web.query_count import queries_of


@pytest.fixture
def shelf(merchant: Merchant) -> list[Offer]:
    """Offers of every status, one with each field of the file set."""
    live = connect_merchant(mode="live", name=merchant.name)
    weekly = {"kind": "recurring", "every": 2, "interval": "week", "trial_days": 14}
    texts = {"short_description": "=1+1", "description": 'Green;\n"fresh".', "thank_you": "Enjoy!"}
    return [
        make_offer(merchant, "19.99", title="Tea", slug="tea", stock=7, max_quantity=3, listed=False, **texts),
        make_offer(live, "1500", currency="JPY", title="Чай", slug="chai", status="draft", language="uk", **weekly),
        make_offer(None, title="Ink", slug="ink", status="archived"),
        make_offer(merchant, title="Pen", slug="pen", second_merchant=connect_merchant(TARAS, name="Second")),
    ]


def export(admin: FlaskClient, *chosen: object, kind: str = "csv") -> TestResponse:
    """What the form of the selection answers with."""
    data = {"csrf_token": token_of(admin), "chosen": [str(one) for one in chosen], "kind": kind}
    return admin.post("/admin/offers.csv", data=data)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_selected_offers_are_exported(admin: FlaskClient, shelf: list[Offer], simulator: Simulator) -> None:
    tea, chai, ink, pen = shelf
    buy(tea, simulator)
    page = admin.get("/admin/offers").text
    assert all(f'name="chosen" value="{offer.id}"' in page for offer in shelf)
    assert "Export selected" in page and 'formaction="/admin/offers/archivals"' in page
    first, second = rows_of(export(admin, tea.id, chai.id, 424242, "not-there", "9" * 40).text)
    assert second == {
        "Title": "Tea",
        "Address": "tea",
        "Summary": "'=1+1",
        "Description": 'Green;\n"fresh".',
        "Price": "19.99",
        "Currency": "EUR",
        "Payment system": f"{tea.merchant.name} (test)",
        "Second payment system": "",
        "Kind": "one_off",
        "Every": "1",
        "Interval": "month",
        "Trial days": "0",
        "Instalments": "",
        "Stock": "7",
        "Maximum quantity": "3",
        "Language": "en",
        "Status": "published",
        "Listed": "no",
        "Thank-you page": "Enjoy!",
        "Sold": "1",
        "Link": second["Link"],
    }
    assert second["Link"].endswith("/o/tea")
    assert (first["Price"], first["Currency"], first["Payment system"]) == (
        "1500",
        "JPY",
        f"{tea.merchant.name} (live)",
    )
    assert (first["Kind"], first["Every"], first["Interval"], first["Trial days"]) == ("recurring", "2", "week", "14")
    sheet = export(admin, ink.id, pen.id, kind="xlsx")
    (rows,) = sheets_of(sheet.data).values()
    assert sheet.mimetype == SHEET and rows.count("<row ") == 3 and "Second (test)" in rows and "<v>19.99</v>" in rows


def test_archived_offers_can_be_selected_and_exported_but_not_archived_again(
    admin: FlaskClient, shelf: list[Offer]
) -> None:
    page = admin.get("/admin/offers?status=archived").text
    assert f'name="chosen" value="{shelf[2].id}"' in page and "Archive selected" not in page
    assert [row["Title"] for row in rows_of(export(admin, shelf[2].id).text)] == ["Ink"]


def test_the_list_is_exported_as_its_filters_find_it(admin: FlaskClient, shelf: list[Offer]) -> None:
    page = admin.get("/admin/offers?status=draft").text
    assert 'href="/admin/offers.csv?status=draft"' in page and 'href="/admin/offers/export?status=draft"' in page
    for query, found in (
        ("", ["Pen", "Чай", "Tea", "Ink"]),
        ("?status=draft", ["Чай"]),
        ("?q=ink", ["Ink"]),
        ("?mode=test&status=published", ["Pen", "Tea"]),
        ("?sort=amount&status=published", ["Pen", "Tea"]),
        ("?from=2020-01-01&to=2020-01-02", []),
    ):
        assert [row["Title"] for row in rows_of(admin.get(f"/admin/offers.csv{query}").text)] == found, query
    asked = admin.get("/admin/offers/export?status=draft").text
    assert 'name="status" value="draft"' in asked and "import it again" in text_of(asked)
    (only,) = rows_of(admin.get("/admin/offers.csv?status=draft&column=title&column=price").text)
    assert only == {"Title": "Чай", "Price": "1500"}


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_an_exported_file_is_imported_again_in_any_language(
    admin: FlaskClient, shelf: list[Offer], language: str
) -> None:
    file = admin.get(f"/admin/offers.csv?lang={language}").text
    admin.get("/admin/offers?lang=en")
    shown = plain(upload(admin, file))
    assert "New offers 0 Changed offers 0 Unchanged 4 With errors 0" in shown
    assert "aren’t known" not in shown
    confirm(admin, upload(admin, file.replace("19.99", "21.50")), update="y")
    assert {offer.slug for offer in Offer.select().where(Offer.amount == 2150)} == {"tea", "pen", "ink"}


def test_the_tabs_and_the_filters_of_offers_are_kept_in_the_address(
    admin: FlaskClient, app: Flask, shelf: list[Offer]
) -> None:
    # The mode can be chosen where there are orders in both.
    for offer in (shelf[0], make_offer(shelf[1].merchant, title="Cup")):
        order(app, offer)
    query = "q=tea&status=published&from=2020-01-01&to=2999-12-31&mode=test&sort=amount"
    page = admin.get(f"/admin/offers?{query}").text
    for kept in (
        'name="q" value="tea"',
        'name="from" value="2020-01-01"',
        'name="to" value="2999-12-31"',
        '<option value="test" selected>',
        'name="status" value="published"',
    ):
        assert kept in page, kept
    chips = chips_of(page)
    assert set(chips) == {"Search: tea", "From: Jan 1, 2020", "Until: Dec 31, 2999", "Mode: Test"}
    for text, address in chips.items():
        assert set(chips_of(admin.get(address).text)) == set(chips) - {text} and "status=published" in address
    (draft,) = re.findall(r'href="(/admin/offers\?[^"]*status=draft[^"]*)"', page)
    assert all(part in draft for part in ("q=tea", "from=2020-01-01", "to=2999-12-31", "mode=test"))
    assert titles_of(page) == ["Tea"]
    fragment = admin.get(f"/admin/offers?{query}", headers=HTMX).text
    assert titles_of(fragment) == ["Tea"] and 'hx-target="#tabs"' in fragment and "<html" not in fragment


def test_an_export_of_many_offers_costs_as_many_statements_as_one_of_few(admin: FlaskClient) -> None:
    first = make_offer(connect_merchant(), title="Offer 0", status="draft")
    few = queries_of(admin, "/admin/offers.csv")
    plain_values = {name: value for name, value in first.__data__.items() if name not in ("id", "slug")}
    Offer.insert_many([{**plain_values, "slug": f"o{number}"} for number in range(60)]).execute()
    assert queries_of(admin, "/admin/offers.csv") == few
