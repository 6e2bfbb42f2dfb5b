"""Admin → Orders, Subscriptions and Customers: exports with chosen columns, as CSV and as a spreadsheet for Excel."""

import csv
import hashlib
import io
import os
import shutil
import subprocess
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Offer, Order, Subscription
from storefront.web.admin.shared.exports import Column, spreadsheets
from storefront.web.admin.shared.exports.spreadsheets import sheet_file
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_orders import buy
from tests.web.admin_pages import HTMX, post, text_of

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = '=HYPERLINK("http://evil.example.com";"x")'


@pytest.fixture
def order(app: Flask) -> Order:
    return buy(app, make_offer(connect_merchant(name="Studio"), title="Evening"))


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def sheets_of(file: bytes) -> dict[str, str]:
    """{name: XML} of the parts of the file that have the sheets."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name}


def test_libreoffice_opens_the_file_with_real_dates_and_numbers_and_texts_that_are_no_formulas(
    admin: FlaskClient, order: Order, tmp_path: Path
) -> None:
    program = os.environ.get("LIBREOFFICE") or shutil.which("libreoffice") or shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not installed (on Debian: apt-get install libreoffice-calc-nogui)")
    settings.set_time_zone("Europe/Kyiv")
    created = datetime(2026, 7, 1, 21, 30, tzinfo=UTC)
    Order.update(name=FORMULA, title="@SUM(1)", email="+1@example.com", created_at=created, amount=123456).execute()
    answer = admin.get("/admin/orders.xlsx")
    assert answer.mimetype == SHEET and 'filename="orders.xlsx"' in answer.headers["Content-Disposition"]
    (tmp_path / "orders.xlsx").write_bytes(answer.data)
    subprocess.run(
        [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         # Comma, double quotes, UTF-8, cells as they are shown
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
         "--outdir", tmp_path, tmp_path / "orders.xlsx"],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    (row,) = csv.DictReader((tmp_path / "orders.csv").open(encoding="utf-8"))
    assert (row["number"], row["amount"], row["currency"]) == (str(order.number), "1234.56", "EUR")
    assert (row["name"], row["title"], row["email"]) == (FORMULA, "@SUM(1)", "+1@example.com")
    assert row["created (Europe/Kyiv)"] == "2026-07-02 00:30:00"
    (sheet,) = sheets_of(answer.data).values()
    assert "<f>" not in sheet and 't="inlineStr"' in sheet


def test_only_the_chosen_columns_are_exported_and_the_address_has_the_choice(admin: FlaskClient, order: Order) -> None:
    assert 'href="/admin/orders/export?q=marko"' in admin.get("/admin/orders?q=marko").text
    page = admin.get("/admin/orders/export?q=marko&column=number&column=amount").text
    assert 'name="q" value="marko"' in page and 'formaction="/admin/orders.xlsx"' in page
    assert 'value="number" checked' in page and 'value="email" autocomplete' in page
    assert "Only rows that match the filters" in text_of(page)
    query = "?q=marko&column=amount&column=number&column=nonsense"
    assert rows_of(admin.get(f"/admin/orders.csv{query}").text) == [["number", "amount"], [str(order.number), "19.99"]]
    (sheet,) = sheets_of(admin.get(f"/admin/orders.xlsx{query}").data).values()
    assert sheet.count("<row ") == 2 and sheet.count("<c ") == 4 and "<v>19.99</v>" in sheet
    # Without a known column, all are there.
    assert len(rows_of(admin.get("/admin/orders.csv?column=nonsense").text)[0]) > 30


def test_customers_and_subscriptions_are_exported_as_their_lists_find_them(
    admin: FlaskClient, app: Flask, subscription: Subscription
) -> None:
    offer: Offer = make_offer(subscription.merchant, title="Evening")
    for name in ("Taras", "Iryna"):
        buy(app, offer, name)
    for query, found in (("", 3), ("?q=taras", 1), (f"?offer={offer.id}", 2), ("?sort=orders", 3)):
        rows = rows_of(admin.get(f"/admin/customers.csv{query}").text)[1:]
        assert len(rows) == found, query
    assert [row[1] for row in rows_of(admin.get("/admin/customers.csv?column=email&column=name").text)[1:3]] == [
        "Iryna",
        "Taras",
    ]
    for query, found in (("", 1), ("?status=canceled", 0), (f"?q={subscription.order.email}", 1)):
        assert len(rows_of(admin.get(f"/admin/subscriptions.csv{query}").text)) == found + 1, query
        (sheet,) = sheets_of(admin.get(f"/admin/subscriptions.xlsx{query}").data).values()
        assert sheet.count("<row ") == found + 1
    for name in ("customers", "subscriptions"):
        assert f'href="/admin/{name}/export"' in admin.get(f"/admin/{name}").text
        assert "Columns" in admin.get(f"/admin/{name}/export", headers=HTMX).text


def test_chosen_rows_are_exported_as_a_spreadsheet(admin: FlaskClient, order: Order) -> None:
    assert 'name="kind" value="xlsx"' in admin.get("/admin/orders").text
    answer = post(admin, "/admin/orders.csv", chosen=order.token, kind="xlsx")
    assert answer.mimetype == SHEET and len(sheets_of(answer.data)) == 1
    assert post(admin, "/admin/orders.csv", kind="xlsx").status_code == 303


def test_memory_does_not_grow_with_the_number_of_rows_of_a_spreadsheet() -> None:
    columns = (Column("c0", "Number"), Column("c1", "Text"))

    def peak(count: int) -> int:
        """The most bytes that were in use while a file with so many rows was written and read."""
        # Texts that hardly get smaller when the file is packed.
        numbers = (range(first, first + 200) for first in range(0, count, 200))
        parts = ([(str(one), hashlib.sha256(b"%d" % one).hexdigest()) for one in part] for part in numbers)
        tracemalloc.start()
        size = sum(map(len, sheet_file("orders", columns, parts, ZoneInfo("UTC"))))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > 64 * 1024, "several parts are sent"
        return most

    assert peak(6000) < 1.2 * peak(2400)


def test_more_rows_than_a_sheet_has_go_on_in_the_next_with_the_same_headings(
    admin: FlaskClient, app: Flask, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(app, order.offer, "Iryna")
    buy(app, order.offer, "Taras")
    monkeypatch.setattr(spreadsheets, "MAX_ROWS", 3)
    sheets = list(sheets_of(admin.get("/admin/orders.xlsx?column=name").data).values())
    assert [sheet.count("<row ") for sheet in sheets] == [3, 2]
    assert all("<t>name</t>" in sheet for sheet in sheets)
