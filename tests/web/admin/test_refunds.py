"""Refunds in the admin: the form, results from Stripe, disputes and the evidence file."""

import csv
import io
import re
import secrets
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import merchants, payments
from storefront.models import Dispute, Email, Merchant, Offer, Order, Payment, Refund
from storefront.worker import tasks
from stripe_simulator.accounts import KENJI
from tests.cards import ASKS, REFUND_FAILS, REFUND_PENDING
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.stripe_dashboard import dispute_at_stripe, refund_at_stripe, run_delayed_actions
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(name="Studio"), title="Evening")


@pytest.fixture
def order(offer: Offer, simulator: Simulator) -> Order:
    return buy(offer, simulator)


def form_of(client: FlaskClient, order: Order, htmx: bool = False) -> dict[str, str]:
    """The prefilled fields of the refund form."""
    page = client.get(f"/admin/orders/{order.token}/refunds/new", headers=HTMX if htmx else {}).text
    amount = re.search(r'name="amount"[^>]*value="([^"]*)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert amount and key, page
    return {"amount": amount[1], "reason": "requested_by_customer", "key": key[1]}


def refund(client: FlaskClient, order: Order, htmx: bool = False, **changes: str):
    fields = {**form_of(client, order), **changes}
    return post(client, f"/admin/orders/{order.token}/refunds", htmx, **fields)


def page_of(client: FlaskClient, order: Order) -> str:
    return client.get(f"/admin/orders/{order.token}").text


def test_the_form_is_prefilled_with_the_remaining_amount_and_a_new_key(admin: FlaskClient, order: Order) -> None:
    page = page_of(admin, order)
    assert re.search(r'id="open-refund"[^>]*>Refund</button>', page)
    first, second = form_of(admin, order), form_of(admin, order, htmx=True)
    assert first["amount"] == second["amount"] == "19.99"
    assert first["key"] != second["key"]
    shown = admin.get(f"/admin/orders/{order.token}/refunds/new", headers=HTMX).text
    assert "<html" not in shown
    for label in ("Amount", "Reason"):
        assert f">{label}</label>" in shown
    for reason in ("Requested by the customer", "Paid twice", "Fraudulent"):
        assert reason in shown
    closed = admin.get(f"/admin/orders/{order.token}/refunds/new/closed", headers=HTMX).text
    assert 'id="open-refund"' in closed and "<html" not in closed


def test_partial_refunds_add_up_and_never_exceed_the_payment(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    answer = refund(admin, order, amount="5")
    assert (answer.status_code, answer.location) == (303, f"/admin/orders/{order.token}")
    page = page_of(admin, order)
    assert status_of(page) == "Refunded: €5.00." and 'data-status="partially_refunded"' in page
    words = text_of(page)
    for expected in (
        "Paid €19.99",
        "Refunded €5.00",
        "Net €14.99",
        "Refund requested: €5.00 (requested by the customer).",
    ):
        assert expected in words
    (exported,) = csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.removeprefix("\ufeff")))
    assert exported["refunded"] == "5.00"
    assert form_of(admin, order)["amount"] == "14.99"
    too_much = refund(admin, order, amount="15.00")
    assert too_much.status_code == 422
    assert error_at(too_much.text, "amount") == "Enter €14.99 or less."
    assert refund(admin, order).status_code == 303
    page = page_of(admin, order)
    assert 'data-status="refunded"' in page and "open-refund" not in page
    assert "Fully refunded." in text_of(page)
    assert len(simulator.logged_requests("/v1/refunds", "POST")) == 2


def test_the_dashboard_shows_refunds_beside_payments(admin: FlaskClient, order: Order, simulator: Simulator) -> None:
    assert "Refunded €0.00" in text_of(admin.get("/admin").text)
    refund(admin, order, amount="5")
    page = text_of(admin.get("/admin").text)
    assert "Revenue €19.99" in page and "Orders 1" in page and "Refunded €5.00" in page
    Refund.update(status="failed").execute()
    assert "Refunded €0.00" in text_of(admin.get("/admin").text)


def test_submitting_twice_refunds_once(admin: FlaskClient, order: Order, simulator: Simulator) -> None:
    fields = form_of(admin, order)
    address = f"/admin/orders/{order.token}/refunds"
    for _ in range(2):
        post(admin, address, **{**fields, "amount": "5.00"})
    assert Refund.select().count() == 1
    assert payments.refundable(Order.get_by_id(order.id)) == 1499


def test_htmx_updates_the_page_and_an_error_replaces_only_the_message(admin: FlaskClient, order: Order) -> None:
    refused = refund(admin, order, htmx=True, amount="much")
    assert refused.status_code == 422 and "<html" not in refused.text and 'name="amount"' not in refused.text
    assert error_at(refused.text, "amount") == "Enter an amount like 19.99."
    for amount, words in {
        "": "Enter an amount.",
        "0": "Enter an amount above 0.",
        "-1": "Enter an amount like 19.99.",
        "1e1": "Enter an amount like 19.99.",
        "1.999": "Prices in EUR have at most 2 decimals.",
        "20": "Enter €19.99 or less.",
    }.items():
        assert error_at(refund(admin, order, htmx=True, amount=amount).text, "amount") == words
    assert Refund.select().count() == 0
    answer = refund(admin, order, htmx=True)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert 'hx-target="#main"' in answer.text and 'data-status="refunded"' in answer.text


def test_an_unpaid_order_has_nothing_to_refund(admin: FlaskClient, offer: Offer) -> None:
    order = start_checkout(offer).order
    assert "open-refund" not in page_of(admin, order)
    answer = admin.get(f"/admin/orders/{order.token}/refunds/new")
    assert (answer.status_code, answer.location) == (302, f"/admin/orders/{order.token}")


def test_yen_are_refunded_as_whole_numbers(admin: FlaskClient, simulator: Simulator) -> None:
    order = buy(make_offer(connect_merchant(KENJI), "1999", "JPY"), simulator)
    assert form_of(admin, order)["amount"] == "1999"
    assert error_at(refund(admin, order, amount="10.5").text, "amount").startswith("Prices in JPY have no decimals")
    refund(admin, order, amount="1")
    assert simulator.logged_requests("/v1/refunds", "POST")[0]["params"]["amount"] in (1, "1")


def test_a_pending_refund_is_shown_as_on_its_way(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator, number=REFUND_PENDING)
    refund(admin, order)
    page = page_of(admin, order)
    assert status_of(page) == "Refund processing: €19.99."
    assert 'data-status="paid"' in page and "Refund processing €19.99" in text_of(page) and "Net €0.00" in text_of(page)
    run_delayed_actions(simulator)
    post(admin, f"/admin/orders/{order.token}/refresh")
    assert 'data-status="refunded"' in page_of(admin, order)


def test_defect_24_a_refund_that_fails_later_is_shown_as_failed_and_can_be_repeated(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator, number=REFUND_FAILS)
    refund(admin, order, amount="5")
    run_delayed_actions(simulator)
    post(admin, f"/admin/orders/{order.token}/refresh", htmx=True)
    page = page_of(admin, order)
    assert "Refund failed" in text_of(page) and 'data-status="paid"' in page
    assert "Net €19.99" in text_of(page) and 'id="open-refund"' in page
    assert {"refund_failed", "owner_refund_failed"} <= {letter.kind for letter in Email.select()}


def test_defect_24_a_refund_made_at_stripe_appears_with_its_amount(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    refund_at_stripe(simulator, Payment.get().intent_id, 300)
    post(admin, f"/admin/orders/{order.token}/refresh")
    words = text_of(page_of(admin, order))
    assert "made in Stripe" in words and "Refunded €3.00" in words and "Net €16.99" in words


def test_when_stripe_does_not_answer_the_worker_completes_the_refund(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/refunds", "drop_after", times=2)
    answer = refund(admin, order, amount="5")
    assert answer.status_code == 303
    page = page_of(admin, order)
    assert "we retry every minute" in status_of(page) and alerts_of(page) == ""
    assert "Waiting for Stripe" in text_of(page)
    tasks.reconcile_job()
    assert 'data-status="partially_refunded"' in page_of(admin, order)
    assert [row.amount for row in Refund.select()] == [500]


def test_stripes_refusal_is_shown_and_the_next_attempt_is_a_new_refund(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    refund_at_stripe(simulator, Payment.get().intent_id, 1900)
    fields = form_of(admin, order)
    refused = post(admin, f"/admin/orders/{order.token}/refunds", htmx=True, **fields)
    assert refused.status_code == 422
    assert error_at(refused.text, "amount").startswith("Stripe refused: ")
    fresh = re.search(r'hx-target="#refund-key".*?value="([^"]+)"', refused.text)
    assert fresh and fresh[1] != fields["key"]
    answer = post(admin, f"/admin/orders/{order.token}/refunds", **{**fields, "key": fresh[1], "amount": "0.99"})
    assert answer.status_code == 303
    assert status_of(page_of(admin, order)) == "Refunded: €0.99."


def test_orders_of_a_disconnected_account_cannot_be_refunded_here(admin: FlaskClient, order: Order) -> None:
    fields = form_of(admin, order)
    merchants.disconnect(Merchant.get())
    assert "Refund in Stripe, or connect the account again" in text_of(page_of(admin, order))
    answer = post(admin, f"/admin/orders/{order.token}/refunds", **fields)
    assert "disconnected" in error_at(answer.text, "amount") and Refund.select().count() == 0


def test_a_dispute_shows_its_reason_deadline_and_link(admin: FlaskClient, order: Order, simulator: Simulator) -> None:
    dispute_at_stripe(simulator, Payment.get().intent_id)
    post(admin, f"/admin/orders/{order.token}/refresh")
    page = page_of(admin, order)
    words = text_of(page)
    assert 'data-status="disputed"' in page
    assert "the customer received nothing: evidence needed" in words
    assert "Submit your evidence in Stripe before:" in words and "View in Stripe" in words
    assert f'href="/admin/orders/{order.token}/evidence"' in page
    assert "owner_dispute" in {letter.kind for letter in Email.select()}


def test_a_disputed_payment_offers_no_refund_and_says_why(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    form = form_of(admin, order)
    dispute_at_stripe(simulator, Payment.get().intent_id)
    post(admin, f"/admin/orders/{order.token}/refresh")
    page = page_of(admin, order)
    why = "This payment is disputed. You can’t refund it until the dispute is closed."
    assert 'id="open-refund"' not in page and why in text_of(page)
    assert admin.get(f"/admin/orders/{order.token}/refunds/new").status_code == 302
    asked = len(simulator.logged_requests("/v1/refunds", "POST"))
    answer = post(admin, f"/admin/orders/{order.token}/refunds", **form)
    assert answer.status_code == 422 and why in error_at(answer.text, "amount")
    assert len(simulator.logged_requests("/v1/refunds", "POST")) == asked and Refund.select().count() == 0
    Dispute.update(status="warning_needs_response").execute()
    assert 'id="open-refund"' in page_of(admin, order), "an inquiry can still be refunded"


def test_a_refused_refund_does_not_claim_that_nothing_was_saved(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    refund_at_stripe(simulator, Payment.get().intent_id, 1999)
    for htmx in (False, True):
        answer = refund_with(admin, order, htmx)
        said = answer.text if htmx else alerts_of(answer.text)
        assert "Nothing was refunded. Check these fields:" in said
        assert "Nothing was saved" not in said
    # Stripe was asked what is there, so the second request was refused by the shop itself.
    known = [(refund.origin, refund.status) for refund in Refund.select().order_by(Refund.id)]
    assert known == [("shop", "failed"), ("stripe", "succeeded")]


def refund_with(admin: FlaskClient, order: Order, htmx: bool):
    fields = {"amount": "19.99", "reason": "duplicate", "key": secrets.token_urlsafe(24)}
    return post(admin, f"/admin/orders/{order.token}/refunds", htmx, **fields)


def test_of_two_payments_the_one_not_yet_refunded_is_refunded(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    first = Payment.get(Payment.order == order)
    refund_at_stripe(simulator, first.intent_id, 1999)
    other = buy(offer, simulator, replace(MARKO, visit="visit-of-marko-0002"))
    Payment.update(order=order, ended_at=first.created_at).where(Payment.order == other).execute()
    payments.sync_refunds(first)
    assert refund(admin, order, amount="19.99").status_code == 303
    assert Refund.get(Refund.origin == "shop").status == "succeeded"


def test_the_evidence_file_is_complete_and_self_contained(
    admin: FlaskClient, order: Order, simulator: Simulator
) -> None:
    refund(admin, order, amount="2")
    asked = len(simulator.logged_requests())
    file = admin.get(f"/admin/orders/{order.token}/evidence")
    assert len(simulator.logged_requests()) == asked, "no request to Stripe is made"
    assert file.headers["Content-Disposition"] == f'attachment; filename="order-{order.number}-evidence.html"'
    assert not re.search(r"<(script|link|img|iframe)|src=|https?://", file.text)
    words = text_of(file.text)
    for expected in (
        f"Evidence for order #{order.number}",
        "Evening",
        "€19.99",
        "Marko",
        MARKO.email,
        MARKO.address,
        "3D Secure not required",
        "Since payment, the customer can open the thank-you page at any time. It says: See you on Friday",
        "Paid: €19.99.",
        "Receipt",
        "€2.00 — Refunded",
    ):
        assert expected in words, expected
    assert admin.get("/admin/orders/nobody/evidence").status_code == 404


def test_the_evidence_file_states_the_3d_secure_result(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(offer)
    confirm(simulator, started, ASKS)
    refresh(started.order)
    simulator.answer_challenge(started.client_secret or "", "authorize")
    order = refresh(started.order)
    file = admin.get(f"/admin/orders/{order.token}/evidence").text
    assert "3D Secure required: passed" in text_of(file)
