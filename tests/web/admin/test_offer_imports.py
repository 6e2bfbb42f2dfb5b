"""Offers → Import: offers from a CSV file."""

import io
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant, Offer
from tests.factories import connect_merchant, make_offer
from tests.web.admin_pages import alerts_of, post, status_of, text_of, token_of

PAGE = "/admin/offers/import"


def upload(client: FlaskClient, content: str | bytes) -> TestResponse:
    data = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": token_of(client), "file": (io.BytesIO(data), "offers.csv")}
    return client.post(PAGE, data=form)


def confirm(client: FlaskClient, shown: TestResponse, **more: str) -> TestResponse:
    kept = re.search(r'name="file" value="([^"]+)"', shown.text)
    assert kept, text_of(shown.text)
    return post(client, f"{PAGE}/rows", file=kept[1], **more)


def plain(page: TestResponse) -> str:
    """Its text without the marks around names."""
    return text_of(page.text).replace("\u2068", "").replace("\u2069", "")


def test_each_row_is_shown_and_saved_only_when_confirmed(admin: FlaskClient, merchant: Merchant) -> None:
    shown = upload(
        admin,
        "title,address,price,currency,payment_system,kind,every,interval,trial_days,stock,status,listed\n"
        f'"Tea, by post",tea,12.50,EUR,{merchant.name},recurring,2,week,14,,published,no\n'
        "A lesson,,20,,,,,,,12,,\n"
        "A mistake,Not An Address,1.234,EUR,Nobody,sometimes,,,,-1,,maybe\n",
    )
    assert "New offers 2 Changed offers 0 Unchanged 0 With errors 1" in plain(shown)
    assert not Offer.select().exists()
    for words in (
        "Line 4 A mistake",
        "Address: Use up to 60 lowercase Latin letters",
        "Payment system: No payment system is called “Nobody”",
        "Kind: Enter one of: one_off, recurring, plan.",
        "Stock: Enter a whole number",
        "Listed: Enter yes or no.",
    ):
        assert words in plain(shown), words
    saved = confirm(admin, shown)
    assert "2 offers saved." in status_of(saved.text) and "Line 4" in saved.text
    tea, lesson = Offer.select().order_by(Offer.id)
    assert (tea.slug, tea.title, tea.amount) == ("tea", "Tea, by post", 1250)
    assert (tea.every, tea.interval, tea.trial_days) == (2, "week", 14)
    assert (tea.status, tea.listed, tea.merchant, tea.stock) == ("published", False, merchant, None)
    assert (lesson.slug, lesson.status, lesson.stock, lesson.listed) == ("a-lesson", "draft", 12, True)
    again = confirm(admin, shown)
    assert again.status_code == 422 and "This import is done" in alerts_of(again.text)
    assert Offer.select().count() == 2


def test_existing_offers_are_updated_only_where_that_is_ticked(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, "19.99", slug="tea", title="Tea", stock=5, description="Green.")
    file = "address;title;price;stock\ntea;Tea;21,50;\n"
    shown = upload(admin, file)
    assert "Changed Published Price 21,50 EUR" in plain(shown) and "Update 1 existing offer" in plain(shown)
    confirm(admin, shown)
    assert Offer.get().amount == 1999
    confirm(admin, upload(admin, file), update="y")
    changed = Offer.get()
    assert (changed.id, changed.amount, changed.stock, changed.description) == (offer.id, 2150, 5, "Green.")
    assert changed.status == "published", "a blank or missing cell keeps the value"
    assert "Unchanged 1" in plain(upload(admin, "address;price\ntea;21.50\n"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_columns_can_be_named_as_in_the_form_in_the_persons_language(
    admin: FlaskClient, merchant: Merchant, encoding: str
) -> None:
    form = admin.get("/admin/offers/new?lang=uk").text
    labels = [re.search(rf'<label for="[\w-]+-{name}">([^<]+)<', form) for name in ("title", "price", "stock")]
    names = [label[1].strip() for label in labels if label]
    assert len(names) == 3
    shown = upload(admin, ("\t".join(names) + "\nЧай поштою\t12,50\t3\n").encode(encoding))
    confirm(admin, shown)
    offer = Offer.get()
    assert (offer.title, offer.amount, offer.stock, offer.slug) == ("Чай поштою", 1250, 3, "chai-poshtoiu")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Choose a CSV file."),
        (b"title\n", "no rows below its first line"),
        ("title,price\nТе,5\n".encode("cp1251"), "isn’t UTF-8"),
        (b"PK\0\0,x\n1,2\n", "This is no CSV file."),
        (b'title,price\n"Tea"s,5\n', "Line 2 can’t be read as CSV."),
        (b"name,cost\nTea,5\n", "has to name the columns"),
        (b"title\n" + b"Tea\n" * 501, "too many rows"),
        (b"title\n" + b"x" * 1_000_001, "too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_an_error_at_its_field(admin: FlaskClient, content: bytes, problem: str) -> None:
    answer = upload(admin, content)
    assert answer.status_code == 422 and problem in alerts_of(answer.text)


def test_what_no_offer_can_be_is_an_error_of_its_row(admin: FlaskClient, merchant: Merchant) -> None:
    connect_merchant(mode="live", name=merchant.name)
    shown = upload(
        admin,
        "title,address,price,status,payment system,colour\n"
        "Tea,tea,5,published,,red\n"
        f"Coffee,coffee,6,,{merchant.name},\n"
        f"Cocoa,cocoa,7,,{merchant.name} (test),\n"
        "Cocoa,cocoa,8,,,\n"
        "Cheap,cheap,0.10,,,\n",
    )
    assert "These columns aren’t known and are ignored: colour." in plain(shown)
    assert "Several payment systems have this name." in plain(shown)
    assert "Address: This address is in the file twice." in plain(shown)
    assert "New offers 1 Changed offers 0 Unchanged 0 With errors 4" in plain(shown)


def test_the_template_can_be_imported(admin: FlaskClient, merchant: Merchant) -> None:
    template = admin.get(f"{PAGE}/template.csv")
    assert template.headers["Content-Disposition"] == 'attachment; filename="offers.csv"'
    confirm(admin, upload(admin, template.data))
    assert (Offer.get().title, Offer.get().status, Offer.get().amount) == ("Watercolor evening", "draft", 1999)
