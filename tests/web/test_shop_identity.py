"""Customers meet the shop by its own name, and never by that of the software."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import customers, emails
from storefront.emails import KINDS
from storefront.models import Email, Merchant, Offer, Order, ShopProfile, Subscription
from tests.cards import DECLINED
from tests.factories import make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import text_of
from tests.web_client import browser

LANGUAGES = ("en", "uk", "ru")
LUMEN = ShopProfile(
    name="Atelier Lumen", contact_email="hello@lumen.example", contact_phone="+49 30 1234567", legal_name="Lumen GmbH"
)
ASK = "Seller contact: hello@lumen.example"


@pytest.fixture
def addresses(app: Flask, offer: Offer, merchant: Merchant, simulator: Simulator) -> list[str]:
    """Pages of every kind that customers open, and files."""
    paid = buy(offer, simulator)
    started = start_checkout(make_offer(merchant, title="Declined", slug="declined"))
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    subscription = subscribe(make_offer(merchant, kind="recurring", title="Letters", slug="letters"), simulator)
    renew(subscription, simulator)
    token = emails.make_account_token(paid.email)
    orders = [f"/orders/{order.token}{page}" for order in Order.select() for page in ("", "/thank-you", "/pay")]
    account = [
        *(f"/my/{token}{page}" for page in ("", "/data", "/email", f"/receipts/{paid.token}")),
        *(f"/my/{token}/subscriptions/{subscription.public_id}{page}" for page in ("", "/card", "/cancellation")),
    ]
    shop = ["/", "/?page=9", f"/o/{offer.slug}", "/o/declined", "/o/letters", "/my", "/my/nothing", "/nothing-here"]
    return [*shop, *orders, *account]


@pytest.mark.parametrize("profile", [ShopProfile(), LUMEN], ids=["no profile", "profile"])
def test_no_page_or_email_names_the_software(
    app: Flask, addresses: list[str], offer: Offer, profile: ShopProfile
) -> None:
    profile.save()
    visitor = browser(app)
    for language in LANGUAGES:
        for address in addresses:
            answer = visitor.get(f"{address}{'&' if '?' in address else '?'}lang={language}", follow_redirects=True)
            assert "storefront" not in answer.text.lower(), (address, language)
            assert answer.mimetype != "text/html" or profile.display_name in answer.text, (address, language)
        for kind in KINDS:
            sample = emails.preview(kind, language)
            assert "storefront" not in f"{sample.subject}{sample.text}{sample.html}".lower(), (kind, language)
            assert profile.display_name in sample.text and profile.display_name in sample.html, (kind, language)
            assert "127.0.0.1" not in sample.text
    for email in Email.select():
        rendered = emails.render(email, email.language or "en")
        assert "storefront" not in f"{rendered.subject}{rendered.text}{rendered.html}".lower(), email.kind


def pages_that_send_to_the_seller(client: FlaskClient, order: Order, subscription: Subscription) -> Iterator[str]:
    Merchant.update(charges_enabled=False).execute()
    token = emails.make_account_token(subscription.order.email)
    for address in (
        f"/o/{order.offer.slug}",
        f"/orders/{order.token}",
        f"/my/{token}/subscriptions/{subscription.public_id}/cancellation",
    ):
        yield client.get(address).text


def test_who_is_told_to_ask_the_seller_finds_the_contact_there(
    client: FlaskClient, offer: Offer, merchant: Merchant, simulator: Simulator
) -> None:
    order = start_checkout(offer).order
    plan = make_offer(merchant, kind="plan", instalments=3, title="Plan", slug="plan")
    subscription = subscribe(plan, simulator)
    for page in pages_that_send_to_the_seller(client, order, subscription):
        assert "Contact the seller" not in page
    LUMEN.save()
    for page in pages_that_send_to_the_seller(client, order, subscription):
        assert "Contact the seller: hello@lumen.example" in text_of(page.split("<main")[1].split("</main>")[0])
    answer = client.post(
        f"/o/{offer.slug}/checkout", data={"email": "marko@example.com", "name": "Marko", "visit": "a-visit-of-marko"}
    )
    assert answer.status_code in (409, 422, 503)
    assert f"contact the seller. {ASK}, +49 30 1234567" in str(answer.json)


def test_the_data_of_a_customer_names_the_shop(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    LUMEN.save()
    data = customers.export_data(order.email)
    assert data["shop"] == "Atelier Lumen"
    assert data["seller"] == {
        "url": "http://shop.example.com",
        "contact_email": "hello@lumen.example",
        "contact_phone": "+49 30 1234567",
        "legal_name": "Lumen GmbH",
    }
