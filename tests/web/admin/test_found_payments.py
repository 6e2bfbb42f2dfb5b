"""Admin → Payments without an order: what a restored database does not know, and the metadata does not tell."""

import pytest
from flask.testing import FlaskClient

from storefront import worker
from storefront.models import (
    Document,
    Email,
    FoundPayment,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Subscription,
    TimelineEntry,
)
from tests.databases import delete_rows
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.stripe_dashboard import forget_metadata
from tests.subscription_steps import subscribe
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of

PAGE = "/admin/found-payments"


@pytest.fixture
def found(offer: Offer, simulator: Simulator) -> FoundPayment:
    """A payment of €19.99 that an older version has taken, and that the database has lost."""
    buy(offer, simulator)
    return lose_orders()


def lose_orders() -> FoundPayment:
    forget_metadata(Payment.get())
    delete_rows((Email, Document, Invoice, Subscription, TimelineEntry, Payment, Order))
    worker.reconcile(everything=True)
    return FoundPayment.get()


def test_the_owner_creates_the_order_of_a_payment(admin: FlaskClient, offer: Offer, found: FoundPayment) -> None:
    for page in ("/admin", "/admin/orders"):
        assert "1 payment in Stripe has no order" in text_of(admin.get(page).text)
    shown = admin.get(PAGE).text
    assert "€19.99 · order #1001" in text_of(shown)
    assert f"/test/payments/{found.stripe_id}" in shown
    assert f'value="{offer.id}" selected' in shown, "its title is the payment's"
    assert error_at(post(admin, f"{PAGE}/{found.id}/order", offer="", email="").text, "offer") == "Choose an offer."
    invalid = post(admin, f"{PAGE}/{found.id}/order", offer=offer.id, email="marko")
    assert invalid.status_code == 422 and "email address" in error_at(invalid.text, "email")
    answer = post(admin, f"{PAGE}/{found.id}/order", offer=offer.id, email="marko@example.com")
    order = Order.get()
    assert (answer.status_code, answer.location) == (303, f"/admin/orders/{order.token}")
    assert (order.number, order.status, order.email, order.offer) == (1001, "paid", "marko@example.com", offer)
    assert [letter.kind for letter in order.emails] == ["receipt", "owner_sale"]
    assert "Order #1001 created." in status_of(admin.get(answer.location).text)
    assert "No payments without an order" in admin.get(PAGE).text
    assert post(admin, f"{PAGE}/{found.id}/order", offer=offer.id, email="marko@example.com").status_code == 404
    assert Order.select().count() == 1


def test_the_owner_dismisses_a_payment_for_good(admin: FlaskClient, found: FoundPayment) -> None:
    question = f"{PAGE}/{found.id}/dismissal"
    assert f'href="{question}"' in admin.get(PAGE).text
    for headers in ({}, HTMX):
        asked = admin.get(question, headers=headers).text
        assert "autofocus>Keep in list<" in asked and "Dismiss the payment of €19.99?" in text_of(asked)
    assert "dismissed" in status_of(admin.get(post(admin, f"{PAGE}/{found.id}/dismissal").location).text)
    assert admin.get(question).status_code == 404, "there is nothing to ask anymore"
    worker.reconcile(everything=True)
    assert "No payments without an order" in admin.get(PAGE).text
    assert "in Stripe has no order" not in text_of(admin.get("/admin").text)
    assert Order.select().count() == 0


def test_only_offers_that_fit_can_be_chosen(admin: FlaskClient, merchant: Merchant, found: FoundPayment) -> None:
    monthly = make_offer(merchant, kind="recurring", title="Weekly letters")
    assert "Weekly letters" not in admin.get(PAGE).text
    refused = post(admin, f"{PAGE}/{found.id}/order", offer=monthly.id, email="marko@example.com")
    assert refused.status_code == 422 and error_at(refused.text, "offer")
    assert Order.select().count() == 0


def test_a_lost_subscription_gets_its_order(admin: FlaskClient, monthly_offer: Offer, simulator: Simulator) -> None:
    stripe_id = subscribe(monthly_offer, simulator).subscription_id
    found = lose_orders()
    assert (found.recurs, found.stripe_id) == (True, stripe_id)
    answer = post(admin, f"{PAGE}/{found.id}/order", offer=monthly_offer.id, email="marko@example.com")
    assert answer.status_code == 303, alerts_of(answer.text)
    worker.reconcile(everything=True)
    restored = Subscription.get()
    assert (restored.subscription_id, restored.status, restored.order.status) == (stripe_id, "active", "paid")
