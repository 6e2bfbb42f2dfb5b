"""The share panel: QR code as files and as a sheet, and HTML for other websites."""

import html
import re

import pytest
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer
from tests.factories import SHOP_URL, make_offer
from tests.web.admin_pages import text_of


def snippet(page: str, name: str) -> str:
    found = re.search(rf'<textarea id="{name}"[^>]*>([^<]*)</textarea>', page)
    assert found, f"the page has no {name}"
    return html.unescape(found[1])


@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_the_qr_code_is_a_file_to_save(admin: FlaskClient, offer: Offer, kind: str, start: bytes) -> None:
    answer = admin.get(f"/admin/offers/{offer.id}/qr-code.{kind}")
    assert answer.data.startswith(start) and answer.mimetype == f"image/{'svg+xml' if kind == 'svg' else 'png'}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{offer.slug}-qr.{kind}"'
    assert f'href="/admin/offers/{offer.id}/qr-code.{kind}"' in admin.get(f"/admin/offers/{offer.id}").text


def test_the_sheet_to_print_is_in_the_offers_language(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, title="Вечір акварелі", slug="evening", language="uk")
    page = admin.get(f"/admin/offers/{offer.id}/qr-code/print").text
    for expected in ("Вечір акварелі", "19,99\xa0€", "Скануйте, щоб замовити", "shop.example.com/o/evening", "<svg"):
        assert expected in page, expected


def test_strangers_get_no_qr_code(client: FlaskClient, offer: Offer) -> None:
    for path in ("qr-code.svg", "qr-code.png", "qr-code/print"):
        assert client.get(f"/admin/offers/{offer.id}/{path}").status_code == 302


def test_the_button_is_html_that_needs_nothing_else(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, title="Tea & <cake>", slug="tea", kind="recurring")
    button = snippet(admin.get(f"/admin/offers/{offer.id}").text, "share-button")
    assert re.fullmatch(rf'<a href="{SHOP_URL}/o/tea" style="[^"<>]+">Subscribe</a>', button)


def test_the_frames_html_is_there_once_a_site_is_allowed(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, title='Tea & "cake"', slug="tea")
    assert "enter its address under “Allowed sites”" in text_of(admin.get(f"/admin/offers/{offer.id}").text)
    Offer.update(allowed_sites="https://www.example.org").where(Offer.id == offer.id).execute()
    frame = snippet(admin.get(f"/admin/offers/{offer.id}").text, "share-embed")
    assert frame.startswith(f'<iframe src="{SHOP_URL}/o/tea/embed" title="Tea &amp; &#34;cake&#34;"')
    assert f'<script src="{SHOP_URL}/static/js/embed.js" async></script>' in frame
