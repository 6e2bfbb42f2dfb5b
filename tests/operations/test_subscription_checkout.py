"""The checkout of a subscription: one subscription at Stripe; its first payment or trial makes the order paid."""

from dataclasses import replace
from datetime import timedelta

import pytest
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
    next_request_number,
    now,
)
from storefront.payments import settlement
from storefront.worker import reconciliation, tasks
from tests.cards import ASKS
from tests.cast import MARKO
from tests.factories import make_offer
from tests.purchase_steps import confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.stripe_dashboard import subscription_statuses_at_stripe
from tests.subscription_steps import email_kinds, reload, renew, subscribe, subscription_after_refresh


def asked_at_stripe(simulator: Simulator, path: str) -> int:
    return len([row for row in simulator.logged_requests(path, "POST") if row["path"] == path])


def test_the_first_payment_makes_the_order_paid_and_the_subscription_active(
    monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    order = subscription.order
    assert (order.status, order.amount, order.kind, order.every, order.interval) == (
        "paid", 1999, "recurring", 1, "month",
    )  # fmt: skip
    assert subscription.status == "active"
    assert subscription.total == order.recurring_total
    assert subscription.next_charge_at == subscription.period_end > now() + timedelta(days=27)
    assert (subscription.card_brand, subscription.card_last4) == ("visa", "4242")
    (first,) = Invoice.all_of(subscription)
    assert (first.status, first.payment) == ("paid", subscription.payment)
    assert email_kinds(subscription) == ["receipt"]


def test_a_free_trial_charges_nothing_and_saves_the_card(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=14)
    started = start_checkout(offer)
    assert (started.intent, started.order.amount, started.order.recurring_total.amount) == ("setup", 0, 1999)
    confirm(simulator, started)
    subscription = subscription_after_refresh(started.order)
    assert (subscription.order.status, subscription.status) == ("paid", "trialing")
    assert subscription.card_last4 == "4242"
    assert subscription.trial_end and timedelta(days=13) < subscription.trial_end - now() <= timedelta(days=14)
    assert email_kinds(subscription) == ["trial_started", "trial_ends"]
    assert "owner_trial" in {letter.kind for letter in Email.select()}, "the owner's email is about a trial, not a sale"


def test_reloading_and_pressing_again_keep_the_same_subscription(monthly_offer: Offer, simulator: Simulator) -> None:
    secrets = {start_checkout(monthly_offer).client_secret for _press in range(4)}
    assert len(secrets) == 1
    assert asked_at_stripe(simulator, "/v1/subscriptions") == 1
    assert asked_at_stripe(simulator, "/v1/customers") == 1
    assert Subscription.select().count() == 1
    (sent,) = [
        row for row in simulator.logged_requests("/v1/subscriptions", "POST") if row["path"] == "/v1/subscriptions"
    ]
    assert sent["idempotency_key"] == f"subscription-{Subscription.get().public_id}", (
        "the idempotency key comes from the row"
    )


def test_the_next_press_completes_a_request_whose_response_was_lost(monthly_offer: Offer, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        start_checkout(monthly_offer)
    simulator.clear_faults()
    started = start_checkout(monthly_offer)
    confirm(simulator, started)
    assert subscription_after_refresh(started.order).status == "active"
    assert subscription_statuses_at_stripe(monthly_offer.merchant) == ["active"]


def test_a_500_after_creation_leaves_one_valid_subscription(monthly_offer: Offer, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions", "error_after", times=2)
    with pytest.raises(StripeBroken):
        start_checkout(monthly_offer)
    simulator.clear_faults()
    started = start_checkout(monthly_offer)
    confirm(simulator, started)
    assert subscription_after_refresh(started.order).status == "active"
    assert subscription_statuses_at_stripe(monthly_offer.merchant) == ["active", "incomplete_expired"]


def test_product_and_price_are_created_once_and_a_changed_price_creates_a_new_one(
    monthly_offer: Offer, simulator: Simulator
) -> None:
    subscribe(monthly_offer, simulator)
    second = subscribe(
        monthly_offer, simulator, buyer=replace(MARKO, visit="visit-of-lesia-0001", email="l@example.com")
    )
    assert (asked_at_stripe(simulator, "/v1/products"), asked_at_stripe(simulator, "/v1/prices")) == (1, 1)
    Offer.update(amount=2500).where(Offer.id == monthly_offer.id).execute()
    third = subscribe(monthly_offer, simulator, buyer=replace(MARKO, visit="visit-of-ivan-0001", email="i@example.com"))
    assert (asked_at_stripe(simulator, "/v1/products"), asked_at_stripe(simulator, "/v1/prices")) == (1, 2)
    assert CatalogPrice.select().count() == 2
    subscriptions.refresh(second)
    assert (reload(second).unit_amount, reload(third).unit_amount) == (1999, 2500), (
        "existing subscriptions keep their price"
    )


def test_a_failed_3d_secure_at_the_start_can_be_repeated(monthly_offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(monthly_offer)
    confirm(simulator, started, ASKS)
    simulator.answer_challenge(started.client_secret or "", "fail")
    assert refresh(started.order).status == "pending"
    again = start_checkout(monthly_offer)
    assert again.client_secret == started.client_secret, "the same subscription, the same intent"
    confirm(simulator, again, ASKS)
    simulator.answer_challenge(again.client_secret or "", "authorize")
    subscription = subscription_after_refresh(started.order)
    assert (subscription.order.status, subscription.status, Subscription.select().count()) == ("paid", "active", 1)


def test_after_23_hours_the_order_starts_a_new_subscription(
    client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(monthly_offer)
    confirm(simulator, started, ASKS)
    simulator.answer_challenge(started.client_secret or "", "fail")
    simulator.advance(23 * 60 * 60 + 60)
    worker.reconcile(everything=True)
    lost = Subscription.get()
    assert (lost.status, Order.get_by_id(started.order.id).status) == ("incomplete_expired", "pending")
    page = client.get(f"/orders/{started.order.token}").text
    assert "You haven’t been charged" in page and "You can start again here." in page and "Try again" in page
    again = payments.resume_checkout(Order.get_by_id(started.order.id), "marko@example.com", "Marko")
    assert again.order.id == started.order.id
    assert again.client_secret != started.client_secret
    confirm(simulator, again)
    subscription = subscription_after_refresh(again.order)
    assert (subscription.order.status, subscription.status, Subscription.select().count()) == ("paid", "active", 2)


def test_an_expired_order_leaves_no_subscription_behind(monthly_offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(monthly_offer)
    Order.update(expires_at=now()).where(Order.id == started.order.id).execute()
    worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "expired"
    assert subscription_statuses_at_stripe(monthly_offer.merchant) == ["incomplete_expired"]
    assert email_kinds(Subscription.get()) == [], "no card was tried"


def test_an_expired_trial_order_leaves_no_subscription_behind(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    started = start_checkout(offer)
    Order.update(expires_at=now()).where(Order.id == started.order.id).execute()
    worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "expired"
    assert subscription_statuses_at_stripe(merchant) == ["canceled"]


def test_a_price_change_before_the_first_payment_replaces_the_subscription(
    monthly_offer: Offer, simulator: Simulator
) -> None:
    start_checkout(monthly_offer)
    Offer.update(amount=2500).where(Offer.id == monthly_offer.id).execute()
    started = start_checkout(monthly_offer)
    confirm(simulator, started)
    subscription = subscription_after_refresh(started.order)
    assert (subscription.unit_amount, subscription.order.amount) == (2500, 2500)
    assert subscription_statuses_at_stripe(monthly_offer.merchant) == ["active", "incomplete_expired"]


def test_a_changed_trial_length_starts_a_new_trial(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    start_checkout(offer)
    Offer.update(trial_days=30).where(Offer.id == offer.id).execute()
    started = start_checkout(offer)
    confirm(simulator, started)
    subscription = subscription_after_refresh(started.order)
    assert subscription.trial_days == subscription.order.trial_days == 30
    assert subscription_statuses_at_stripe(merchant) == ["canceled", "trialing"]


def test_outdated_terms_are_refused_and_start_nothing(monthly_offer: Offer, simulator: Simulator) -> None:
    shown = monthly_offer.terms_code()
    Offer.update(interval="year").where(Offer.id == monthly_offer.id).execute()
    with pytest.raises(TermsChanged):
        start_checkout(monthly_offer, replace(MARKO, terms=shown))
    assert Order.select().count() == 0


def test_the_consent_is_stored_with_its_time(monthly_offer: Offer) -> None:
    words = "I agree that €19.99 is charged every month."
    order = start_checkout(monthly_offer, replace(MARKO, consent=words)).order
    assert (order.consent, order.consented_at is not None) == (words, True)


def test_a_payment_plan_ends_after_its_installments(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="plan", instalments=3)
    subscription = subscribe(offer, simulator)
    assert subscription.schedule_id
    for _instalment in (2, 3):
        renew(subscription, simulator)
    renew(subscription, simulator)
    subscription = reload(subscription)
    assert subscription.status == "canceled"
    paid = [invoice for invoice in Invoice.all_of(subscription) if invoice.status == "paid"]
    assert sum(invoice.amount_paid for invoice in paid) == 3 * 1999
    assert email_kinds(subscription) == ["receipt", "renewal_receipt", "renewal_receipt", "plan_finished"]


def test_events_in_any_order_lead_to_the_same_rows(monthly_offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(monthly_offer)
    confirm(simulator, started)
    Merchant.update(webhook_endpoint_id=None).execute()
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    subscription = Subscription.get()
    assert (subscription.status, Order.get_by_id(started.order.id).status) == ("active", "paid")
    asked = len(simulator.logged_requests("/v1/subscriptions/", "GET"))
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert len(simulator.logged_requests("/v1/subscriptions/", "GET")) == asked, (
        "an event about known facts makes no request"
    )


def test_an_outdated_response_changes_nothing(monthly_offer: Offer, simulator: Simulator) -> None:
    subscription = subscribe(monthly_offer, simulator)
    Subscription.update(request_number=next_request_number() + 1_000, status="past_due").execute()
    subscriptions.refresh(subscription)
    assert reload(subscription).status == "past_due", "the later request has stored the current state"


def test_the_first_period_is_not_a_renewal_even_if_its_payment_is_unknown(
    monthly_offer: Offer, simulator: Simulator
) -> None:
    # The worker handles an event while the checkout request has not stored its intent yet.
    started = start_checkout(monthly_offer)
    confirm(simulator, started)
    first, subscription = Payment.get(), Subscription.get()
    Payment.update(intent_id=None).execute()
    assert subscription.payment.intent_id is None
    subscriptions.refresh(reload(subscription))
    assert email_kinds(subscription) == [] and [row.kind for row in Payment.select()] == ["first"]
    Payment.update(intent_id=first.intent_id).execute()
    subscriptions.refresh(subscription)
    (invoice,) = Invoice.all_of(subscription)
    assert invoice.payment == first
    payments.refresh_order(started.order)
    assert email_kinds(subscription) == ["receipt"]
    assert "invoice_paid" not in [entry.kind for entry in started.order.timeline()]


def test_subscriptions_of_other_systems_on_the_account_are_ignored(monthly_offer: Offer) -> None:
    stripe_id = "sub_of_somebody_else"
    event = {"event_id": "evt_1", "type": "customer.subscription.updated", "object_id": stripe_id}
    event = WebhookEvent.create(merchant=monthly_offer.merchant, subscription=stripe_id, **event)
    webhooks.handle(event)
    assert WebhookEvent.get().handled_at and Subscription.select().count() == 0


def test_a_second_payment_is_refunded_and_its_subscription_canceled(monthly_offer: Offer, simulator: Simulator) -> None:
    left_open = start_checkout(monthly_offer)
    payment = Payment.get(Payment.order == left_open.order)
    settlement.end_payment(payment, "looked_up")  # the state after an error response from Stripe
    second = start_checkout(monthly_offer)
    confirm(simulator, second)
    assert subscription_after_refresh(second.order).status == "active"
    confirm(simulator, left_open)
    payments.refresh(Payment.get_by_id(payment.id))
    worker.reconcile(everything=True)
    assert subscription_statuses_at_stripe(monthly_offer.merchant) == ["active", "canceled"]
    (refund,) = Refund.select()
    assert (refund.payment, refund.status, refund.amount) == (payment, "succeeded", 1999)
    assert Order.get_by_id(second.order.id).status == "paid"
