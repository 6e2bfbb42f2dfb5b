"""The sitemap and robots.txt: published and listed offers, cached as public pages are, flat in large shops."""

from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import chunked

from storefront.models import Merchant, Offer, OfferStatus
from storefront.offers import sitemap
from tests.factories import SHOP_URL, make_offer
from tests.web.answer_headers import headers_of
from tests.web.query_count import queries_of, statements_of

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client: FlaskClient, path: str = "/sitemap.xml") -> list[str]:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.content_type == "application/xml; charset=utf-8"
    return [found.text or "" for found in ElementTree.fromstring(answer.text).iter(f"{NAMESPACE}loc")]


@pytest.fixture
def offers(merchant: Merchant) -> dict[str, Offer]:
    return {
        "listed": make_offer(merchant, title="Evening"),
        "hidden": make_offer(merchant, title="Hidden", listed=False),
        "draft": make_offer(merchant, title="Draft", status="draft"),
        "archived": make_offer(merchant, title="Archived", status="archived"),
    }


def test_the_sitemap_names_the_published_and_listed_offers(client: FlaskClient, offers: dict[str, Offer]) -> None:
    assert addresses(client) == [f"{SHOP_URL}/", f"{SHOP_URL}/o/evening"]


def test_robots_txt_names_the_sitemap(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.content_type == "text/plain; charset=utf-8" and f"Sitemap: {SHOP_URL}/sitemap.xml" in answer.text


def test_the_sitemap_is_kept_until_an_offer_changes(client: FlaskClient, offers: dict[str, Offer]) -> None:
    first = client.get("/sitemap.xml")
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/sitemap.xml", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and queries_of(client, "/sitemap.xml") == 1
    Offer.update(status=OfferStatus.PUBLISHED).where(Offer.slug == "archived").execute()
    assert f"{SHOP_URL}/o/archived" in addresses(client)


def test_flask_makes_the_same_file(client: FlaskClient, offers: dict[str, Offer]) -> None:
    past_the_cache = {"If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    kept, made = client.get("/sitemap.xml"), client.get("/sitemap.xml", headers=past_the_cache)
    assert kept.data == made.data and headers_of(kept) == headers_of(made)


def test_a_large_shop_has_several_files(
    app: Flask, client: FlaskClient, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = {name: value for name, value in make_offer(merchant).__data__.items() if name not in ("id", "slug")}
    numbers = range(2, sitemap.PER_FILE + 50)
    for some in chunked(({**copied, "id": number, "slug": f"offer-{number}"} for number in numbers), 300):
        Offer.insert_many(some).execute()
    files = addresses(client)
    assert files == [f"{SHOP_URL}/sitemap-0.xml", f"{SHOP_URL}/sitemap-1.xml"]
    found = [address for name in files for address in addresses(client, name.removeprefix(SHOP_URL))]
    assert len(found) == len(set(found)) == 1 + Offer.select().count()
    assert len(statements_of(lambda: client.get("/sitemap.xml"))) == 2
    assert client.get("/sitemap-7.xml").status_code == 404
