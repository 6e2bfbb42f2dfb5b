"""Malformed and hostile requests: no server error, no redirect to another site."""

import base64
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from storefront import settings
from storefront.models import Decline, Merchant, Offer
from tests.cards import DECLINED
from tests.factories import make_offer
from tests.purchase_steps import confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, token_of

MALFORMED = "http://[oops"


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Evening")


def test_a_malformed_next_address_redirects_to_the_dashboard(admin: FlaskClient) -> None:
    assert admin.get("/admin/login", query_string={"next": MALFORMED}).location == "/admin"


def test_a_malformed_origin_is_refused(app: Flask, offer: Offer) -> None:
    for headers in ({"Origin": MALFORMED}, {"Origin": "null"}, {"Origin": ""}, {"Host": "", "Origin": ""}):
        answer = app.test_client().post(f"/o/{offer.slug}/checkout", headers=headers)
        assert answer.status_code == 403, headers


def test_a_path_that_looks_like_another_host_makes_no_external_link(client: FlaskClient) -> None:
    for address in ("//elsewhere.example.com", "//elsewhere.example.com/o/evening", "/%5Celsewhere.example.com"):
        page = client.get(f"http://localhost{address}", follow_redirects=True)
        links = re.findall(r'href="([^"]*)"', page.text)
        assert links and not [link for link in links if re.match(r"[/\\]{2}", link)], links


def test_an_invalid_proof_of_work_gets_a_new_task(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_offer_hour": 1})
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    assert Decline.select().count() == 1
    deep = base64.b64encode(b"[" * 100_000).decode()
    for proof in (deep, "%%%", base64.b64encode(b"7").decode(), base64.b64encode(b'{"challenge": 7}').decode()):
        form = {"email": "taras@example.com", "name": "Taras", "visit": "visit-of-taras-0001", "proof": proof}
        answer = client.post(f"/o/{offer.slug}/checkout", data=form)
        assert (answer.status_code, bool(answer.json["challenge"])) == (429, True), proof[:20]


def test_huge_numbers_in_addresses_are_not_found(admin: FlaskClient) -> None:
    many = "9" * 30
    for address in (f"/admin/offers/{many}", f"/admin/emails/{many}", f"/pictures/{'a' * 24}-{many}.webp"):
        assert admin.get(address).status_code == 404, address
    assert admin.get(f"/admin/orders?page={many}").status_code == 200
    assert admin.get(f"/?page={many}").status_code == 404
    assert post(admin, "/admin/offers", title="Evening", price="1", merchant=many).status_code == 422


def test_an_extremely_narrow_picture_is_accepted(admin: FlaskClient, offer: Offer) -> None:
    for size in ((700, 20_000), (4, 30_000), (30_000, 4)):
        file = io.BytesIO()
        Image.new("RGB", size, "teal").save(file, "PNG")
        form = {"title": "Evening", "price": "19.99", "currency": "EUR", "merchant": str(offer.merchant_id)}
        form |= {"language": "en", "status": "draft", "max_quantity": "1", "csrf_token": token_of(admin)}
        answer = admin.post(
            f"/admin/offers/{offer.id}", data={**form, "picture": (io.BytesIO(file.getvalue()), "tall.png")}
        )
        assert answer.status_code == 303, size
        kept = Offer.get_by_id(offer.id)
        assert 0 < kept.picture_height <= 16_383


def test_a_part_of_a_file_is_never_asked_for_in_vain(client: FlaskClient) -> None:
    """A compressed part would not be the bytes that its Content-Range names. Files are small: all of it is sent."""
    for ranges in ("bytes=0-999", "bytes=0-1,4-5", "x", "bytes=999999999-", "bytes=0-9, bytes=0-9"):
        for encoding in ("identity", "gzip"):
            headers = {"Range": ranges, "Accept-Encoding": encoding}
            answer = client.get("/static/css/tokens.css", headers=headers)
            assert (answer.status_code, "Content-Range" in answer.headers) == (200, False), headers


@pytest.mark.parametrize(
    ("header", "language"),
    [("*", "en"), ("de, *;q=0.5", "en"), ("uk;q=0, *", "en"), ("uk, *;q=0.5", "uk"), ("ru;q=0.1", "ru"), ("", "en")],
)
def test_a_visitor_who_reads_any_language_gets_the_default_one(client: FlaskClient, header: str, language: str) -> None:
    page = client.get("/admin/login", headers={"Accept-Language": header})
    assert f'<html lang="{language}"' in page.text
