"""One purchase below the pages: rows, intents, and what Stripe's answers make of them."""

import json
import time

import pytest
import stripe
from flask import Flask
from flask.testing import FlaskClient
from peewee import fn

from storefront import merchants, payments, stripe_gateway, worker
from storefront.db import db
from storefront.errors import OfferNotPayable, StripeBroken, StripeUnreachable
from storefront.models import Email, Merchant, Offer, Order, Payment, WebhookEvent
from storefront.payments import CheckoutRequest, StartedCheckout
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.simulator_process import Simulator

MARKO = CheckoutRequest("marko@example.com", "Marko", "visit-of-marko-0001", "en")


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant)


def pay(simulator: Simulator, started: StartedCheckout, number: str = "4242424242424242") -> None:
    assert started.client_secret
    simulator.confirm(started.order.merchant.publishable_key, started.client_secret, number)


def refreshed(order: Order) -> Order:
    payments.refresh_order(Order.get_by_id(order.id))
    return Order.get_by_id(order.id)


def kinds(order: Order) -> list[str]:
    return [entry.kind for entry in order.timeline()]


def test_a_good_card_makes_the_order_paid_once(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    assert (started.order.status, started.order.amount, started.order.currency) == ("pending", 1999, "EUR")
    pay(simulator, started)
    order = refreshed(started.order)
    assert (order.status, order.paid_at is not None) == ("paid", True)
    payment = Payment.get(Payment.order == order)
    intent = stripe_gateway.retrieve_payment_intent(payment)
    payments.settle(payment, intent)
    payments.settle(Payment.get_by_id(payment.id), intent)
    assert kinds(order) == ["created", "paid"]


def test_the_intent_carries_our_terms_and_no_receipt_email(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    asked = simulator.logged_requests("/v1/payment_intents", "POST")
    payment = Payment.get(Payment.order == started.order)
    assert len(asked) == 1
    assert asked[0]["idempotency_key"] == f"payment-{payment.public_id}"
    assert asked[0]["params"]["amount"] in (1999, "1999")
    assert asked[0]["params"]["currency"] == "eur"
    assert "receipt_email" not in asked[0]["params"]


def test_the_same_visit_meets_the_same_order_and_intent(offer: Offer) -> None:
    first, second = payments.start_checkout(offer, MARKO), payments.start_checkout(offer, MARKO)
    assert first.order.id == second.order.id
    assert first.client_secret == second.client_secret
    assert Payment.select(fn.COUNT(Payment.id)).scalar() == 1


def test_a_decline_leaves_the_order_waiting_and_a_good_card_pays_it(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started, "4000000000000002")
    pay(simulator, started, "4000000000009995")
    order = refreshed(started.order)
    assert order.status == "pending"
    payment = Payment.get(Payment.order == order)
    assert (payment.status, payment.error_code, payment.decline_code) == (
        "requires_payment_method",
        "card_declined",
        "insufficient_funds",
    )
    again = payments.start_checkout(offer, MARKO)
    assert again.client_secret == started.client_secret
    pay(simulator, again)
    assert refreshed(order).status == "paid"


def test_a_failed_bank_check_is_pending_and_can_be_tried_again(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started, "4000002760003184")
    assert refreshed(started.order).status == "pending"
    simulator.answer_challenge(started.client_secret or "", "fail")
    order = refreshed(started.order)
    payment = Payment.get(Payment.order == order)
    assert (order.status, payment.error_code) == ("pending", "payment_intent_authentication_failure")
    assert kinds(order) == ["created", "attempt_failed"]
    again = payments.resume_checkout(order, "marko@example.com", "Marko")
    pay(simulator, again, "4000002760003184")
    simulator.answer_challenge(again.client_secret or "", "authorize")
    assert refreshed(order).status == "paid"


def test_a_paid_visit_has_nothing_left_to_pay(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
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
    assert Payment.get_by_id(old.id).end_reason == "canceled"


def test_a_price_changed_after_paying_leaves_the_order_as_it_was_paid(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    Offer.update(amount=2999).where(Offer.id == offer.id).execute()
    again = payments.start_checkout(Offer.get_by_id(offer.id), MARKO)
    order = Order.get_by_id(started.order.id)
    assert (again.client_secret, order.status, order.amount) == (None, "paid", 1999)


def test_an_intent_canceled_at_stripe_leaves_the_order_payable(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    stripe_gateway.cancel_payment_intent(Payment.current(started.order))
    again = payments.start_checkout(offer, MARKO)
    assert again.client_secret not in (None, started.client_secret)
    pay(simulator, again)
    assert refreshed(started.order).status == "paid"


@pytest.mark.parametrize("kind", ["error_before", "error_after"])
def test_a_500_ends_the_payment_and_the_next_press_serves_the_same_order(
    kind: str, offer: Offer, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/payment_intents", kind)
    with pytest.raises(StripeBroken):
        payments.start_checkout(offer, MARKO)
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    order = refreshed(started.order)
    assert order.status == "paid"
    rows = list(Payment.select().where(Payment.order == order).order_by(Payment.id))
    assert [row.status for row in rows] == (["", "succeeded"] if kind == "error_before" else ["canceled", "succeeded"])


def test_a_lost_answer_is_taken_up_under_the_same_key(offer: Offer, simulator: Simulator) -> None:
    # The library itself tries twice.
    simulator.add_fault("/v1/payment_intents", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        payments.start_checkout(offer, MARKO)
    started = payments.start_checkout(offer, MARKO)
    keys = {row["idempotency_key"] for row in simulator.logged_requests("/v1/payment_intents", "POST")}
    assert len(keys) == 1
    assert Payment.select(fn.COUNT(Payment.id)).scalar() == 1
    pay(simulator, started)
    assert refreshed(started.order).status == "paid"


def test_a_payment_row_older_than_a_day_is_looked_up_before_it_is_sent_again(
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


def test_what_stripe_refuses_is_no_order_to_pay_again_for_ever(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant)
    Offer.update(amount=10).where(Offer.id == offer.id).execute()
    with pytest.raises(OfferNotPayable) as refusal:
        payments.start_checkout(Offer.get_by_id(offer.id), MARKO)
    assert refusal.value.reason == "amount_too_small"


def test_a_swapped_intent_is_refused_and_written_down(offer: Offer, simulator: Simulator) -> None:
    cheap = payments.start_checkout(make_offer(offer.merchant, "1.00"), MARKO)
    dear = payments.start_checkout(offer, MARKO)
    pay(simulator, cheap)
    cheap_intent = stripe_gateway.retrieve_payment_intent(Payment.current(cheap.order))
    payments.settle(Payment.current(dear.order), cheap_intent)
    order = Order.get_by_id(dear.order.id)
    assert order.status == "pending"
    assert order.timeline()[-1].kind == "mismatch"
    assert set(order.timeline()[-1].detail["fields"]) == {"id", "payment", "amount"}


def test_what_does_not_fit_is_told_once_and_takes_no_card(offer: Offer, simulator: Simulator) -> None:
    cheap, dear = (
        payments.start_checkout(make_offer(offer.merchant, "1.00"), MARKO),
        payments.start_checkout(offer, MARKO),
    )
    Payment.update(intent_id=None).where(Payment.order == cheap.order).execute()
    cheap_id = (cheap.client_secret or "").partition("_secret_")[0]
    Payment.update(intent_id=cheap_id).where(Payment.order == dear.order).execute()
    for _ in range(3):
        assert refreshed(dear.order).status == "pending"
        worker.reconcile(everything=True)
    assert kinds(dear.order).count("mismatch") == 1
    letter = Email.get(Email.kind == "owner_mismatch")
    assert letter.order == dear.order
    with pytest.raises(OfferNotPayable, match="mismatch"):
        payments.start_checkout(offer, MARKO)
    Payment.update(amount=500).where(Payment.order == dear.order).execute()
    refreshed(dear.order)
    assert kinds(dear.order).count("mismatch") == 1, "the same fields differ"
    Payment.update(amount=100).where(Payment.order == dear.order).execute()
    refreshed(dear.order)
    assert kinds(dear.order).count("mismatch") == 2
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1


def test_a_key_of_another_account_settles_nothing_and_is_told_once(offer: Offer, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    merchant = Merchant.get_by_id(offer.merchant_id)
    own_key = merchant.secret_key
    merchant.secret_key = accounts.secret_key(accounts.TARAS)
    merchant.save()
    for _ in range(3):
        assert refreshed(started.order).status == "pending"
        assert worker.reconcile(everything=True).unanswered == []
    told = [entry.detail["fields"] for entry in started.order.timeline() if entry.kind == "mismatch"]
    assert told == [["merchant"]]
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1
    merchant.secret_key = own_key
    merchant.save()
    assert refreshed(started.order).status == "paid"


def test_an_order_whose_intent_is_gone_at_stripe_expires_like_any_other(offer: Offer, simulator: Simulator) -> None:
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
    simulator.confirm(taras.publishable_key, again.client_secret or "", "4242424242424242")
    order = refreshed(started.order)
    assert (order.status, order.merchant_id) == ("paid", taras.id)


def test_stripe_is_never_asked_while_a_transaction_is_open(offer: Offer) -> None:
    with db.atomic(), pytest.raises(RuntimeError, match="transaction"):
        payments.start_checkout(offer, MARKO)


def deliver(client: FlaskClient, merchant: Merchant, event: dict, secret: str | None = None, age: int = 0):
    payload = json.dumps(event)
    at = int(time.time()) - age
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{payload}", secret or merchant.webhook_secret)
    return client.post(
        f"/webhooks/stripe/{merchant.public_id}",
        data=payload,
        headers={"Stripe-Signature": f"t={at},v1={signature}", "Sec-Fetch-Site": "cross-site"},
    )


def event_about(intent_id: str, kind: str = "payment_intent.succeeded", **metadata: str) -> dict:
    about = {"id": intent_id, "object": "payment_intent", "metadata": metadata}
    created = int(time.time())
    return {"id": f"evt_{intent_id}", "type": kind, "livemode": False, "created": created, "data": {"object": about}}


def test_the_webhook_alone_makes_an_order_paid(offer: Offer, client: FlaskClient, simulator: Simulator) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    intent = Payment.current(started.order).intent_id
    merchant = Merchant.get_by_id(offer.merchant.id)
    assert deliver(client, merchant, event_about(intent)).status_code == 200
    assert deliver(client, merchant, event_about(intent)).status_code == 200
    assert WebhookEvent.select().count() == 1
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"
    asked = len(simulator.logged_requests("/v1/payment_intents", "GET"))
    assert deliver(client, merchant, {**event_about(intent), "id": "evt_2"}).status_code == 200
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/payment_intents", "GET")) == asked, "a final payment asks Stripe nothing"
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0


def test_a_payment_whose_answer_was_lost_is_known_by_its_metadata(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    payment = Payment.current(started.order)
    intent = payment.intent_id
    Payment.update(intent_id=None).execute()
    deliver(client, Merchant.get(), event_about(intent, payment=payment.public_id))
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"


def test_forged_old_and_foreign_deliveries_change_nothing(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    merchant = Merchant.get()
    event = event_about("pi_of_another_system")
    assert deliver(client, merchant, event, secret="whsec_forged").status_code == 400
    assert deliver(client, merchant, event, age=301).status_code == 400
    assert client.post(f"/webhooks/stripe/{merchant.public_id}", data="{}").status_code == 400
    assert client.post("/webhooks/stripe/nobody", data="{}").status_code == 404
    assert WebhookEvent.select().count() == 0
    asked = len(simulator.logged_requests("/v1/payment_intents"))
    assert deliver(client, merchant, event).status_code == 200
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/payment_intents")) == asked


def test_an_event_waits_longer_each_time_stripe_cant_be_asked(
    offer: Offer, client: FlaskClient, simulator: Simulator
) -> None:
    started = payments.start_checkout(offer, MARKO)
    pay(simulator, started)
    deliver(client, Merchant.get(), event_about(Payment.current(started.order).intent_id))
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=1)
    tasks.handle_waiting_events()
    event = WebhookEvent.get()
    assert (event.attempts, event.problem, event.handled_at) == (1, "StripeBroken", None)
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "pending", "it is not due yet"
    WebhookEvent.update(next_attempt_at=event.received_at).execute()
    tasks.handle_waiting_events()
    assert Order.get_by_id(started.order.id).status == "paid"


def test_saving_again_and_again_leaves_one_endpoint(merchant: Merchant, simulator: Simulator) -> None:
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
    merchants.check(Merchant.get(), "http://moved.example.com")
    urls = [e.url for e in client.v1.webhook_endpoints.list().data]
    assert sorted(urls) == [
        f"http://moved.example.com/webhooks/stripe/{merchant.public_id}",
        "https://crm.example.com/hook",
    ]
