"""An offer in a frame: only on the sites that its owner allows, without cookies, as cheap as the offer's own page."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.web.admin_pages import post
from tests.web.answer_headers import headers_of
from tests.web.query_count import queries_of

SITES = "https://www.example.org\nhttps://blog.example.org:8443"


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Evening", slug="evening", allowed_sites=SITES)


def ancestors(client: FlaskClient, path: str) -> str:
    policy = client.get(path).headers["Content-Security-Policy"]
    return re.search(r"frame-ancestors ([^;]+)", policy)[1]


def test_only_the_allowed_sites_may_frame_the_embed_and_nobody_any_other_page(
    client: FlaskClient, offer: Offer, merchant: Merchant
) -> None:
    make_offer(merchant, slug="closed")
    embed = client.get("/o/evening/embed")
    assert embed.status_code == 200 and "X-Frame-Options" not in embed.headers
    assert ancestors(client, "/o/evening/embed") == SITES.replace("\n", " ")
    for path in ("/o/evening", "/o/closed/embed", "/o/closed", "/", "/admin/login"):
        assert ancestors(client, path) == "'none'" and client.get(path).headers["X-Frame-Options"] == "DENY", path


def test_the_embed_is_cached_as_the_offers_page_is(app: Flask, client: FlaskClient, offer: Offer) -> None:
    first = client.get("/o/evening/embed")
    assert "Set-Cookie" not in first.headers and first.headers["Cache-Control"] == "public, no-cache"
    assert client.get("/o/evening/embed", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert queries_of(client, "/o/evening/embed") == 1
    made = client.get("/o/evening/embed", headers={"If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"})
    assert made.data == first.data and headers_of(made) == headers_of(first)
    Offer.update(allowed_sites="").where(Offer.id == offer.id).execute()
    assert ancestors(client, "/o/evening/embed") == "'none'"


def test_the_embed_has_the_payment_form_of_the_offers_page(client: FlaskClient, offer: Offer) -> None:
    page, embed = client.get("/o/evening").text, client.get("/o/evening/embed").text
    form = re.compile(r'<form id="payment".*?</form>', re.DOTALL)
    assert form.search(page)[0] == form.search(embed)[0]
    # From inside of the frame it is a request of the shop's own page.
    assert client.post("/o/evening/checkout", data=MARKOS_FORM).status_code == 200
    refused = client.post("/o/evening/checkout", data=MARKOS_FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403


def test_what_is_not_for_sale_is_not_shown_in_frames(client: FlaskClient, merchant: Merchant, offer: Offer) -> None:
    for status in ("draft", "archived"):
        Offer.update(status=status).where(Offer.id == offer.id).execute()
        assert client.get("/o/evening/embed").status_code == 404
    assert client.get("/o/nothing/embed").status_code == 404


def test_an_old_address_leads_to_the_embed_of_the_new_one(
    client: FlaskClient, admin: FlaskClient, offer: Offer
) -> None:
    save(admin, offer, slug="night")
    assert client.get("/o/evening/embed").headers["Location"] == "/o/night/embed"


def save(admin: FlaskClient, offer: Offer, **changes: str) -> str:
    form = {
        "title": offer.title,
        "slug": offer.slug,
        "price": "19.99",
        "currency": "EUR",
        "merchant": str(offer.merchant_id),
        "language": "en",
        "status": "published",
        "listed": "y",
        "max_quantity": "1",
        "allowed_sites": SITES,
        **changes,
    }
    return post(admin, f"/admin/offers/{offer.id}", **form).text


def test_sites_are_kept_as_origins(admin: FlaskClient, offer: Offer) -> None:
    save(admin, offer, allowed_sites="https://WWW.Example.org/  http://localhost:8000\nhttps://приклад.укр:443, ")
    kept = Offer.get_by_id(offer.id).allowed_sites.splitlines()
    assert kept == ["https://www.example.org", "http://localhost:8000", "https://xn--80aikifvh.xn--j1amh"]


@pytest.mark.parametrize(
    "typed",
    [
        "http://www.example.org",
        "https://*.example.org",
        "https://www.example.org/page",
        "https://user@www.example.org",
        "www.example.org",
        "https://example.org;script-src",
        "javascript:alert(1)",
        "'none'",
    ],
)
def test_what_is_no_website_is_refused_at_the_field(admin: FlaskClient, offer: Offer, typed: str) -> None:
    page = save(admin, offer, title="Typed title", allowed_sites=typed)
    assert "is not the address of a website" in page and "Typed title" in page
    assert Offer.get_by_id(offer.id).allowed_sites == SITES


def test_too_many_sites_are_refused(admin: FlaskClient, offer: Offer) -> None:
    many = " ".join(f"https://site{number}.example.org" for number in range(21))
    assert "Enter up to 20 websites." in save(admin, offer, allowed_sites=many)


def test_after_a_banks_page_the_frame_leads_out_to_the_order(
    client: FlaskClient, offer: Offer, merchant: Merchant
) -> None:
    order = client.post("/o/evening/checkout", data=MARKOS_FORM).json["order"]
    page = client.get(f"/orders/{order}/framed")
    assert ancestors(client, f"/orders/{order}/framed") == SITES.replace("\n", " ")
    assert f'href="/orders/{order}"' in page.text and "marko" not in page.text.lower()
    back = client.get(
        f"/orders/{order}/framed?payment_intent=pi_1&payment_intent_client_secret=x&redirect_status=failed"
    )
    assert back.headers["Location"] == f"/orders/{order}/framed"
    assert client.get("/orders/nothing/framed").status_code == 404
    assert ancestors(client, f"/orders/{order}") == "'none'"
