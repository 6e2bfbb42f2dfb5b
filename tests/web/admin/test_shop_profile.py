"""Admin → Settings → Shop: what the owner says of the shop, and where customers see it."""

import io
import re
import zlib
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from storefront import emails, offers
from storefront.models import AccountLink, Email, EmailKind, Offer, Order, ShopProfile, accent_colors
from storefront.models.shop.accent_colors import contrast
from tests.object_store import Bucket, running_object_store
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of, token_of

ADDRESS = "/admin/settings/shop"
LUMEN = {
    "name": "Atelier Lumen",
    "accent": "#0b6e4f",
    "contact_email": "hello@lumen.example",
    "contact_phone": "+49 (30) 1234-567",
    "legal_name": "Lumen Studio GmbH",
    "business_address": "Lindenstr. 7\n10969 Berlin",
    "country": "DE",
    "tax_number": "DE123456789",
    "time_zone": "Europe/Berlin",
    "default_language": "uk",
    "reply_to": "answers@lumen.example",
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[Bucket]:
    with running_object_store() as server:
        yield Bucket(f"http://127.0.0.1:{server.port}", server.new_bucket().name)


@pytest.fixture(params=["folder", "object store"])
def place(request: pytest.FixtureRequest) -> str:
    """Where the shop stores uploaded files. Only the tests that ask for it meet both."""
    return str(request.param)


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest, bucket: Bucket) -> dict[str, str]:
    is_remote = "place" in request.fixturenames and request.getfixturevalue("place") == "object store"
    return {**environment, **(bucket.environment if is_remote else {})}


def picture(width: int = 400, height: int = 400, kind: str = "PNG", **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind, **more)
    return file.getvalue()


def save(admin: FlaskClient, logo: bytes | None = None, htmx: bool = False, **changes: str) -> TestResponse:
    fields: dict[str, object] = {**LUMEN, **changes, "csrf_token": token_of(admin)}
    if logo is not None:
        fields["logo"] = FileStorage(io.BytesIO(logo), filename="logo.png", content_type="image/png")
    headers = HTMX if htmx else {}
    return admin.post(ADDRESS, data=fields, content_type="multipart/form-data", headers=headers)


def value_of(html: str, field: str) -> str:
    found = re.search(rf'<input id="shop-{field}"[^>]* value="([^"]*)"', html)
    assert found, field
    return unescape(found[1])


def pages_of(order: Order) -> list[str]:
    account = AccountLink.issue(order.email) if hasattr(AccountLink, "issue") else ""
    return ["/", f"/o/{order.offer.slug}", f"/orders/{order.token}/thank-you", "/my", "/no-such-page", account or "/my"]


def test_what_is_saved_is_shown_again_and_reaches_every_kind_of_page(
    admin: FlaskClient, client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    answer = save(admin)
    assert (answer.status_code, answer.location) == (303, ADDRESS)
    page = admin.get(ADDRESS).text
    assert status_of(page) == "Shop settings saved."
    for field in set(LUMEN) - {"business_address", "country", "time_zone", "default_language"}:
        assert value_of(page, field) == LUMEN[field]
    for chosen in ('"DE"', '"Europe/Berlin"', '"uk"'):
        assert f"<option value={chosen} selected>" in page
    assert "Lindenstr. 7\n10969 Berlin</textarea>" in page
    for address in pages_of(order):
        shown = client.get(address).text
        title = re.search(r"<title>(.*?)</title>", shown)
        assert title and title[1].endswith("· Atelier Lumen"), address
        assert '<meta property="og:site_name" content="Atelier Lumen">' in shown
        header, footer = shown.split("<main")[0].split("<header")[1], text_of(shown.split("<footer")[1])
        assert "Atelier Lumen" in header
        for part in ("Lumen Studio GmbH", "Lindenstr. 7 10969 Berlin", "Germany", "DE123456789"):
            assert part in footer, (address, part)
        assert 'href="mailto:hello@lumen.example"' in shown and 'href="tel:+49301234567"' in shown
    assert "Atelier Lumen" in admin.get("/admin/orders").text.split("<main")[0]
    assert "Lumen Studio GmbH" in text_of(admin.get(f"/admin/orders/{order.token}/evidence").text)


def test_a_shop_without_a_profile_goes_by_its_host(admin: FlaskClient, client: FlaskClient, offer: Offer) -> None:
    page = client.get("/").text
    assert "shop.example.com" in page.split("<main")[0] and "Storefront" not in page
    assert "Until you enter one, customers see shop.example.com." in unescape(admin.get(ADDRESS).text)
    assert value_of(admin.get(ADDRESS).text, "accent") == "#4f46c8" and "/shop.css" not in page


def test_public_pages_change_at_once_and_a_listing_without_offers_shows_the_shop_too(
    admin: FlaskClient, client: FlaskClient
) -> None:
    assert "shop.example.com" in client.get("/").text
    save(admin)
    assert "Atelier Lumen" in client.get("/").text
    save(admin, name="Lumen & Söhne <b>")
    assert "Lumen &amp; Söhne &lt;b&gt;" in client.get("/").text and "<b>" not in client.get("/").text


def test_emails_come_from_the_shop_and_answers_reach_it(offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    receipt = Email.get(Email.kind == EmailKind.RECEIPT, Email.order == order)
    ShopProfile(name="Atelier Lumen", contact_email="hello@lumen.example", legal_name="Lumen GmbH").save()
    for language in ("en", "uk", "ru"):
        rendered = emails.render(receipt, language)
        for body in (rendered.text, rendered.html):
            assert "Atelier Lumen" in body and "hello@lumen.example" in body and "Storefront" not in body
        assert "Lumen GmbH" in rendered.text and "shop.example.com" not in rendered.text.replace(
            "//shop.example.com", ""
        )


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("contact_email", "hello", "Enter an email address such as name@example.com."),
        ("reply_to", "a@b@c", "Enter an email address such as name@example.com."),
        ("contact_phone", "call me", "Enter a phone number such as +49 30 1234567."),
        ("contact_phone", "+1", "Enter a phone number such as +49 30 1234567."),
        ("accent", "red;}body{display:none", "Enter a color such as #4f46c8."),
        ("name", "x" * 81, "This is too long."),
        ("business_address", "x" * 501, "This is too long."),
        ("country", "ZZ", None),
        ("time_zone", "Mars/Base", None),
        ("default_language", "de", None),
    ],
)
def test_an_error_is_beside_its_field_and_nothing_typed_is_lost(
    admin: FlaskClient, field: str, typed: str, words: str | None
) -> None:
    refused = save(admin, picture(), **{field: typed})
    assert refused.status_code == 422
    assert error_at(refused.text, field) == words if words else error_at(refused.text, field)
    kept = {"name", "legal_name", "tax_number", "contact_email"} - {field}
    assert all(value_of(refused.text, name) == LUMEN[name] for name in kept)
    assert "Your logo wasn’t saved. Choose the file again." in refused.text
    assert ShopProfile.load() == ShopProfile() and not list(offers.upload_store().list_keys())
    with_htmx = save(admin, picture(), htmx=True, **{field: typed})
    assert with_htmx.status_code == 422 and error_at(with_htmx.text, field)
    assert "<input" not in with_htmx.text, "the fields stay as they were typed, with the chosen file"


def test_a_logo_is_encoded_again_served_for_a_year_replaced_and_removed(
    admin: FlaskClient, client: FlaskClient, place: str
) -> None:
    assert place and save(admin, picture(1200, 300, "JPEG", exif=b"Exif\0\0secret place")).status_code == 303
    first = ShopProfile.load()
    assert (first.logo_width, first.logo_height) == (512, 128)
    assert list(offers.upload_store().list_keys()) == [first.logo]
    served = client.get(first.logo_path)
    assert served.content_type == "image/png" and "immutable" in served.headers["Cache-Control"]
    assert served.headers["Cross-Origin-Resource-Policy"] == "cross-origin", "emails show it"
    assert b"secret" not in served.data and Image.open(io.BytesIO(served.data)).size == (512, 128)
    shown = f'src="{first.logo_path}" alt="Atelier Lumen" width="128" height="32"'
    assert shown in client.get("/").text and shown in admin.get("/admin").text
    save(admin, picture(200, 200, "WEBP"))
    second = ShopProfile.load()
    assert second.logo != first.logo and list(offers.upload_store().list_keys()) == [second.logo]
    assert client.get(first.logo_path).status_code == 404
    save(admin, name="Lumen")
    assert ShopProfile.load().logo == second.logo, "saving without a file keeps the logo"
    for headers in ({}, HTMX):
        asked = admin.get(f"{ADDRESS}/logo/removal", headers=headers).text
        assert "autofocus>Keep logo<" in asked and ("logo/removal" in asked) is not bool(headers)
    assert post(admin, f"{ADDRESS}/logo/removal").status_code == 303
    assert not list(offers.upload_store().list_keys()) and 'class="logo"' not in client.get("/").text
    assert ShopProfile.load().name == "Lumen"
    assert post(admin, f"{ADDRESS}/logo/removal", htmx=True).status_code == 200, "again changes nothing"


def bomb() -> bytes:
    """A PNG of a few kilobytes that claims 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    size = (40_000).to_bytes(4)
    header = chunk(b"IHDR", size + size + bytes([8, 2, 0, 0, 0]))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SVG, "This file can’t be used as a logo. Choose a PNG, JPEG or WebP file."),
        (b"<?xml version='1.0'?>" + SVG, "This file can’t be used as a logo. Choose a PNG, JPEG or WebP file."),
        (b"GIF89a" + bytes(100), "This file can’t be used as a logo. Choose a PNG, JPEG or WebP file."),
        (b"", None),
        (picture()[:60], None),
        (bomb(), None),
        (picture() + bytes(1_000_001), "This logo is too large. Choose a file of up to 1 MB."),
    ],
    ids=["svg", "xml", "gif", "empty", "cut off", "bomb", "large"],
)
def test_a_hostile_or_broken_logo_is_refused_at_its_field(admin: FlaskClient, data: bytes, words: str | None) -> None:
    refused = save(admin, data)
    assert refused.status_code == 422
    assert error_at(refused.text, "logo") == words if words else error_at(refused.text, "logo")
    assert value_of(refused.text, "name") == "Atelier Lumen"
    assert ShopProfile.load().logo == "" and not list(offers.upload_store().list_keys())


def test_a_far_too_large_upload_is_not_read(admin: FlaskClient) -> None:
    refused = save(admin, bytes(4_000_000))
    assert refused.status_code == 413 and "1 MB" in alerts_of(refused.text)


@pytest.mark.parametrize("key", ["logo-0.png", "..%2fstorefront.db", "logo-" + "0" * 24 + ".png", "x" * 300])
def test_only_a_logo_is_served_as_one(client: FlaskClient, key: str) -> None:
    assert client.get(f"/logo/{key}").status_code == 404


def test_a_missing_file_of_the_logo_is_a_finding_of_the_doctor(admin: FlaskClient, client: FlaskClient) -> None:
    save(admin, picture())
    path = offers.upload_store().local_path(ShopProfile.load().logo)
    assert isinstance(path, Path)
    path.unlink()
    assert client.get("/").status_code == 200 and client.get(ShopProfile.load().logo_path).status_code == 404
    assert "The logo’s file is missing." in text_of(admin.get("/admin/doctor").text)


def test_a_color_that_is_hard_to_read_is_darkened_and_the_owner_is_told(
    admin: FlaskClient, client: FlaskClient
) -> None:
    save(admin, accent="#ffd400")
    shade = ShopProfile.load().colors.light
    note = f"The color was darkened to {shade} so that text on it can be read."
    page = admin.get(ADDRESS).text
    assert note in status_of(page) and value_of(page, "accent") == "#ffd400"
    assert note in admin.get(ADDRESS).text, "and later, too"
    home = client.get("/").text
    sheet = re.search(r'href="(/shop\.css\?v=[0-9a-f]+)"', home)
    assert sheet and f'<meta name="theme-color" content="{shade}">' in home
    answer = client.get(sheet[1])
    assert answer.mimetype == "text/css" and "immutable" in answer.headers["Cache-Control"]
    assert f"--accent:{shade}" in answer.text and "prefers-color-scheme:dark" in answer.text
    stale = client.get("/shop.css?v=another")
    assert stale.text == answer.text and "no-cache" in stale.headers["Cache-Control"]
    save(admin, accent="#4F46C8")
    assert "darkened" not in admin.get(ADDRESS).text and "/shop.css" not in client.get("/").text


def test_every_shade_can_be_read() -> None:
    parts = ("00", "33", "80", "cc", "ff")
    for chosen in (f"#{red}{green}{blue}" for red in parts for green in parts for blue in parts):
        colors = accent_colors(chosen)
        assert min(contrast(colors.light, "#ffffff"), contrast(colors.light, "#f6f5f9")) >= 4.5, chosen
        assert min(contrast(colors.dark, "#17161c"), contrast(colors.dark, "#201f27")) >= 4.5, chosen
        assert min(contrast(colors.light_strong, "#ffffff"), contrast(colors.dark_strong, "#17161c")) >= 4.5, chosen
    assert accent_colors("#0b6e4f").light == "#0b6e4f", "a color that can be read stays"


def test_countries_are_named_in_the_admins_language(admin: FlaskClient) -> None:
    page = admin.get(f"{ADDRESS}?lang=uk").text
    assert '<option value="DE">Німеччина</option>' in page and '<option value="UA">Україна</option>' in page
    assert page.index("Австралія") < page.index("Єгипет") < page.index("Індія") < page.index("Японія")
    assert not re.search(r'<option value="(EU|UN|ZZ|XA)"', page)
