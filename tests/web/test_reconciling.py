"""Nothing depends on a webhook arriving: what waits is asked about."""

from dataclasses import replace

import pytest
from flask import Flask

from storefront import settings, worker
from storefront.isolation import MOST_SILENCES
from storefront.merchants import OnboardingStep, checklists
from storefront.models import Email, Merchant, Offer, Order, Payment, now
from storefront.worker import reconciliation, tasks
from tests.buying import MARKO, begin, bought, kinds, pay
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import refund_at_stripe


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant())


def test_a_payment_is_known_without_any_webhook(offer: Offer, simulator: Simulator) -> None:
    started = begin(offer)
    pay(simulator, started)
    assert worker.reconcile().changed == [], "it is looked at in a minute, not while the buyer is at it"
    Payment.update(next_check_at=now()).execute()
    report = worker.reconcile()
    assert report.changed == [(started.order.number, "pending", "paid")]
    assert worker.reconcile(everything=True).changed == []


def test_what_happens_at_stripe_is_known_where_no_webhook_could_be_registered(app: Flask, simulator: Simulator) -> None:
    simulator.add_fault("/v1/webhook_endpoints", "error_before", method="POST", times=5)
    merchant = connect_merchant()
    assert merchant.webhook_problem and merchant.webhook_endpoint_id is None
    simulator.clear_faults()
    order = bought(make_offer(merchant), simulator)
    refund_at_stripe(simulator, Payment.get(Payment.order == order).intent_id, 500)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(order.id).status == "partially_refunded"
    assert OnboardingStep.WEBHOOK_RECEIVED not in checklists(Merchant.connected())[merchant.id].done, (
        "none was delivered"
    )


def test_a_silent_stripe_is_not_waited_for_again_and_again(offer: Offer, simulator: Simulator) -> None:
    for number in range(6):
        begin(offer, replace(MARKO, visit=f"visit-of-marko-{number}"))
    simulator.add_fault("/v1/payment_intents/*", "drop_before", method="GET", times=100)
    before = len(simulator.logged_requests("/v1/payment_intents/", "GET"))
    assert len(worker.reconcile(everything=True).unanswered) == 6
    tries_a_call = 2
    asked = len(simulator.logged_requests("/v1/payment_intents/", "GET")) - before
    assert 0 < asked <= MOST_SILENCES * tries_a_call
    simulator.clear_faults()
    assert worker.reconcile(everything=True).unanswered == []


def test_what_nobody_touches_is_asked_ever_less_often(offer: Offer) -> None:
    begin(offer)
    Payment.update(next_check_at=now(), touched_at=now()).execute()
    worker.reconcile()
    assert 55 <= (Payment.get().next_check_at - now()).total_seconds() <= 60
    Payment.update(next_check_at=now(), touched_at=now() - reconciliation.LONGEST).execute()
    worker.reconcile()
    assert 20 * 60 <= (Payment.get().next_check_at - now()).total_seconds() <= 30 * 60


def test_the_command_tells_what_changed_and_fails_when_stripe_cant_be_asked(
    app: Flask, offer: Offer, simulator: Simulator
) -> None:
    started = begin(offer)
    pay(simulator, started)
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=1)
    runner = app.test_cli_runner()
    failed = runner.invoke(args=["reconcile"])
    assert failed.exit_code == 1
    assert "1 could not be asked" in failed.output
    done = runner.invoke(args=["reconcile"])
    assert done.exit_code == 0
    assert f"order {started.order.number}: pending → paid" in done.output


def test_an_overdue_order_expires_and_its_intent_is_canceled_first(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = begin(offer)
    worker.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, Payment.get().status) == ("expired", "canceled")
    assert Email.get(Email.kind == "order_expired").recipient == "marko@example.com"
    assert (
        simulator.confirm(order.merchant.publishable_key, started.client_secret or "", "4242424242424242").status_code
        == 400
    )


def test_an_overdue_order_that_was_just_paid_is_paid(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = begin(offer)
    pay(simulator, started)
    report = worker.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, "expired" in kinds(order)) == ("paid", False)
    assert (started.order.number, "pending", "paid") in report.changed


def test_an_overdue_order_waits_while_stripe_cant_be_asked(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = begin(offer)
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=9)
    report = worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "pending"
    assert report.unanswered
