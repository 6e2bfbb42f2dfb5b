"""Add-ons ticked on an offer's page: priced by the shop, paid once, also with a subscription's first payment."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import emails, payments, subscriptions
from storefront.models import Email, Invoice, Merchant, Offer, Order, OrderLine
from storefront.offers import AddonFields
from tests.cards import DECLINED, GOOD
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import refresh
from tests.simulator_process import Simulator
from tests.stripe_dashboard import subscription_statuses_at_stripe
from tests.subscription_steps import renew
from tests.web.admin.test_offers import save
from tests.web.admin_pages import text_of

ADDONS = (AddonFields("addons-0", "Workbook", "9.00"), AddonFields("addons-1", "Call", "25.50"))


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, "90.00", title="Course", slug="course", addons=ADDONS, max_quantity=3)


def send(client: FlaskClient, to: str, addon: list[str], **changes: str) -> TestResponse:
    return client.post(f"/o/course/{to}", data=MARKOS_FORM | {"addon": addon} | changes)


def pay(client: FlaskClient, simulator: Simulator, addon: list[str], **changes: str) -> Order:
    answer = send(client, "checkout", addon, **changes)
    assert answer.status_code == 200, answer.json
    order = Order.get(Order.token == answer.json["order"])
    simulator.confirm(order.merchant.publishable_key, answer.json["client_secret"], GOOD)
    return refresh(order)


def test_the_page_offers_each_add_on_with_its_price(client: FlaskClient, offer: Offer) -> None:
    text = text_of(client.get("/o/course").text)
    assert "Workbook + €9.00" in text and "Call + €25.50" in text


def test_the_quote_shows_what_is_charged(client: FlaskClient, offer: Offer) -> None:
    quote = send(client, "quote", ["1", "2"], quantity="2").json
    assert quote["seen"] == "EUR 21450 21450" and quote["button"] == "Pay €214.50"
    assert "Course × 2 €180.00 Workbook €9.00 Call €25.50 Total €214.50" in text_of(quote["summary"])
    assert send(client, "quote", []).json["summary"] == ""


def test_the_order_has_a_line_for_each(client: FlaskClient, offer: Offer, admin: FlaskClient, simulator) -> None:
    order = pay(client, simulator, ["2", "1"], quantity="2", seen="EUR 21450 21450")
    assert (order.amount, order.status, order.itemized) == (21450, "paid", True)
    lines = [(line.kind, line.title, line.unit_amount, line.quantity) for line in OrderLine.of_order(order)]
    assert lines == [("item", "Course", 9000, 2), ("addon", "Workbook", 900, 1), ("addon", "Call", 2550, 1)]
    thanks = text_of(client.get(f"/orders/{order.token}/thank-you").text)
    assert "Course × 2 €180.00 Workbook €9.00 Call €25.50 Total €214.50" in thanks
    shown = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Workbook Add-on · Refund €9.00 €9.00" in shown and "Total €214.50" in shown
    rows = list(csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.lstrip("\ufeff"))))
    assert rows[0]["lines"] == "Course × 2: 180.00\nWorkbook × 1: 9.00\nCall × 1: 25.50"


def test_other_amounts_and_unknown_add_ons_are_refused(client: FlaskClient, offer: Offer) -> None:
    assert send(client, "checkout", ["1"], seen="EUR 9000").status_code == 422
    assert send(client, "checkout", ["1"], seen="EUR 9000 9000").status_code == 422
    for unknown in ("3", "x", "-1", "9" * 12):
        answer = send(client, "checkout", [unknown])
        assert answer.status_code == 422 and list(answer.json["errors"]) == ["addon"]
    assert Order.select().count() == 0


def test_unticking_changes_the_order_of_the_visit(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    send(client, "checkout", ["1", "2"])
    order = pay(client, simulator, [])
    assert (order.amount, order.itemized, OrderLine.select().count()) == (9000, False, 0)


def test_beside_a_subscription_it_is_paid_with_the_first_payment(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_offer(merchant, "12.00", title="Club", slug="course", kind="recurring", addons=ADDONS)
    quote = send(client, "quote", ["1"]).json
    assert quote["seen"] == "EUR 2100 1200"
    assert "€21.00" in quote["button"]
    order = pay(client, simulator, ["1"], seen="EUR 2100 1200")
    assert (order.amount, order.recurring_total.amount, order.status) == (2100, 1200, "paid")
    subscription = order.subscriptions.get()
    assert (subscription.unit_amount, subscription.quantity) == (1200, 1)
    # A second customer with the same add-on uses the same product at Stripe.
    other = pay(client, simulator, ["1"], visit="visit-2", email="lesia@example.com")
    assert other.status == "paid"


TRIAL = {"kind": "recurring", "every": "1", "interval": "month", "trial_days": "7", "cancellation": "period_end"}


def test_an_offer_with_a_free_trial_has_add_ons(admin: FlaskClient) -> None:
    fields = {"addons-shown": "y", "addons-0-title": "Workbook", "addons-0-price": "9"}
    assert save(admin, **fields, **TRIAL).status_code == 303
    assert [(addon.id, addon.title, addon.amount) for addon in Offer.get().offered_addons()] == [(1, "Workbook", 900)]


@pytest.fixture
def trial(merchant: Merchant) -> Offer:
    return make_offer(merchant, "20.00", title="Course", slug="course", addons=ADDONS, kind="recurring", trial_days=14)


def test_an_add_on_beside_a_trial_is_paid_today_and_the_trial_begins(
    client: FlaskClient, trial: Offer, simulator: Simulator
) -> None:
    quote = send(client, "quote", ["1"]).json
    assert (quote["seen"], quote["button"]) == ("EUR 900 2000", "Start trial: €9.00 today")
    words = text_of(quote["summary"])
    assert "Today €9.00 From" in words and "every month €20.00" in words
    assert "charge it €9.00 today and €20.00 every month, starting after 14 days, until you cancel." in words
    assert "Cancel before the trial ends and you won’t be charged again." in words
    order = pay(client, simulator, ["1"], seen="EUR 900 2000")
    subscriptions.refresh(order.subscriptions.get())
    subscription = order.subscriptions.get()
    assert (order.status, order.amount, subscription.status) == ("paid", 900, "trialing")
    assert subscription.is_running and subscription.card_last4 == "4242"
    thanks = text_of(client.get(f"/orders/{order.token}/thank-you").text)
    assert "Payment received. Your free trial has started." in thanks and "Total today €9.00" in thanks
    (receipt,) = Email.select().where(Email.order == order, Email.kind == "receipt")
    emails.send_due()
    words = text_of(Email.get_by_id(receipt.id).html)
    assert "payment of €9.00" in words and "After the free trial €20.00 every month" in words
    assert not Email.select().where(Email.kind == "trial_started")
    renew(subscription, simulator)
    assert sorted(one.amount_paid for one in Invoice.select()) == [900, 2000]


def test_a_trial_whose_add_on_is_not_paid_ends_with_its_order(
    client: FlaskClient, trial: Offer, simulator: Simulator
) -> None:
    """Declined, then the order expires: at Stripe the trial would go on and be charged."""
    answer = send(client, "checkout", ["1"]).json
    order = Order.get(Order.token == answer["order"])
    simulator.confirm(order.merchant.publishable_key, answer["client_secret"], DECLINED)
    refresh(order)
    assert not order.subscriptions.get().is_running
    # Without the add-on it is a free trial, on another subscription; the first one is closed.
    answer = send(client, "checkout", []).json
    assert answer["intent"] == "setup"
    assert sorted(subscription_statuses_at_stripe(order.merchant)) == ["canceled", "trialing"]
    payments.expire_order(Order.get_by_id(order.id))
    assert subscription_statuses_at_stripe(order.merchant) == ["canceled", "canceled"]
    assert Order.get_by_id(order.id).status == "expired"


def test_the_form_keeps_ids_and_shows_errors_at_the_row(admin: FlaskClient, offer: Offer) -> None:
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert 'name="addons-1-title" type="text" value="Call"' in page
    rows = {"addons-shown": "y", "addons-0-id": "2", "addons-0-title": "Call", "addons-0-price": "0.1"}
    answer = save(admin, f"/admin/offers/{offer.id}", **rows)
    assert 'id="offer-addons-0-price-error" class="field-error">Stripe’s minimum is €0.50.' in answer.text
    rows |= {"addons-0-price": "30", "addons-1-title": "Book", "addons-1-price": "5"}
    assert save(admin, f"/admin/offers/{offer.id}", **rows).status_code == 303
    assert [(addon.id, addon.title) for addon in Offer.get().offered_addons()] == [(2, "Call"), (3, "Book")]
    # A form that was sent without the section keeps them.
    assert save(admin, f"/admin/offers/{offer.id}").status_code == 303
    assert len(Offer.get().offered_addons()) == 2


def test_one_line_is_refunded(client: FlaskClient, offer: Offer, admin: FlaskClient, simulator: Simulator) -> None:
    order = pay(client, simulator, ["1", "2"])
    page = admin.get(f"/admin/orders/{order.token}").text
    assert f"/admin/orders/{order.token}/refunds/new?line=2" in page
    assert "Refund €90.00" in text_of(page) and "Refund €9.00" in text_of(page)
    form = admin.get(f"/admin/orders/{order.token}/refunds/new?line=2").text
    assert 'name="amount" type="text" value="25.50"' in form
    assert 'value="124.50"' in admin.get(f"/admin/orders/{order.token}/refunds/new?line=7").text
