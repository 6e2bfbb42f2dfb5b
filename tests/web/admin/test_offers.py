"""Admin → Offers: the list, the form and its validation."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from storefront import offers
from storefront.models import Merchant, Offer
from storefront.money import CURRENCIES
from stripe_simulator.accounts import KENJI, OLENA, SOFIA, TARAS
from tests.factories import connect_merchant, make_offer
from tests.web.admin_pages import STRIPE, alerts_of, error_at, post, status_of, text_of, token_of
from tests.web.query_count import queries_of


def save(client: FlaskClient, address: str = "/admin/offers", **changes: object) -> TestResponse:
    """Fill in and save the form of an offer."""
    fields: dict[str, object] = {
        "title": "Watercolour evening",
        "slug": "",
        "description": "Two *hours*",
        "price": "19.99",
        "currency": "EUR",
        "merchant": "",
        "language": "en",
        "status": "draft",
        "listed": "y",
        "thank_you": "See you!",
        "max_quantity": "1",
    }
    fields |= changes
    return post(client, address, **{name: value for name, value in fields.items() if value is not None})


def options_of(html: str, field: str) -> list[tuple[str, str, bool]]:
    """(value, text, selected) of each option of the select."""
    select = re.search(rf'<select id="offer-{field}".*?</select>', html, flags=re.S)
    assert select
    found = re.findall(r'<option value="([^"]*)"( selected)?>([^<]*)<', select[0])
    return [(value, unescape(text), bool(chosen)) for value, chosen, text in found]


def test_the_form_has_the_labels_of_the_contract(admin: FlaskClient) -> None:
    page = admin.get("/admin/offers/new").text
    labels = re.findall(r"<label[^>]*>([^<]+)</label>", page)
    assert set(labels) == {
        *("Title", "Address", "Description", "Price", "Currency", "Payment system"),
        *("Language", "Status", "Listed", "Thank-you page", "Maximum quantity", "Stock"),
        *("Image", "Alt text", "Statement descriptor"),
        *("Kind", "Every", "Interval", "Trial days", "Instalments", "Cancellation"),
        *("Right of withdrawal", "Reason", "Summary"),
        *("Pay what you want", "Minimum price", "Suggested price", "Allowed sites"),
        *("Minimum quantity", "Waiting list", "On sale from", "On sale until"),
        *("Ask for country", "Ask for company", "Ask for shipping address", "Redirect after payment"),
        *("Tax name", "Tax rate", "Prices include tax"),
    }
    assert ">Save</button>" in page
    assert [value for value, _text, _chosen in options_of(page, "currency")] == list(CURRENCIES)
    assert [text for _value, text, _chosen in options_of(page, "status")] == ["Draft", "Published", "Archived"]
    assert [value for value, _text, _chosen in options_of(page, "language")] == ["uk", "en", "ru"]


def test_a_new_offer_defaults_to_the_first_merchants_currency_and_english(admin: FlaskClient) -> None:
    connect_merchant(KENJI)
    connect_merchant(OLENA)
    page = admin.get("/admin/offers/new").text
    chosen = {field: [v for v, _t, c in options_of(page, field) if c] for field in ("currency", "language", "status")}
    assert chosen == {"currency": ["JPY"], "language": ["en"], "status": ["draft"]}


def test_the_payment_systems_are_the_connected_merchants_sorted_by_name(admin: FlaskClient) -> None:
    studio = connect_merchant(OLENA, name="Studio")
    live = connect_merchant(OLENA, "live", name="Studio")
    kenji = connect_merchant(KENJI, name="Kenji")
    options = options_of(admin.get("/admin/offers/new").text, "merchant")
    assert [(value, text) for value, text, _chosen in options][1:] == [
        (str(kenji.id), "Kenji"),
        (str(studio.id), "Studio (Test)"),
        (str(live.id), "Studio (Live)"),
    ]


def test_a_saved_offer_shows_its_address_to_copy(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    answer = save(admin, merchant=merchant.id, status="published", title="Evening", max_quantity="7")
    offer = Offer.get()
    assert (answer.status_code, answer.location) == (303, f"/admin/offers/{offer.id}")
    assert (offer.title, offer.amount, offer.currency, offer.merchant_id, offer.status) == (
        *("Evening", 1999, "EUR", merchant.id, "published"),
    )
    assert (offer.listed, offer.max_quantity, offer.thank_you, offer.slug) == (True, 7, "See you!", "evening")
    page = admin.get(answer.location).text
    assert status_of(page).startswith("Saved. Share this link: http://shop.example.com/o/evening")
    assert 'data-copy="http://shop.example.com/o/evening"' in page and alerts_of(page) == ""
    assert 'value="19.99"' in page


def test_a_draft_needs_no_payment_system_and_can_be_unlisted(admin: FlaskClient) -> None:
    assert save(admin, listed=None).status_code == 303
    offer = Offer.get()
    assert (offer.merchant_id, offer.listed) == (None, False)


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("Watercolour evening", "en", "watercolour-evening"),
        ("Вечір акварелі", "uk", "vechir-akvareli"),
        ("Вечер акварели", "ru", "vecher-akvareli"),
        ("!!!", "en", "offer"),
    ],
)
def test_an_empty_address_is_made_from_the_title_in_any_script(
    admin: FlaskClient, title: str, language: str, slug: str
) -> None:
    assert save(admin, title=title, language=language).status_code == 303
    assert Offer.get().slug == slug
    save(admin, title=title, language=language)
    assert Offer.select().order_by(Offer.id.desc()).first().slug == f"{slug}-2"


@pytest.mark.parametrize("slug", ["Capital", "with space", "кирилиця", "a/b", "x" * 61, "under_score"])
def test_an_address_allows_only_lowercase_latin_letters_digits_and_hyphens(admin: FlaskClient, slug: str) -> None:
    answer = save(admin, slug=slug)
    assert answer.status_code == 422
    assert error_at(answer.text, "slug") == "Use up to 60 lowercase Latin letters, digits and hyphens."


def test_an_address_must_be_unique(admin: FlaskClient) -> None:
    save(admin, slug="evening")
    answer = save(admin, slug="evening")
    assert answer.status_code == 422 and error_at(answer.text, "slug") == "Another offer already uses this address."


PRICES = [
    ("USD", "0.49", "Stripe’s minimum is $0.50."),
    ("EUR", "0.49", "Stripe’s minimum is €0.50."),
    ("JPY", "49", "Stripe’s minimum is ¥50."),
    ("HUF", "174.99", "Stripe’s minimum is Ft\u00a0175.00."),
    ("EUR", "1000000", "Stripe’s maximum is €999,999.99."),
    ("USD", "19.999", "Prices in USD have at most 2 decimals."),
    ("JPY", "10.50", "Prices in JPY have no decimals."),
    ("ISK", "10.50", "Prices in ISK have no decimals."),
    ("UGX", "5000.5", "Prices in UGX have no decimals."),
    ("KWD", "1.255", "Prices in KWD have at most 2 decimals."),
    *(("EUR", typed, "Enter a price like 19.99.") for typed in ("1e3", "NaN", "-5", "+5", "free", "١٩")),
    ("EUR", "", "Enter a price."),
]


@pytest.mark.parametrize(("currency", "typed", "words"), PRICES)
def test_a_price_that_cannot_be_charged_shows_an_error(
    admin: FlaskClient, currency: str, typed: str, words: str
) -> None:
    answer = save(admin, currency=currency, price=typed)
    assert answer.status_code == 422 and error_at(answer.text, "price") == words
    assert words.replace("\u00a0", " ") in alerts_of(answer.text)
    assert Offer.select().count() == 0


@pytest.mark.parametrize(
    ("currency", "typed", "amount", "shown"),
    [
        ("USD", "19.99", 1999, "19.99"),
        ("EUR", "19,99", 1999, "19.99"),
        ("JPY", "1999", 1999, "1999"),
        ("KWD", "1.25", 1250, "1.250"),
        ("HUF", "1990", 199000, "1990.00"),
        ("ISK", "1500", 150000, "1500"),
        ("UGX", "5000", 500000, "5000"),
    ],
)
def test_prices_are_stored_in_stripes_minor_units(
    admin: FlaskClient, currency: str, typed: str, amount: int, shown: str
) -> None:
    answer = save(admin, currency=currency, price=typed)
    assert Offer.get().amount == amount
    assert f'value="{shown}"' in admin.get(answer.location).text


def test_an_offer_that_cannot_be_paid_cannot_be_published(admin: FlaskClient) -> None:
    sofia, kenji = connect_merchant(SOFIA), connect_merchant(KENJI)
    nobody = save(admin, status="published")
    assert error_at(nobody.text, "merchant") == "Choose a payment system before you publish."
    disabled = save(admin, status="published", merchant=sofia.id)
    assert error_at(disabled.text, "merchant").startswith("This account can’t accept payments yet.")
    foreign = save(admin, status="published", merchant=kenji.id, currency="KWD", price="5")
    assert error_at(foreign.text, "currency") == "This Stripe account doesn’t support KWD."
    assert {answer.status_code for answer in (nobody, disabled, foreign)} == {422} and Offer.select().count() == 0
    assert save(admin, merchant=sofia.id).status_code == 303, "a draft needs no merchant"


def test_the_form_keeps_all_values_after_an_error(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    page = save(
        admin, title="Ink & <b>paper</b>", slug="ink", description="Line one\n\nLine *two*",
        price="0.01", currency="PLN",
        merchant=merchant.id, language="uk", status="published", listed=None, thank_you="Bye", max_quantity="12",
    ).text  # fmt: skip
    for kept in ('value="Ink &amp; &lt;b&gt;paper&lt;/b&gt;"', 'value="ink"', "Line one\n\nLine *two*", 'value="0.01"'):
        assert kept in page
    assert '"12"' in page and ">\nBye</textarea>" in page and not re.search(r'name="listed"[^>]*checked', page)
    chosen = {f: [v for v, _t, c in options_of(page, f) if c] for f in ("currency", "merchant", "language", "status")}
    assert chosen == {"currency": ["PLN"], "merchant": [str(merchant.id)], "language": ["uk"], "status": ["published"]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"max_quantity": "0"}, "max_quantity"),
        ({"max_quantity": "100"}, "max_quantity"),
        ({"max_quantity": "1.5"}, "max_quantity"),
        ({"currency": "XXX"}, "currency"),
        ({"merchant": "12345"}, "merchant"),
        ({"language": "de"}, "language"),
        ({"status": "sold"}, "status"),
    ],
)
def test_invalid_values_show_an_error_at_their_field(admin: FlaskClient, changes: dict[str, str], field: str) -> None:
    answer = save(admin, **changes)
    assert answer.status_code == 422 and error_at(answer.text, field) and Offer.select().count() == 0


def test_an_invalid_edit_changes_nothing(admin: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), title="Before")
    answer = save(admin, f"/admin/offers/{offer.id}", title="After", price="0.01", merchant=offer.merchant_id)
    assert answer.status_code == 422 and "<h1><bdi>Before</bdi></h1>" in answer.text and 'value="After"' in answer.text
    assert Offer.get().title == "Before"


def test_choosing_another_payment_system_changes_no_other_field(admin: FlaskClient) -> None:
    offer = make_offer(connect_merchant(OLENA), title="Same", slug="same")
    before = dict(Offer.get().__data__)
    taras = connect_merchant(TARAS)
    save(
        admin, f"/admin/offers/{offer.id}", merchant=taras.id, title="Same", slug="same", status="published",
        description=offer.description, thank_you=offer.thank_you,
    )  # fmt: skip
    after = dict(Offer.get().__data__)
    assert after.pop("merchant") == taras.id and before.pop("merchant") != taras.id
    assert {name for name in after if after[name] != before[name]} <= {"updated_at"}


def test_an_offer_of_a_disconnected_account_keeps_it_and_shows_the_problem(admin: FlaskClient) -> None:
    merchant = connect_merchant(name="Studio")
    offer = make_offer(merchant)
    post(admin, f"{STRIPE}/{merchant.public_id}/disconnection")
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert (str(merchant.id), "Studio — disconnected", True) in options_of(page, "merchant")
    assert "Its Stripe account is disconnected" in text_of(page)
    kept = save(admin, f"/admin/offers/{offer.id}", merchant=merchant.id, status="draft")
    assert kept.status_code == 303 and Offer.get().merchant_id == merchant.id
    again = save(admin, f"/admin/offers/{offer.id}", merchant=merchant.id, status="published")
    assert error_at(again.text, "merchant").startswith("This account is disconnected.")


def test_the_list_shows_status_price_account_and_problems(admin: FlaskClient) -> None:
    merchant = connect_merchant(name="Studio")
    make_offer(merchant, title="Evening", slug="evening")
    make_offer(None, title="Later", status="draft")
    Merchant.update(charges_enabled=False).execute()
    page = admin.get("/admin/offers").text
    words = text_of(page)
    for expected in (
        "Evening /o/evening",
        "Published Test €19.99 Studio Sold 0",
        "Draft €19.99 No payment system",
        "can’t take payments yet",
    ):
        assert expected in words
    assert 'data-copy="http://shop.example.com/o/evening"' in page


def test_archiving_takes_an_offer_off_sale(admin: FlaskClient, client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), title="Evening")
    answer = post(admin, f"/admin/offers/{offer.id}/archival")
    assert (answer.status_code, answer.location) == (303, "/admin/offers")
    assert Offer.get().status == "archived" and "“Evening” is archived." in status_of(admin.get("/admin/offers").text)
    assert offer.title not in client.get("/").text


def test_the_list_uses_a_constant_number_of_queries(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    make_offer(merchant)
    few = queries_of(admin, "/admin/offers")
    for _number in range(5):
        make_offer(merchant)
    assert queries_of(admin, "/admin/offers") == few <= 5


def test_a_long_list_has_pages_with_the_archived_offers_last(admin: FlaskClient) -> None:
    first = make_offer(connect_merchant(), title="Offer 0")
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "slug", "title", "status")}
    row = [
        {**plain, "slug": f"o{n}", "title": f"Offer {n}", "status": "archived" if n > 90 else "draft"}
        for n in range(1, 121)
    ]
    Offer.insert_many(row).execute()
    titles, address = [], "/admin/offers"
    while address:
        page = admin.get(address).text
        titles += re.findall(r"<bdi>Offer (\d+)</bdi></a>", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = unescape(following[1]) if following else ""
    assert titles == [str(n) for n in [*range(90, -1, -1), *range(120, 90, -1)]]


def test_an_unknown_offer_is_not_found(admin: FlaskClient) -> None:
    assert admin.get("/admin/offers/99").status_code == 404
    assert post(admin, "/admin/offers/99/archival").status_code == 404


def picture(width: int = 1000, height: int = 600, kind: str = "PNG") -> bytes:
    """An image file of this size and format, as bytes."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


def save_with_picture(
    client: FlaskClient, file: bytes, address: str = "/admin/offers", **changes: object
) -> TestResponse:
    upload = FileStorage(io.BytesIO(file), filename="evening.png", content_type="image/png")
    fields = {"title": "Evening", "price": "19.99", "currency": "EUR", "merchant": "", "language": "en"}
    fields |= {"status": "draft", "max_quantity": "1", "csrf_token": token_of(client)}
    return client.post(address, data={**fields, **changes, "picture": upload}, content_type="multipart/form-data")


def test_a_picture_is_stored_in_several_widths_and_shown_in_the_form(admin: FlaskClient) -> None:
    answer = save_with_picture(admin, picture(), picture_alt="Brushes in a jar")
    offer = Offer.get()
    assert (offer.picture_width, offer.picture_height, offer.picture_alt) == (960, 576, "Brushes in a jar")
    page = admin.get(answer.location).text
    assert f'<img src="/pictures/{offer.picture}-480.webp" alt="Brushes in a jar"' in page
    shown = admin.get(f"/pictures/{offer.picture}-480.webp")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")


def test_a_picture_stays_until_it_is_replaced_or_removed(admin: FlaskClient) -> None:
    address = save_with_picture(admin, picture()).location
    first = Offer.get().picture
    save(admin, address)
    assert Offer.get().picture == first
    save_with_picture(admin, picture(500, 500), address)
    second = Offer.get().picture
    assert second not in ("", first) and offers.image_widths(first, 960) == []
    save(admin, address, remove_picture="y")
    assert Offer.get().picture == "" and offers.image_widths(second, 480) == []


BAD_PICTURES = [
    (b"<svg/>", "This file can’t be used. Choose a JPEG, PNG or WebP image."),
    (b"", "This file can’t be used. Choose a JPEG, PNG or WebP image."),
    (picture()[:-400], "This image file is damaged. Choose another one."),
    (picture(4001, 4000), "This image is too large. Use one with up to 16 million pixels."),
    (picture() + bytes(8_000_000), "This image is too large. Use one up to 8 MB."),
]


@pytest.mark.parametrize(("file", "words"), BAD_PICTURES, ids=["svg", "empty", "cut", "pixels", "bytes"])
def test_an_unusable_picture_shows_an_error_and_the_other_values_stay(
    admin: FlaskClient, file: bytes, words: str
) -> None:
    answer = save_with_picture(admin, file, title="Ink and paper")
    assert answer.status_code == 422 and error_at(answer.text, "picture") == words
    assert 'value="Ink and paper"' in answer.text and Offer.select().count() == 0


def test_after_an_error_elsewhere_the_form_asks_for_the_picture_again(admin: FlaskClient) -> None:
    answer = save_with_picture(admin, picture(), price="free")
    assert answer.status_code == 422 and "The image was not saved. Choose it again." in answer.text
    assert "The image was not saved" not in save(admin, price="free").text


def test_a_request_that_is_too_large_shows_a_page_with_a_link_back(admin: FlaskClient, client: FlaskClient) -> None:
    enormous = picture() + bytes(24_500_000)
    answer = save_with_picture(admin, enormous)
    assert answer.status_code == 413 and Offer.select().count() == 0
    assert alerts_of(answer.text) == "This image is far too large. Choose one of up to 8 MB. Nothing was saved."
    stranger = {"picture": FileStorage(io.BytesIO(bytes(2_000_000)), filename="evening.png")}
    refused = client.post("/admin/offers", data=stranger, content_type="multipart/form-data")
    assert refused.status_code == 302 and "/admin/login" in refused.location


def test_only_the_offer_form_accepts_large_requests(admin: FlaskClient) -> None:
    form = {"name": "x" * 1_500_000, "csrf_token": token_of(admin)}
    assert admin.post(STRIPE, data=form).status_code == 413


SUFFIXES = [
    ("ЧАЙ", "Use Latin letters, digits and spaces; < > \\ ' \" * are not allowed."),
    ("TEA*2", "Use Latin letters, digits and spaces; < > \\ ' \" * are not allowed."),
    ("2026", "Use at least one letter."),
    ("A VERY LONG EVENING", "Use up to 10 characters for this account."),
]


@pytest.mark.parametrize(("typed", "words"), SUFFIXES)
def test_a_statement_descriptor_that_stripe_refuses_shows_an_error(admin: FlaskClient, typed: str, words: str) -> None:
    answer = save(admin, statement_descriptor_suffix=typed)
    assert answer.status_code == 422 and error_at(answer.text, "statement_descriptor_suffix") == words


def test_the_statement_descriptor_is_previewed(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    Merchant.update(descriptor_prefix="OLENA").execute()
    answer = save(admin, merchant=merchant.id, statement_descriptor_suffix="TEA EVENING")
    assert Offer.get().statement_descriptor_suffix == "TEA EVENING"
    page = text_of(admin.get(answer.location).text)
    assert "“OLENA* TEA EVENING”" in page and "Up to 15 Latin characters" in page
    assert "“OLENA* TEXT”" in text_of(admin.get("/admin/offers/new").text)


def test_a_duplicate_is_an_independent_draft(admin: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), title="Evening", slug="evening", statement_descriptor_suffix="TEA")
    answer = post(admin, f"/admin/offers/{offer.id}/duplicates")
    copy = Offer.select().order_by(Offer.id.desc()).first()
    assert copy.id != offer.id and (answer.status_code, answer.location) == (303, f"/admin/offers/{copy.id}")
    assert (copy.title, copy.slug, copy.status, copy.amount) == ("Evening", "evening-2", "draft", 1999)
    assert copy.statement_descriptor_suffix == "TEA"
    page = admin.get(answer.location).text
    assert status_of(page) == "This is a copy of “Evening”. It’s a draft, so only you can see it."
    assert post(admin, "/admin/offers/99/duplicates").status_code == 404


def test_a_duplicate_of_a_long_address_can_be_saved(admin: FlaskClient) -> None:
    offer = make_offer(None, slug="x" * 60, status="draft")
    address = post(admin, f"/admin/offers/{offer.id}/duplicates").location
    copy = Offer.select().order_by(Offer.id.desc()).first()
    assert save(admin, address, slug=copy.slug).status_code == 303


def test_an_offers_former_address_redirects_to_the_new_one(admin: FlaskClient, client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), title="Evening", slug="evening")
    changes = {"merchant": offer.merchant_id, "status": "published", "slug": "spring-evening"}
    page = admin.get(save(admin, f"/admin/offers/{offer.id}", **changes).location).text
    assert "The old link /o/evening still works." in status_of(page)
    moved = client.get("/o/evening")
    assert moved.status_code in (301, 302, 308) and moved.location.endswith("/o/spring-evening")
    again = admin.get(save(admin, f"/admin/offers/{offer.id}", **changes).location).text
    assert "old link" not in status_of(again)


def test_a_generated_address_avoids_former_addresses(admin: FlaskClient) -> None:
    offer = make_offer(None, title="Evening", slug="evening", status="draft")
    save(admin, f"/admin/offers/{offer.id}", slug="morning")
    save(admin, title="Evening")
    assert Offer.select().order_by(Offer.id.desc()).first().slug == "evening-2"


def test_a_new_offer_can_be_opened_with_a_merchant_selected(admin: FlaskClient) -> None:
    connect_merchant(OLENA)
    kenji = connect_merchant(KENJI)
    page = admin.get(f"/admin/offers/new?merchant={kenji.id}").text
    chosen = {field: [v for v, _t, c in options_of(page, field) if c] for field in ("currency", "merchant")}
    assert chosen == {"currency": ["JPY"], "merchant": [str(kenji.id)]}
    assert admin.get("/admin/offers/new?merchant=nobody").status_code == 200


def test_an_offer_is_a_one_time_purchase_by_default(admin: FlaskClient) -> None:
    page = admin.get("/admin/offers/new").text
    chosen = {field: [v for v, _t, c in options_of(page, field) if c] for field in ("kind", "interval", "cancellation")}
    assert chosen == {"kind": ["one_off"], "interval": ["month"], "cancellation": ["period_end"]}
    assert [text for _v, text, _c in options_of(page, "kind")] == ["One-off", "Recurring", "Payment plan"]
    assert [text for _v, text, _c in options_of(page, "interval")] == ["Day", "Week", "Month", "Year"]
    save(admin)
    assert Offer.get().terms_code() == "one_off"


KINDS = [
    ({"kind": "recurring", "every": "1", "interval": "month"}, "€19.99 / month"),
    ({"kind": "recurring", "every": "2", "interval": "week", "trial_days": ""}, "€19.99 every 2 weeks"),
    (
        {"kind": "recurring", "interval": "year", "trial_days": "14", "cancellation": "now"},
        "€19.99 / year after a 14-day free trial",
    ),
    ({"kind": "recurring", "interval": "day", "trial_days": "1"}, "€19.99 / day after a 1-day free trial"),
    ({"kind": "plan", "instalments": "3"}, "3 monthly payments of €19.99"),
]


@pytest.mark.parametrize(("typed", "words"), KINDS)
def test_recurring_terms_are_saved_and_shown_in_the_form_and_the_list(
    admin: FlaskClient, typed: dict[str, str], words: str
) -> None:
    answer = save(admin, merchant=connect_merchant().id, status="published", **typed)
    kept = Offer.get()
    assert {name: str(getattr(kept, name)) for name in typed} == {name: value or "0" for name, value in typed.items()}
    page = admin.get(answer.location).text
    assert text_of(page).count(words) == 1, "also next to the address to share"
    assert [v for v, _t, c in options_of(page, "kind") if c] == [typed["kind"]]
    assert words in text_of(admin.get("/admin/offers").text)


def test_fields_that_do_not_apply_to_the_kind_are_ignored(admin: FlaskClient) -> None:
    typed = {"every": "2", "interval": "week", "trial_days": "14", "instalments": "5", "cancellation": "now"}
    for kind, kept in (
        ("one_off", ("one_off", 1, "month", 0, 0, "period_end")),
        ("recurring", ("recurring", 2, "week", 14, 0, "now")),
        ("plan", ("plan", 2, "week", 0, 5, "period_end")),
    ):
        save(admin, kind=kind, **typed)
        assert tuple(Offer.select().order_by(Offer.id.desc()).first().terms().values()) == kept
    nonsense = dict.fromkeys(("every", "trial_days", "instalments"), "many")
    assert save(admin, kind="one_off", **nonsense).status_code == 303


REFUSED_TERMS = [
    ({"kind": "recurring", "every": "0"}, "every", "Enter a whole number from 1 to 36"),
    ({"kind": "recurring", "every": "37"}, "every", "Enter a whole number from 1 to 36"),
    ({"kind": "recurring", "every": "1096", "interval": "day"}, "every", "Enter a whole number from 1 to 1095"),
    ({"kind": "plan", "every": "157", "interval": "week", "instalments": "2"}, "every", "from 1 to 156"),
    ({"kind": "recurring", "every": "4", "interval": "year"}, "every", "Enter a whole number from 1 to 3"),
    ({"kind": "recurring", "every": ""}, "every", "Enter a whole number."),
    ({"kind": "recurring", "every": "1.5"}, "every", "Enter a whole number."),
    ({"kind": "recurring", "every": "٢"}, "every", "Enter a whole number."),
    ({"kind": "recurring", "trial_days": "731"}, "trial_days", "Enter a whole number from 0 to 730."),
    ({"kind": "recurring", "trial_days": "-1"}, "trial_days", "Enter a whole number."),
    ({"kind": "plan", "instalments": ""}, "instalments", "Enter a whole number."),
    ({"kind": "plan", "instalments": "1"}, "instalments", "Enter a whole number from 2 to 120."),
    ({"kind": "plan", "instalments": "121", "interval": "day"}, "instalments", "Enter a whole number from 2 to 120."),
    ({"kind": "plan", "instalments": "62"}, "instalments", "enter 61 or less."),
    ({"kind": "plan", "instalments": "3", "every": "3", "interval": "year"}, "instalments", "enter 2 or less."),
    ({"kind": "weekly"}, "kind", "Not a valid choice"),
    ({"kind": "recurring", "interval": "hour"}, "interval", "Not a valid choice"),
    ({"kind": "recurring", "cancellation": "never"}, "cancellation", "Not a valid choice"),
    ({"kind": "recurring", "price": "0.49"}, "price", "Stripe’s minimum is"),
]


@pytest.mark.parametrize(("typed", "field", "words"), REFUSED_TERMS)
def test_terms_that_stripe_cannot_charge_show_an_error_and_keep_the_values(
    admin: FlaskClient, typed: dict[str, str], field: str, words: str
) -> None:
    answer = save(admin, **typed)
    assert answer.status_code == 422 and words in error_at(answer.text, field)
    assert Offer.select().count() == 0
    for name in ("every", "trial_days", "instalments"):
        if name in typed:
            assert f'name="{name}" type="text" value="{typed[name]}"' in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "recurring", "every": "1095", "interval": "day", "trial_days": "730"},
        {"kind": "recurring", "every": "3", "interval": "year"},
        {"kind": "plan", "instalments": "120", "interval": "day"},
        {"kind": "plan", "instalments": "61"},
        {"kind": "plan", "instalments": "2", "every": "3", "interval": "year"},
    ],
)
def test_the_longest_intervals_are_accepted(admin: FlaskClient, typed: dict[str, str]) -> None:
    assert save(admin, **typed).status_code == 303


def test_a_form_without_terms_leaves_the_terms_unchanged(admin: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), kind="recurring", interval="year", trial_days=7, cancellation="now")
    save(admin, f"/admin/offers/{offer.id}", merchant=offer.merchant_id)
    assert Offer.get().terms_code() == "recurring-1-year-7-0-now"


def test_a_duplicate_has_the_same_interval(admin: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), kind="plan", every=2, instalments=6)
    post(admin, f"/admin/offers/{offer.id}/duplicates")
    assert [one.terms_code() for one in Offer.select()] == ["plan-2-month-0-6-period_end"] * 2


def test_the_owner_sets_and_removes_a_stock_limit(admin: FlaskClient, app: Flask) -> None:
    fields = {**ALL, "slug": "tea", "merchant": ""}
    for typed in ("-1", "2.5", "many", "12345678"):
        answer = post(admin, "/admin/offers", **fields, stock=typed)
        assert answer.status_code == 422
        assert error_at(answer.text, "stock"), typed
    assert post(admin, "/admin/offers", **fields, stock="7").status_code == 303
    tea = Offer.get(Offer.slug == "tea")
    assert tea.stock == 7
    assert post(admin, f"/admin/offers/{tea.id}", **fields, stock="").status_code == 303
    assert Offer.get_by_id(tea.id).stock is None


ALL = {"title": "Tea", "price": "5.00", "currency": "EUR", "language": "en", "status": "draft", "max_quantity": "1"}
