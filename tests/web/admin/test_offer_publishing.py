"""The offer form's buttons: Preview, Save and Publish. Who sees a draft, and who can pay for it."""

import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from storefront.models import Offer, OfferRedirect, Order
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_offers import save
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of, token_of
from tests.web.query_count import queries_of

DRAFT = "Draft: only you can see this page"


@pytest.fixture
def draft(admin: FlaskClient) -> Offer:
    return make_offer(connect_merchant(), title="Ink evening", slug="ink", status="draft")


def test_preview_shows_the_page_of_a_new_offer_and_saves_nothing(admin: FlaskClient) -> None:
    merchant = connect_merchant()
    page = save(admin, "/admin/offers/previews", merchant=merchant.id, title="Ink", status="published", language="uk")
    assert page.status_code == 200 and "<bdi>Ink</bdi></h1>" in page.text
    assert "19,99\xa0€" in page.text and 'id="card-element"' in page.text and '<html lang="uk">' in page.text
    assert Offer.select().count() == 0 and admin.get("/o/ink").status_code == 404


def test_preview_of_a_published_offer_shows_what_is_typed_and_customers_see_what_is_saved(
    admin: FlaskClient, client: FlaskClient
) -> None:
    offer = make_offer(connect_merchant(), title="Ink evening", slug="ink")
    typed = {"title": "Ink & paper", "slug": "paper", "price": "25", "merchant": offer.merchant_id}
    page = save(admin, "/admin/offers/1/previews", **typed, status="published", kind="recurring", max_quantity="3")
    assert page.status_code == 200 and "Preview – not saved" in text_of(page.text)
    assert "Ink &amp; paper" in page.text and "€25.00" in page.text and 'id="quantity"' in page.text
    assert "By subscribing" in text_of(page.text)
    # Nothing can be paid on it: the button waits for a script that isn't there.
    assert re.search(r'class="pay" disabled', page.text) and "checkout.js" not in page.text
    assert "stripe-js" not in page.text and "language-switch" not in page.text
    assert page.headers["Cache-Control"] == "no-store, private" and page.headers["X-Robots-Tag"] == "noindex"
    for visitor in (client, admin):
        public = visitor.get("/o/ink").text
        assert "Ink evening" in public and "Ink &amp; paper" not in public and "€19.99" in public
        assert visitor.get("/o/paper").status_code == 404
    kept = Offer.get()
    assert (kept.title, kept.slug, kept.amount, kept.kind) == ("Ink evening", "ink", 1999, "one_off")
    assert OfferRedirect.select().count() == 0


def test_preview_shows_a_chosen_picture_and_stores_no_file(admin: FlaskClient, draft: Offer, tmp_path: Path) -> None:
    def preview(data: bytes) -> TestResponse:
        image = FileStorage(io.BytesIO(data), "evening.png", "image/png")
        fields = {
            "title": "Ink",
            "price": "5",
            "currency": "EUR",
            "language": "en",
            "max_quantity": "1",
            "merchant": "",
        }
        sent = {**fields, "status": "draft", "csrf_token": token_of(admin), "picture": image, "picture_alt": "Brushes"}
        return admin.post("/admin/offers/1/previews", data=sent, content_type="multipart/form-data")

    file = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(file, "PNG")
    page = preview(file.getvalue()).text
    assert re.search(r'src="data:image/webp;base64,[^"]+" width="960" height="640" alt="Brushes"', page)
    assert not list(tmp_path.rglob("*.webp")) and Offer.get().picture == ""
    refused = preview(b"no image")
    assert refused.status_code == 422 and "Image" in alerts_of(refused.text)


def test_preview_with_invalid_fields_shows_the_form_with_its_errors(admin: FlaskClient, draft: Offer) -> None:
    for address, typed in (("/admin/offers/previews", {}), ("/admin/offers/1/previews", {"slug": "ink"})):
        refused = save(admin, address, title="", price="0.01", **typed)
        assert refused.status_code == 422 and error_at(refused.text, "title") == "Enter a title."
        cheap = save(admin, address, price="0.01", **typed)
        assert cheap.status_code == 422 and "minimum" in error_at(cheap.text, "price")
        assert 'value="0.01"' in cheap.text and "data-changed" in cheap.text
    make_offer(draft.merchant, slug="taken")
    taken = save(admin, "/admin/offers/1/previews", slug="taken")
    assert taken.status_code == 422 and error_at(taken.text, "slug")


def test_preview_does_not_ask_for_what_only_publishing_needs(admin: FlaskClient) -> None:
    page = save(admin, "/admin/offers/previews", title="Ink", status="published")
    assert page.status_code == 200 and "Not available right now" in page.text


def test_only_a_signed_in_admin_with_a_token_previews(admin: FlaskClient, client: FlaskClient, draft: Offer) -> None:
    fields = {"title": "Ink", "price": "5"}
    assert admin.post("/admin/offers/1/previews", data=fields).status_code == 400
    token = token_of(admin)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    sent = admin.post("/admin/offers/1/previews", data=fields | {"csrf_token": token}, headers=foreign)
    assert sent.status_code in (400, 403)
    stranger = client.post("/admin/offers/1/previews", data=fields | {"csrf_token": token})
    assert stranger.status_code in (302, 303) and "/admin/login" in stranger.location


def test_an_admin_sees_the_saved_draft_at_its_own_address(admin: FlaskClient, draft: Offer) -> None:
    page = admin.get("/o/ink")
    assert page.status_code == 200 and DRAFT in text_of(page.text) and "<bdi>Ink evening</bdi></h1>" in page.text
    assert 'href="/admin/offers/1"' in page.text and 'id="card-element"' in page.text


def test_only_a_signed_in_admin_sees_a_draft(admin: FlaskClient, client: FlaskClient, draft: Offer) -> None:
    own = admin.get("/o/ink")
    assert own.status_code == 200 and own.headers["Cache-Control"] == "no-store, private"
    assert "Cookie" in own.headers["Vary"] and own.headers["X-Robots-Tag"] == "noindex"
    for address in ("/o/ink", "/o/ink?preview=1", "/o/ink?lang=uk"):
        stranger = client.get(address)
        assert stranger.status_code == 404 and "Ink evening" not in stranger.text
    client.set_cookie("session", "of-another-shop")
    assert client.get("/o/ink").status_code == 404
    assert "Ink evening" not in client.get("/").text and "Ink evening" not in admin.get("/").text


def test_what_an_admin_saw_of_a_draft_is_never_shown_to_others(
    admin: FlaskClient, client: FlaskClient, draft: Offer
) -> None:
    admin.get("/o/ink")
    assert client.get("/o/ink").status_code == 404
    post(admin, "/admin/offers/1/archival")
    assert "Archived: only you can see this page" in text_of(admin.get("/o/ink").text)
    assert client.get("/o/ink").status_code == 404
    post(admin, "/admin/offers/restorations", offers="1:published")
    for visitor in (client, admin):
        page = visitor.get("/o/ink")
        assert page.status_code == 200 and "only you can see" not in page.text
        assert page.headers["Cache-Control"] == "public, no-cache"


def test_nobody_pays_for_a_draft(admin: FlaskClient, client: FlaskClient, draft: Offer) -> None:
    fields = {"email": "marko@example.com", "name": "Marko", "visit": "a-visit-of-marko-0001", "quantity": "1"}
    for visitor in (client, admin):
        answer = visitor.post("/o/ink/checkout", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code >= 400 and "client_secret" not in answer.text
    assert Order.select().count() == 0


def test_a_signed_in_admin_sees_a_published_offer_like_everybody(admin: FlaskClient) -> None:
    make_offer(connect_merchant(), slug="ink")
    assert queries_of(admin, "/o/ink") <= 1


def test_publish_saves_what_was_typed_and_shows_how_to_share_it(
    admin: FlaskClient, client: FlaskClient, draft: Offer
) -> None:
    answer = save(admin, "/admin/offers/1", title="Ink & paper", slug="ink", merchant=draft.merchant_id, publish="1")
    assert answer.status_code == 303 and answer.location.startswith("/admin/offers/1?")
    assert (Offer.get().status, Offer.get().title) == ("published", "Ink & paper")
    page = admin.get(answer.location).text
    assert "“Ink & paper” is published." in status_of(page)
    assert "Your offer is published" in text_of(page) and '<details class="share-code" open>' in page
    assert 'data-copy="http://shop.example.com/o/ink"' in page and "<svg" in page
    assert client.get("/o/ink").status_code == 200
    later = admin.get("/admin/offers/1").text
    assert "Your offer is published" not in later and '<details class="share-code">' in later


def test_an_offer_that_cannot_be_sold_is_not_published_and_says_why(admin: FlaskClient) -> None:
    answer = save(admin, title="Ink", price="0.01", publish="1")
    assert answer.status_code == 422 and Offer.select().count() == 0
    assert error_at(answer.text, "merchant") == "Choose a payment system before you publish."
    summary = alerts_of(answer.text)
    assert "Price" in summary and "Payment system" in summary
    assert re.findall(r'role="alert"[^>]*>.*?<li><a href="#offer-price">', answer.text, flags=re.S)
    assert "data-changed" in answer.text and 'value="Ink"' in answer.text


def test_the_form_has_the_buttons_of_its_status(admin: FlaskClient, draft: Offer) -> None:
    def buttons(address: str) -> list[str]:
        bar = re.search(r'class="save-bar">(.*?)</div>', admin.get(address).text, flags=re.S)
        assert bar
        return re.findall(r"<(?:a|button)[^>]*>([^<]+)</", bar[1])

    assert buttons("/admin/offers/new") == buttons("/admin/offers/1") == ["Preview", "Save", "Publish"]
    Offer.update(status="published").execute()
    assert buttons("/admin/offers/1") == ["Preview", "Save"]
    Offer.update(status="archived").execute()
    assert buttons("/admin/offers/1") == ["Preview", "Save", "Publish"]


def test_the_form_of_a_draft_links_to_no_page_that_is_not_there(admin: FlaskClient, draft: Offer) -> None:
    for link in set(re.findall(r'href="(/[^"]*)"', admin.get("/admin/offers/1").text)):
        assert admin.get(link).status_code == 200, link
