"""A recurring order begins: one subscription at Stripe, whose first payment or trial makes the order paid."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import payments, subscriptions, webhooks, worker
from storefront.errors import StripeBroken, StripeUnreachable, TermsChanged
from storefront.models import (
    CatalogPrice,
    Email,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    Refund,
    Subscription,
    WebhookEvent,
    now,
)
from storefront.payments import settlement
from storefront.worker import reconciliation, tasks
from tests.buying import MARKO, begin, pay, refreshed
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import subscription_statuses_at_stripe
from tests.subscribing import ASKS_EACH_TIME, fresh, letters_of, looked_at, renewed, subscribed


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", title="Weekly letters")


def asked_at_stripe(simulator: Simulator, path: str) -> int:
    return len([row for row in simulator.logged_requests(path, "POST") if row["path"] == path])


def test_the_first_payment_makes_the_order_paid_and_the_subscription_active(
    monthly: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(monthly, simulator)
    order = subscription.order
    assert (order.status, order.amount, order.kind, order.every, order.interval) == (
        "paid", 1999, "recurring", 1, "month",
    )  # fmt: skip
    assert subscription.status == "active"
    assert subscription.total == order.each_time
    assert subscription.next_charge_at == subscription.period_end > now() + timedelta(days=27)
    assert (subscription.card_brand, subscription.card_last4) == ("visa", "4242")
    (first,) = Invoice.of(subscription)
    assert (first.status, first.payment) == ("paid", subscription.payment)
    assert letters_of(subscription) == ["receipt"]


def test_a_free_trial_is_paid_with_nothing_and_keeps_the_card(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=14)
    started = begin(offer)
    assert (started.intent, started.order.amount, started.order.each_time.amount) == ("setup", 0, 1999)
    pay(simulator, started)
    subscription = looked_at(started.order)
    assert (subscription.order.status, subscription.status) == ("paid", "trialing")
    assert subscription.card_last4 == "4242"
    assert subscription.trial_end and timedelta(days=13) < subscription.trial_end - now() <= timedelta(days=14)
    assert letters_of(subscription) == ["trial_started", "trial_ends"]
    assert "owner_trial" in {letter.kind for letter in Email.select()}, "the owner reads of a trial, not of a sale"


def test_reloading_and_pressing_again_meet_the_same_subscription(monthly: Offer, simulator: Simulator) -> None:
    secrets = {begin(monthly).client_secret for _press in range(4)}
    assert len(secrets) == 1
    assert asked_at_stripe(simulator, "/v1/subscriptions") == 1
    assert asked_at_stripe(simulator, "/v1/customers") == 1
    assert Subscription.select().count() == 1
    (sent,) = [
        row for row in simulator.logged_requests("/v1/subscriptions", "POST") if row["path"] == "/v1/subscriptions"
    ]
    assert sent["idempotency_key"] == f"subscription-{Subscription.get().public_id}", "the key is our row's"


def test_an_answer_that_was_lost_is_taken_up_by_the_next_press(monthly: Offer, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        begin(monthly)
    simulator.clear_faults()
    started = begin(monthly)
    pay(simulator, started)
    assert looked_at(started.order).status == "active"
    assert subscription_statuses_at_stripe(monthly.merchant) == ["active"]


def test_a_500_after_it_was_made_leaves_one_subscription_that_counts(monthly: Offer, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions", "error_after", times=2)
    with pytest.raises(StripeBroken):
        begin(monthly)
    simulator.clear_faults()
    started = begin(monthly)
    pay(simulator, started)
    assert looked_at(started.order).status == "active"
    assert subscription_statuses_at_stripe(monthly.merchant) == ["active", "incomplete_expired"]


def test_product_and_price_are_made_once_and_a_changed_price_makes_a_new_one(
    monthly: Offer, simulator: Simulator
) -> None:
    subscribed(monthly, simulator)
    second = subscribed(monthly, simulator, buyer=replace(MARKO, visit="visit-of-lesia-0001", email="l@example.com"))
    assert (asked_at_stripe(simulator, "/v1/products"), asked_at_stripe(simulator, "/v1/prices")) == (1, 1)
    Offer.update(amount=2500).where(Offer.id == monthly.id).execute()
    third = subscribed(monthly, simulator, buyer=replace(MARKO, visit="visit-of-ivan-0001", email="i@example.com"))
    assert (asked_at_stripe(simulator, "/v1/products"), asked_at_stripe(simulator, "/v1/prices")) == (1, 2)
    assert CatalogPrice.select().count() == 2
    subscriptions.refresh(second)
    assert (fresh(second).unit_amount, fresh(third).unit_amount) == (1999, 2500), "running ones keep their price"


def test_a_failed_bank_check_at_the_start_can_be_tried_again(monthly: Offer, simulator: Simulator) -> None:
    started = begin(monthly)
    pay(simulator, started, ASKS_EACH_TIME)
    simulator.answer_challenge(started.client_secret or "", "fail")
    assert refreshed(started.order).status == "pending"
    again = begin(monthly)
    assert again.client_secret == started.client_secret, "the same subscription, the same intent"
    pay(simulator, again, ASKS_EACH_TIME)
    simulator.answer_challenge(again.client_secret or "", "authorize")
    subscription = looked_at(started.order)
    assert (subscription.order.status, subscription.status, Subscription.select().count()) == ("paid", "active", 1)


def test_after_23_hours_the_order_starts_anew(client: FlaskClient, monthly: Offer, simulator: Simulator) -> None:
    started = begin(monthly)
    pay(simulator, started, ASKS_EACH_TIME)
    simulator.answer_challenge(started.client_secret or "", "fail")
    simulator.advance(23 * 60 * 60 + 60)
    worker.reconcile(everything=True)
    lost = Subscription.get()
    assert (lost.status, Order.get_by_id(started.order.id).status) == ("incomplete_expired", "pending")
    page = client.get(f"/orders/{started.order.token}").text
    assert "nothing was charged" in page and "You can start anew here." in page and "Try again" in page
    again = payments.resume_checkout(Order.get_by_id(started.order.id), "marko@example.com", "Marko")
    assert again.order.id == started.order.id
    assert again.client_secret != started.client_secret
    pay(simulator, again)
    subscription = looked_at(again.order)
    assert (subscription.order.status, subscription.status, Subscription.select().count()) == ("paid", "active", 2)


def test_an_expired_order_leaves_no_subscription_behind(monthly: Offer, simulator: Simulator) -> None:
    started = begin(monthly)
    Order.update(expires_at=now()).where(Order.id == started.order.id).execute()
    worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "expired"
    assert subscription_statuses_at_stripe(monthly.merchant) == ["incomplete_expired"]
    assert letters_of(Subscription.get()) == ["order_expired"]


def test_an_expired_trial_order_leaves_no_subscription_behind(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    started = begin(offer)
    Order.update(expires_at=now()).where(Order.id == started.order.id).execute()
    worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "expired"
    assert subscription_statuses_at_stripe(merchant) == ["canceled"]


def test_a_price_that_changed_before_the_first_payment_ends_the_old_subscription(
    monthly: Offer, simulator: Simulator
) -> None:
    begin(monthly)
    Offer.update(amount=2500).where(Offer.id == monthly.id).execute()
    started = begin(monthly)
    pay(simulator, started)
    subscription = looked_at(started.order)
    assert (subscription.unit_amount, subscription.order.amount) == (2500, 2500)
    assert subscription_statuses_at_stripe(monthly.merchant) == ["active", "incomplete_expired"]


def test_a_trial_whose_days_changed_is_begun_anew(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    begin(offer)
    Offer.update(trial_days=30).where(Offer.id == offer.id).execute()
    started = begin(offer)
    pay(simulator, started)
    subscription = looked_at(started.order)
    assert subscription.trial_days == subscription.order.trial_days == 30
    assert subscription_statuses_at_stripe(merchant) == ["canceled", "trialing"]


def test_a_page_with_other_terms_is_told_so_and_starts_nothing(monthly: Offer, simulator: Simulator) -> None:
    shown = monthly.terms_code()
    Offer.update(interval="year").where(Offer.id == monthly.id).execute()
    with pytest.raises(TermsChanged):
        begin(monthly, replace(MARKO, terms=shown))
    assert Order.select().count() == 0


def test_the_consent_is_kept_with_its_moment(monthly: Offer) -> None:
    words = "I agree that €19.99 is charged every month."
    order = begin(monthly, replace(MARKO, consent=words)).order
    assert (order.consent, order.consented_at is not None) == (words, True)


def test_a_plan_ends_after_its_instalments(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="plan", instalments=3)
    subscription = subscribed(offer, simulator)
    assert subscription.schedule_id
    for _instalment in (2, 3):
        renewed(subscription, simulator)
    renewed(subscription, simulator)
    subscription = fresh(subscription)
    assert subscription.status == "canceled"
    paid = [invoice for invoice in Invoice.of(subscription) if invoice.status == "paid"]
    assert sum(invoice.amount_paid for invoice in paid) == 3 * 1999
    assert letters_of(subscription) == ["receipt", "renewal_receipt", "renewal_receipt", "plan_finished"]


def test_events_of_a_subscription_lead_to_the_same_rows_in_any_order(monthly: Offer, simulator: Simulator) -> None:
    started = begin(monthly)
    pay(simulator, started)
    Merchant.update(webhook_endpoint_id=None).execute()
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    subscription = Subscription.get()
    assert (subscription.status, Order.get_by_id(started.order.id).status) == ("active", "paid")
    asked = len(simulator.logged_requests("/v1/subscriptions/", "GET"))
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/subscriptions/", "GET")) == asked, (
        "what our rows show already is not asked again"
    )


def test_an_older_answer_that_comes_late_changes_nothing(monthly: Offer, simulator: Simulator) -> None:
    subscription = subscribed(monthly, simulator)
    Subscription.update(synced_at=now() + timedelta(minutes=1), status="past_due").execute()
    subscriptions.refresh(subscription)
    assert fresh(subscription).status == "past_due", "whoever asked later has written what is true"


def test_the_first_period_is_no_renewal_though_its_payment_was_not_known_yet(
    monthly: Offer, simulator: Simulator
) -> None:
    # The worker hears of the subscription while the press that made it still waits to write its intent down.
    started = begin(monthly)
    pay(simulator, started)
    first, subscription = Payment.get(), Subscription.get()
    Payment.update(intent_id=None).execute()
    assert subscription.payment.intent_id is None
    subscriptions.refresh(fresh(subscription))
    assert letters_of(subscription) == [] and [row.kind for row in Payment.select()] == ["first"]
    Payment.update(intent_id=first.intent_id).execute()
    subscriptions.refresh(subscription)
    (invoice,) = Invoice.of(subscription)
    assert invoice.payment == first
    payments.refresh_order(started.order)
    assert letters_of(subscription) == ["receipt"]
    assert "invoice_paid" not in [entry.kind for entry in started.order.timeline()]


def test_another_systems_subscription_on_the_same_account_is_left_alone(monthly: Offer) -> None:
    stripe_id = "sub_of_somebody_else"
    event = {"event_id": "evt_1", "type": "customer.subscription.updated", "object_id": stripe_id}
    event = WebhookEvent.create(merchant=monthly.merchant, subscription=stripe_id, **event)
    webhooks.handle(event)
    assert WebhookEvent.get().handled_at and Subscription.select().count() == 0


def test_what_was_paid_twice_goes_back_and_its_subscription_ends(monthly: Offer, simulator: Simulator) -> None:
    left_open = begin(monthly)
    payment = Payment.get(Payment.order == left_open.order)
    settlement.end_payment(payment, "looked_up")  # as after an answer of Stripe's that told of an error
    second = begin(monthly)
    pay(simulator, second)
    assert looked_at(second.order).status == "active"
    pay(simulator, left_open)
    payments.refresh(Payment.get_by_id(payment.id))
    worker.reconcile(everything=True)
    assert subscription_statuses_at_stripe(monthly.merchant) == ["active", "canceled"]
    (refund,) = Refund.select()
    assert (refund.payment, refund.status, refund.amount) == (payment, "succeeded", 1999)
    assert Order.get_by_id(second.order.id).status == "paid"
