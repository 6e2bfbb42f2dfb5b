"""Payments of one-time purchases: orders, payment intents, and the effect of Stripe's responses."""

import pytest
import stripe
from flask import Flask
from flask.testing import FlaskClient
from peewee import fn

from storefront import merchants, payments, stripe_gateway, worker
from storefront.db import db
from storefront.errors import OfferNotPayable, StripeBroken, StripeUnreachable
from storefront.models import Email, Merchant, Offer, Order, Payment, Refund
from storefront.payments import refund_balance, refunds
from stripe_simulator import accounts
from tests.cards import ASKS, DECLINED, GOOD, INSUFFICIENT_FUNDS
from tests.cast import MARKO
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, refresh, start_checkout, timeline_kinds
from tests.simulator_process import Simulator


def test_a_good_card_makes_the_order_paid_once(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    assert (started.order.status, started.order.amount, started.order.currency) == ("pending", 1999, "EUR")
    confirm(simulator, started)
    order = refresh(started.order)
    assert (order.status, order.paid_at is not None) == ("paid", True)
    payment = Payment.get(Payment.order == order)
    intent = stripe_gateway.retrieve_payment_intent(payment)
    payments.settle(payment, intent)
    payments.settle(Payment.get_by_id(payment.id), intent)
    assert timeline_kinds(order) == ["created", "paid"]


def test_the_intent_has_the_orders_amount_and_no_receipt_email(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    asked = simulator.logged_requests("/v1/payment_intents", "POST")
    payment = Payment.get(Payment.order == started.order)
    assert len(asked) == 1
    assert asked[0]["idempotency_key"] == f"payment-{payment.public_id}"
    assert asked[0]["params"]["amount"] in (1999, "1999")
    assert asked[0]["params"]["currency"] == "eur"
    assert "receipt_email" not in asked[0]["params"]


def test_the_same_visit_gets_the_same_order_and_intent(offer: Offer) -> None:
    first, second = payments.start_checkout(offer, MARKO), payments.start_checkout(offer, MARKO)
    assert first.order.id == second.order.id
    assert first.client_secret == second.client_secret
    assert Payment.select(fn.COUNT(Payment.id)).scalar() == 1


def test_a_decline_leaves_the_order_pending_and_a_good_card_pays_it(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started, DECLINED)
    confirm(simulator, started, INSUFFICIENT_FUNDS)
    order = refresh(started.order)
    assert order.status == "pending"
    payment = Payment.get(Payment.order == order)
    assert (payment.status, payment.error_code, payment.decline_code) == (
        "requires_payment_method",
        "card_declined",
        "insufficient_funds",
    )
    again = payments.start_checkout(offer, MARKO)
    assert again.client_secret == started.client_secret
    confirm(simulator, again)
    assert refresh(order).status == "paid"


def test_a_failed_3d_secure_leaves_the_order_pending_and_can_be_repeated(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started, ASKS)
    assert refresh(started.order).status == "pending"
    simulator.answer_challenge(started.client_secret or "", "fail")
    order = refresh(started.order)
    payment = Payment.get(Payment.order == order)
    assert (order.status, payment.error_code) == ("pending", "payment_intent_authentication_failure")
    assert timeline_kinds(order) == ["created", "attempt_failed"]
    again = payments.resume_checkout(order, "marko@example.com", "Marko")
    confirm(simulator, again, ASKS)
    simulator.answer_challenge(again.client_secret or "", "authorize")
    assert refresh(order).status == "paid"


def test_a_paid_visit_gets_no_client_secret(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    again = payments.start_checkout(offer, MARKO)
    assert (again.order.id, again.client_secret, again.order.status) == (started.order.id, None, "paid")


def test_a_changed_price_cancels_the_old_intent_and_keeps_the_order(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    old = Payment.get(Payment.order == started.order)
    Offer.update(amount=2999).where(Offer.id == offer.id).execute()
    again = payments.start_checkout(Offer.get_by_id(offer.id), MARKO)
    assert again.order.id == started.order.id
    assert again.client_secret != started.client_secret
    assert Order.get_by_id(started.order.id).amount == 2999
    assert stripe_gateway.retrieve_payment_intent(old).status == "canceled"
    assert Payment.get_by_id(old.id).end_reason == "terms_changed"


def test_a_price_change_after_payment_leaves_the_order_unchanged(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    Offer.update(amount=2999).where(Offer.id == offer.id).execute()
    again = payments.start_checkout(Offer.get_by_id(offer.id), MARKO)
    order = Order.get_by_id(started.order.id)
    assert (again.client_secret, order.status, order.amount) == (None, "paid", 1999)


def test_an_intent_canceled_at_stripe_leaves_the_order_payable(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    stripe_gateway.cancel_payment_intent(Payment.current(started.order))
    again = payments.start_checkout(offer, MARKO)
    assert again.client_secret not in (None, started.client_secret)
    confirm(simulator, again)
    assert refresh(started.order).status == "paid"


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_after_a_500_the_next_press_continues_the_same_order(kind: str, offer: Offer, simulator: Simulator) -> None:
    simulator.add_fault("/v1/payment_intents", kind)
    with pytest.raises(StripeBroken):
        payments.start_checkout(offer, MARKO)
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    order = refresh(started.order)
    assert order.status == "paid"
    rows = list(Payment.select().where(Payment.order == order).order_by(Payment.id))
    assert [row.status for row in rows] == (["", "succeeded"] if kind == "error_before" else ["canceled", "succeeded"])


def test_a_lost_response_is_retried_with_the_same_idempotency_key(offer: Offer, simulator: Simulator) -> None:
    # The Stripe library retries once by itself.
    simulator.add_fault("/v1/payment_intents", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        payments.start_checkout(offer, MARKO)
    started = payments.start_checkout(offer, MARKO)
    keys = {row["idempotency_key"] for row in simulator.logged_requests("/v1/payment_intents", "POST")}
    assert len(keys) == 1
    assert Payment.select(fn.COUNT(Payment.id)).scalar() == 1
    confirm(simulator, started)
    assert refresh(started.order).status == "paid"


def test_a_payment_older_than_its_idempotency_key_is_looked_up_before_a_retry(
    offer: Offer, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/payment_intents", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        payments.start_checkout(offer, MARKO)
    asked = len(simulator.logged_requests("/v1/payment_intents", "POST"))
    Payment.update(created_at=Payment.get().created_at - stripe_gateway.IDEMPOTENCY_KEY_LIFETIME).execute()
    started = payments.start_checkout(offer, MARKO)
    assert started.client_secret
    assert len(simulator.logged_requests("/v1/payment_intents", "POST")) == asked


def test_an_amount_that_stripe_refuses_makes_the_offer_not_payable(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant)
    Offer.update(amount=10).where(Offer.id == offer.id).execute()
    with pytest.raises(OfferNotPayable) as refusal:
        payments.start_checkout(Offer.get_by_id(offer.id), MARKO)
    assert refusal.value.reason == "amount_too_small"


def test_an_intent_of_another_order_is_refused_and_recorded(offer: Offer, simulator: Simulator) -> None:
    cheap = payments.start_checkout(make_offer(offer.merchant, "1.00"), MARKO)
    dear = payments.start_checkout(offer, MARKO)
    confirm(simulator, cheap)
    cheap_intent = stripe_gateway.retrieve_payment_intent(Payment.current(cheap.order))
    payments.settle(Payment.current(dear.order), cheap_intent)
    order = Order.get_by_id(dear.order.id)
    assert order.status == "pending"
    assert order.timeline()[-1].kind == "mismatch"
    assert set(order.timeline()[-1].detail["fields"]) == {"id", "payment", "amount"}


def test_a_mismatch_is_reported_once_and_blocks_payment(offer: Offer, simulator: Simulator) -> None:
    cheap, dear = (
        payments.start_checkout(make_offer(offer.merchant, "1.00"), MARKO),
        payments.start_checkout(offer, MARKO),
    )
    Payment.update(intent_id=None).where(Payment.order == cheap.order).execute()
    cheap_id = (cheap.client_secret or "").partition("_secret_")[0]
    Payment.update(intent_id=cheap_id).where(Payment.order == dear.order).execute()
    for _ in range(3):
        assert refresh(dear.order).status == "pending"
        worker.reconcile(everything=True)
    assert timeline_kinds(dear.order).count("mismatch") == 1
    letter = Email.get(Email.kind == "owner_mismatch")
    assert letter.order == dear.order
    with pytest.raises(OfferNotPayable, match="mismatch"):
        payments.start_checkout(offer, MARKO)
    Payment.update(amount=500).where(Payment.order == dear.order).execute()
    refresh(dear.order)
    assert timeline_kinds(dear.order).count("mismatch") == 1, "the same fields differ"
    Payment.update(amount=100).where(Payment.order == dear.order).execute()
    refresh(dear.order)
    assert timeline_kinds(dear.order).count("mismatch") == 2
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1


def test_a_key_of_another_account_settles_nothing_and_is_reported_once(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    confirm(simulator, started)
    merchant = Merchant.get_by_id(offer.merchant_id)
    own_key = merchant.secret_key
    merchant.secret_key = accounts.secret_key(accounts.TARAS)
    merchant.save()
    for _ in range(3):
        assert refresh(started.order).status == "pending"
        assert worker.reconcile(everything=True).failures == []
    told = [entry.detail["fields"] for entry in started.order.timeline() if entry.kind == "mismatch"]
    assert told == [["merchant"]]
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1
    merchant.secret_key = own_key
    merchant.save()
    assert refresh(started.order).status == "paid"


def test_an_order_whose_intent_is_unknown_at_stripe_expires(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    merchant = Merchant.get_by_id(offer.merchant_id)
    merchant.secret_key = accounts.secret_key(accounts.TARAS)
    merchant.save()
    Order.update(expires_at=started.order.created_at).execute()
    worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "expired"


def test_an_offer_moved_to_another_merchant_is_paid_there(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    taras = connect_merchant(accounts.TARAS)
    merchants.move_offers(offer.merchant, taras)
    again = payments.resume_checkout(Order.by_token(started.order.token), "marko@example.com", "Marko")
    simulator.confirm(taras.publishable_key, again.client_secret or "", GOOD)
    order = refresh(started.order)
    assert (order.status, order.merchant_id) == ("paid", taras.id)


def test_no_request_to_stripe_is_made_inside_a_transaction(offer: Offer) -> None:
    with db.atomic(), pytest.raises(RuntimeError, match="transaction"):
        payments.start_checkout(offer, MARKO)


def test_connecting_again_leaves_one_webhook_endpoint(merchant: Merchant, simulator: Simulator) -> None:
    client = stripe.StripeClient(merchant.secret_key, base_addresses={"api": simulator.url})
    client.v1.webhook_endpoints.create(
        {"url": f"{SHOP_URL}/webhooks/stripe/left-over", "enabled_events": ["charge.refunded"]}
    )
    foreign = client.v1.webhook_endpoints.create({"url": "https://crm.example.com/hook", "enabled_events": ["*"]})
    secret = Merchant.get().webhook_secret
    for _ in range(3):
        merchants.check(Merchant.get(), SHOP_URL)
    found = client.v1.webhook_endpoints.list().data
    ours = [e for e in found if e.id != foreign.id]
    assert len(found) == 2
    assert [e.url for e in ours] == [f"{SHOP_URL}/webhooks/stripe/{merchant.public_id}"]
    assert ours[0].api_version == "2026-10-28.endive"
    assert Merchant.get().webhook_secret == secret
    merchants.use_own_endpoint(Merchant.get(), "http://moved.example.com")
    urls = [e.url for e in client.v1.webhook_endpoints.list().data]
    assert sorted(urls) == [
        f"http://moved.example.com/webhooks/stripe/{merchant.public_id}",
        "https://crm.example.com/hook",
    ]


def test_an_order_paid_twice_stays_paid_when_the_second_payment_is_refunded(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(offer)
    confirm(simulator, started)
    order = refresh(started.order)
    first = Payment.get()
    Payment.update(ended_at=first.created_at).execute()
    second = Payment.create(
        order=order, merchant=first.merchant, amount=first.amount, currency="EUR", intent_id="pi_second"
    )
    Payment.update(status="succeeded").where(Payment.id == second.id).execute()
    refunds.refund_in_full(second, "duplicate")
    Refund.update(status="succeeded").execute()
    refund_balance.update_order_status(order)
    assert Order.get_by_id(order.id).status == "paid"
    assert payments.refundable(Order.get_by_id(order.id)) == 1999


@pytest.mark.parametrize(
    ("prefix", "printed"), [("OLENA", "2026 TEA PARTY"), ("OLENAPARTY", "2026 TEA P"), ("OLENASLONGPARTYS", "")]
)
def test_a_statement_descriptor_that_no_longer_fits_is_shortened_or_left_out(
    simulator: Simulator, app: Flask, prefix: str, printed: str
) -> None:
    offer = make_offer(connect_merchant(), statement_descriptor_suffix="2026 TEA PARTY")
    Merchant.update(descriptor_prefix=prefix).execute()
    buy(offer, simulator)
    assert Payment.get().statement_descriptor_suffix == printed
