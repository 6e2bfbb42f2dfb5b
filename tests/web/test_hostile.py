"""What strangers send on purpose: no answer breaks, none leads away, none believes what it shouldn't."""

import base64
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from storefront import settings
from storefront.config import Config
from storefront.models import Decline, Offer
from tests.buying import begin, pay, refreshed
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, post, token_of

MALFORMED = "http://[oops"


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(), title="Evening")


def test_an_address_that_is_none_leads_back_to_the_dashboard(client: FlaskClient, admin: FlaskClient) -> None:
    assert admin.get("/admin/login", query_string={"next": MALFORMED}).location == "/admin"
    lost = client.get("/admin/orders", headers={**HTMX, "HX-Current-URL": MALFORMED})
    assert (lost.status_code, lost.headers["HX-Redirect"]) == (401, "/admin/login?next=/admin")


def test_an_origin_that_is_none_is_not_the_shops(app: Flask, offer: Offer) -> None:
    for headers in ({"Origin": MALFORMED}, {"Origin": "null"}, {"Origin": ""}, {"Host": "", "Origin": ""}):
        answer = app.test_client().post(f"/o/{offer.slug}/checkout", headers=headers)
        assert answer.status_code == 403, headers


def test_no_page_links_to_another_site_because_its_address_looks_like_one(client: FlaskClient) -> None:
    for address in ("//elsewhere.example.com", "//elsewhere.example.com/o/evening", "/%5Celsewhere.example.com"):
        page = client.get(f"http://localhost{address}", follow_redirects=True)
        links = re.findall(r'href="([^"]*)"', page.text)
        assert links and not [link for link in links if re.match(r"[/\\]{2}", link)], links


def test_a_proof_that_is_none_is_answered_with_a_task(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    settings.save({"declines_per_offer_hour": 1})
    started = begin(offer)
    pay(simulator, started, "4000000000000002")
    refreshed(started.order)
    assert Decline.select().count() == 1
    deep = base64.b64encode(b"[" * 100_000).decode()
    for proof in (deep, "%%%", base64.b64encode(b"7").decode(), base64.b64encode(b'{"challenge": 7}').decode()):
        form = {"email": "taras@example.com", "name": "Taras", "visit": "visit-of-taras-0001", "proof": proof}
        answer = client.post(f"/o/{offer.slug}/checkout", data=form)
        assert (answer.status_code, bool(answer.json["challenge"])) == (429, True), proof[:20]


def test_numbers_beyond_every_row_are_not_found(admin: FlaskClient) -> None:
    many = "9" * 30
    for address in (f"/admin/offers/{many}", f"/admin/emails/{many}", f"/pictures/{'a' * 24}-{many}.webp"):
        assert admin.get(address).status_code == 404, address
    assert admin.get(f"/admin/orders?page={many}").status_code == 200
    assert admin.get(f"/?page={many}").status_code == 404
    assert post(admin, "/admin/offers", title="Evening", price="1", merchant=many).status_code == 422


def test_a_picture_as_narrow_as_a_thread_is_kept(admin: FlaskClient, offer: Offer) -> None:
    for size in ((1000, 20_000), (4, 30_000), (30_000, 4)):
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


def test_no_secret_is_in_what_a_program_says_of_the_configuration(environment: dict[str, str]) -> None:
    secrets = {
        "SECRET_KEY": "very-secret-key-of-sessions",
        "DATABASE_URL": "postgresql://shop:very-secret-password@db/shop",
        "REDIS_URL": "redis://:very-secret-word@redis",
        "SMTP_URL": "smtp://shop:very-secret-mail@mail",
        "MAIL_FROM": "shop@example.com",
    }
    config = Config.from_environment({**environment, **secrets})
    assert "very-secret" not in repr(config)
    assert not [key for key in config.encryption_keys if key in repr(config)]
