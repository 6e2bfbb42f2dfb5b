"""Settings → Payment systems → Stripe: an account with many open payments is disconnected by the worker."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront.merchants.disconnection import FEW_PAYMENTS
from storefront.models import Merchant, Offer, Payment
from storefront.worker import tasks
from tests.cast import MARKO
from tests.factories import connect_merchant
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import HTMX, STRIPE, post, status_of, text_of

COUNT = FEW_PAYMENTS + 1


@pytest.fixture
def disconnecting(offer: Offer) -> Merchant:
    """An account with more open payments than are closed while the owner waits."""
    for number in range(COUNT):
        start_checkout(offer, replace(MARKO, visit=f"visit-number-{number}"))
    return Merchant.get()


def address_of_progress(html: str) -> str:
    found = re.search(r'<section id="disconnecting" hx-get="([^"]+)"', html)
    assert found, "the page does not ask for the progress"
    return found[1]


def test_the_page_shows_the_progress_and_the_outcome(
    admin: FlaskClient, client: FlaskClient, disconnecting: Merchant, offer: Offer
) -> None:
    address = f"{STRIPE}/{disconnecting.public_id}"
    answer = post(admin, f"{address}/disconnection", htmx=True)
    assert "no longer accepts payments. It will be disconnected when its open payments are closed." in text_of(
        answer.text
    )
    page = admin.get(STRIPE).text
    assert "Being disconnected" in page and f"Payments closed: 0 of {COUNT}" in page
    assert "Disconnect</button>" not in page
    assert "No accounts connected yet" in page
    for part in ("", "/edit", "/disconnection", "/webhook"):
        assert admin.get(address + part).status_code == 404
    assert "Its Stripe account is disconnected" in text_of(admin.get("/admin/offers").text)
    form = {"email": "ivan@example.com", "name": "Ivan", "visit": "v" * 30}
    assert client.post(f"/o/{offer.slug}/checkout", data=form).status_code == 503
    assert client.post(f"/webhooks/stripe/{disconnecting.public_id}", data=b"{}").status_code == 400

    progress = admin.get(address_of_progress(page), headers=HTMX).text
    assert (
        "Payments closed: 0 of" in progress and "<html" not in progress and 'hx-target="#disconnected"' not in progress
    )
    tasks.continue_disconnections()
    progress = admin.get(address_of_progress(page), headers=HTMX).text
    assert "Payments closed" not in progress and "hx-trigger" not in progress
    assert 'hx-target="#disconnected"' in progress and "disconnected" in text_of(progress)
    assert "couldn’t be closed" not in progress
    assert client.post(f"/webhooks/stripe/{disconnecting.public_id}", data=b"{}").status_code == 410
    assert admin.get(f"{STRIPE}/disconnecting").headers["Location"] == STRIPE


def test_the_page_says_how_many_payments_are_left_open(
    admin: FlaskClient, disconnecting: Merchant, simulator: Simulator
) -> None:
    post(admin, f"{STRIPE}/{disconnecting.public_id}/disconnection")
    assert "no longer accepts payments" in status_of(admin.get(STRIPE).text)
    left = Payment.select().order_by(Payment.id.desc()).first()
    simulator.add_fault(f"/v1/payment_intents/{left.intent_id}*", "error_before", method="GET", times=10)
    Merchant.update(disconnecting_at=disconnecting.created_at.replace(year=2020)).execute()
    tasks.continue_disconnections()
    tasks.continue_disconnections()
    page = text_of(admin.get(STRIPE).text)
    assert "1 open payment couldn’t be closed. Until you cancel it in the Stripe Dashboard, the customer can" in page


@pytest.mark.parametrize(("language", "words"), [("uk", "Закрито платежів: 0 з"), ("ru", "Закрыто платежей: 0 из")])
def test_the_progress_is_translated(admin: FlaskClient, disconnecting: Merchant, language: str, words: str) -> None:
    post(admin, f"{STRIPE}/{disconnecting.public_id}/disconnection")
    assert f"{words} {COUNT}" in admin.get(f"{STRIPE}?lang={language}", follow_redirects=True).text


def test_an_account_that_is_being_disconnected_can_be_connected_again(
    admin: FlaskClient, disconnecting: Merchant
) -> None:
    post(admin, f"{STRIPE}/{disconnecting.public_id}/disconnection")
    assert connect_merchant().id == disconnecting.id
    tasks.continue_disconnections()
    assert "Being disconnected" not in admin.get(STRIPE).text and Offer.get().obstacle() is None
