"""Renewals: what the shop stores, whom it writes to, and what stops when a renewal is settled."""

from datetime import timedelta

from flask import Flask

from storefront import emails, subscriptions
from storefront.models import Email, Order, Payment, Subscription, now
from storefront.worker import reconciliation, tasks
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import timeline_kinds
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe, refund_at_stripe
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe


def test_a_successful_renewal_is_paid_and_sends_a_receipt(subscription: Subscription, simulator: Simulator) -> None:
    invoice = renew(subscription, simulator)
    assert (invoice.status, invoice.needs, invoice.failed_at) == ("paid", "", None)
    assert (invoice.payment.kind, invoice.payment.amount, invoice.payment.status) == ("renewal", 1999, "succeeded")
    assert email_kinds(subscription) == ["receipt", "renewal_receipt"]
    assert Order.get_by_id(subscription.order_id).status == "paid"


def test_a_renewal_that_needs_3d_secure_waits_and_emails_its_customer(
    subscription: Subscription, simulator: Simulator
) -> None:
    invoice = renew(subscription, simulator, "asks")
    assert (reload(subscription).status, invoice.status, invoice.needs) == ("past_due", "open", "authentication")
    assert invoice.next_attempt_at is None, "Stripe schedules no retry"
    assert invoice.failed_at is not None
    assert email_kinds(subscription, "waiting")[1] == "renewal_authentication"
    assert email_kinds(subscription).count("renewal_reminder") == 3


def test_a_repeated_refresh_queues_no_second_email(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "asks")
    before = Email.select().count()
    for _again in range(3):
        subscriptions.refresh(subscription)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Email.select().count() == before
    assert timeline_kinds(subscription.order).count("invoice_needs") == 1


def test_canceling_at_stripe_during_recovery_stops_the_emails(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "asks")
    cancel_at_stripe(subscription)
    subscriptions.refresh(subscription)
    assert (reload(subscription).status, newest_invoice(subscription).needs) == ("canceled", "")
    assert "renewal_reminder" not in email_kinds(subscription, "waiting")
    assert subscriptions.subscription_of_order(Order.get_by_id(subscription.order_id)).waiting is None


def test_reminders_are_sent_after_one_three_and_five_days(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "asks")
    begun = now()
    counts = []
    for days in (0, 1.1, 2, 3.1, 4, 5.1, 9):
        with time_set(begun + timedelta(days=days)):
            emails.send_due()
            counts.append(email_kinds(subscription, "kept").count("renewal_reminder"))
    assert counts == [0, 1, 1, 2, 2, 3, 3]


def test_a_renewals_refund_does_not_change_the_orders_status(subscription: Subscription, simulator: Simulator) -> None:
    invoice = renew(subscription, simulator)
    refund_at_stripe(simulator, invoice.payment.intent_id, 1999)
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()
    assert Order.get_by_id(subscription.order_id).status == "paid"
    assert Payment.get_by_id(invoice.payment_id).kind == "renewal"


def test_a_plan_that_stripe_canceled_for_nonpayment_still_has_an_open_installment(
    app: Flask, simulator: Simulator
) -> None:
    simulator.billing(afterwards="canceled", retry_days=[1], draft_seconds=0)
    subscription = subscribe(make_offer(connect_merchant(), kind="plan", instalments=3), simulator)
    renew(subscription, simulator, "declines")
    simulator.advance(2 * 24 * 60 * 60)
    subscriptions.refresh(subscription)
    ended = reload(subscription)
    assert (ended.status, ended.end_reason, newest_invoice(subscription).needs) == (
        "canceled",
        "payment_failed",
        "card",
    )
    assert "subscription_lost" not in email_kinds(subscription), "its open installment can still be paid"
