"""The offer form's buttons: Preview, Save and Publish. Who sees a draft, and who can pay for it."""

import re

import pytest
from flask.testing import FlaskClient

from storefront.models import Offer, Order
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_offers import save
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of
from tests.web.query_count import queries_of

DRAFT = "Draft: only you can see this page"


@pytest.fixture
def draft(admin: FlaskClient) -> Offer:
    return make_offer(connect_merchant(), title="Ink evening", slug="ink", status="draft")


def test_preview_saves_a_new_offer_as_a_draft_and_shows_its_page(admin: FlaskClient) -> None:
    answer = save(admin, merchant=connect_merchant().id, title="Ink", status="published", preview="1")
    assert (answer.status_code, answer.location) == (303, "/o/ink")
    assert Offer.get().status == "draft"
    page = admin.get("/o/ink")
    assert page.status_code == 200 and DRAFT in text_of(page.text) and "<bdi>Ink</bdi></h1>" in page.text
    assert 'href="/admin/offers/1"' in page.text and "€19.99" in page.text and 'id="card-element"' in page.text


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


def test_preview_of_a_changed_draft_saves_the_changes(admin: FlaskClient, draft: Offer) -> None:
    answer = save(admin, "/admin/offers/1", title="Ink and paper", slug="ink", merchant=draft.merchant_id, preview="1")
    assert answer.location == "/o/ink" and "Ink and paper" in admin.get("/o/ink").text
    refused = save(admin, "/admin/offers/1", title="", preview="1")
    assert refused.status_code == 422 and error_at(refused.text, "title") == "Enter a title."


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
    assert buttons("/admin/offers/1") == ["View page", "Save"]
    Offer.update(status="archived").execute()
    assert buttons("/admin/offers/1") == ["Preview", "Save", "Publish"]


def test_the_form_of_a_draft_links_to_no_page_that_is_not_there(admin: FlaskClient, draft: Offer) -> None:
    for link in set(re.findall(r'href="(/[^"]*)"', admin.get("/admin/offers/1").text)):
        assert admin.get(link).status_code == 200, link
