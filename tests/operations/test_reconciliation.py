"""Reconciliation: unfinished payments are fetched from Stripe, so that no webhook is required."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from storefront import settings, worker
from storefront.isolation import MAX_TIMEOUTS
from storefront.merchants import OnboardingStep, checklists
from storefront.models import Email, Merchant, Offer, Order, Payment, now
from storefront.worker import reconciliation, tasks
from tests.cards import DECLINED, GOOD
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, start_checkout, timeline_kinds
from tests.simulator_process import Simulator
from tests.stripe_dashboard import refund_at_stripe


def test_a_payment_is_found_without_a_webhook(offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(offer)
    confirm(simulator, started)
    assert worker.reconcile().changed == [], "the first check is a minute later, when the buyer has finished"
    Payment.update(next_check_at=now()).execute()
    report = worker.reconcile()
    assert report.changed == [(started.order.number, "pending", "paid")]
    assert worker.reconcile(everything=True).changed == []


def test_changes_at_stripe_are_found_without_a_webhook_endpoint(app: Flask, simulator: Simulator) -> None:
    simulator.add_fault("/v1/webhook_endpoints", "error_before", method="POST", times=5)
    merchant = connect_merchant()
    assert merchant.webhook_problem and merchant.webhook_endpoint_id is None
    simulator.clear_faults()
    order = buy(make_offer(merchant), simulator)
    refund_at_stripe(simulator, Payment.get(Payment.order == order).intent_id, 500)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(order.id).status == "partially_refunded"
    assert OnboardingStep.WEBHOOK_RECEIVED not in checklists(Merchant.connected())[merchant.id].done, (
        "no webhook was delivered"
    )


def test_an_outage_of_stripe_is_waited_for_only_once_per_run(offer: Offer, simulator: Simulator) -> None:
    for number in range(6):
        start_checkout(offer, replace(MARKO, visit=f"visit-of-marko-{number}"))
    simulator.add_fault("/v1/payment_intents/*", "drop_before", method="GET", times=100)
    before = len(simulator.logged_requests("/v1/payment_intents/", "GET"))
    assert len(worker.reconcile(everything=True).failures) == 6
    tries_a_call = 2
    asked = len(simulator.logged_requests("/v1/payment_intents/", "GET")) - before
    assert 0 < asked <= MAX_TIMEOUTS * tries_a_call
    simulator.clear_faults()
    assert worker.reconcile(everything=True).failures == []


def test_idle_payments_are_checked_less_and_less_often(offer: Offer) -> None:
    start_checkout(offer)
    Payment.update(next_check_at=now(), touched_at=now()).execute()
    worker.reconcile()
    assert 55 <= (Payment.get().next_check_at - now()).total_seconds() <= 60
    Payment.update(next_check_at=now(), touched_at=now() - timedelta(hours=12)).execute()
    worker.reconcile()
    assert 20 * 60 <= (Payment.get().next_check_at - now()).total_seconds() <= 30 * 60


def test_the_command_prints_changes_and_fails_if_stripe_cannot_be_reached(
    app: Flask, offer: Offer, simulator: Simulator
) -> None:
    started = start_checkout(offer)
    confirm(simulator, started)
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=1)
    runner = app.test_cli_runner()
    failed = runner.invoke(args=["reconcile"])
    assert failed.exit_code == 1
    assert "1 could not be asked" in failed.output
    done = runner.invoke(args=["reconcile"])
    assert done.exit_code == 0
    assert f"order {started.order.number}: pending → paid" in done.output


def test_an_overdue_order_expires_after_its_intent_is_canceled(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    worker.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, Payment.get().status) == ("expired", "canceled")
    assert Email.get(Email.kind == "order_expired").recipient == "marko@example.com"
    assert simulator.confirm(order.merchant.publishable_key, started.client_secret or "", GOOD).status_code == 400


def test_an_overdue_order_that_was_just_paid_is_paid(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = start_checkout(offer)
    confirm(simulator, started)
    report = worker.reconcile()
    order = Order.get_by_id(started.order.id)
    assert (order.status, "expired" in timeline_kinds(order)) == ("paid", False)
    assert (started.order.number, "pending", "paid") in report.changed


def test_an_overdue_order_does_not_expire_while_stripe_cannot_be_reached(offer: Offer, simulator: Simulator) -> None:
    settings.save({"order_expiry_hours": 0})
    started = start_checkout(offer)
    simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=9)
    report = worker.reconcile()
    assert Order.get_by_id(started.order.id).status == "pending"
    assert report.failures
