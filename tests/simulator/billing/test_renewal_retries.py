"""Declined renewals: retries, new cards, and Billing settings."""

import requests

from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import (
    DAY,
    BrowserIntent,
    active_subscription,
    advance_days,
    invoice_secret,
    payment_of,
    renew,
    status_of,
    subscribe,
)


def test_a_declined_renewal_is_retried_and_then_the_subscription_is_canceled(olena: Shop) -> None:
    found, invoice = renew(olena, active_subscription(olena), "declines")
    assert (found.status, invoice.attempt_count) == ("past_due", 1)
    assert invoice.next_payment_attempt - invoice.status_transitions.finalized_at == 3 * DAY
    assert olena.events()[-3:] == [
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    assert advance_days(olena, 3.1) == ["invoice_is_tried_again"]
    assert advance_days(olena, 30).count("invoice_is_tried_again") == 2
    gone = olena.v1.subscriptions.retrieve(found.id)
    assert (gone.status, gone.cancellation_details.reason) == ("canceled", "payment_failed")
    left = olena.v1.invoices.retrieve(invoice.id)
    assert (left.status, left.attempt_count, left.auto_advance) == ("open", 4, False)
    assert olena.events()[-1] == "customer.subscription.deleted"


def test_a_retry_can_succeed(olena: Shop) -> None:
    found, invoice = renew(olena, active_subscription(olena), "declines")
    post_control(olena, f"subscriptions/{found.id}/card", card="as its number")
    advance_days(olena, 3.1)
    assert status_of(olena, found) == "active"
    assert olena.v1.invoices.retrieve(invoice.id).attempt_count == 2
    assert "invoice_is_tried_again" not in advance_days(olena, 10)


def test_a_retry_that_requires_authentication_is_the_last(olena: Shop) -> None:
    found, invoice = renew(olena, active_subscription(olena), "declines")
    post_control(olena, f"subscriptions/{found.id}/card", card="asks")
    advance_days(olena, 3.1)
    assert olena.v1.invoices.retrieve(invoice.id).next_payment_attempt is None
    assert advance_days(olena, 10) == []
    olena.answer_challenge(invoice_secret(olena, invoice.id), "authorize")
    assert status_of(olena, found) == "active"


def test_a_new_card_pays_the_invoice_and_becomes_the_default(olena: Shop) -> None:
    subscription = active_subscription(olena)
    found, invoice = renew(olena, subscription, "declines")
    secret = invoice_secret(olena, invoice.id)
    olena.confirm_with_card(secret, "4000000000000002")
    assert olena.v1.invoices.retrieve(invoice.id).attempt_count == 1
    olena.confirm_with_card(secret, "5555555555554444")
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert found.status == "active"
    assert found.default_payment_method != subscription.default_payment_method
    assert renew(olena, found)[1].status == "paid"


def test_a_card_saved_in_a_trial_can_be_declined_when_it_is_charged(olena: Shop) -> None:
    subscription = subscribe(olena, trial_period_days=7)
    olena.confirm_with_card(subscription.pending_setup_intent, "4000000000000341")
    found, invoice = renew(olena, subscription)
    assert (found.status, invoice.attempt_count) == ("past_due", 1)


def test_billing_settings_control_retries_and_the_final_status(olena: Shop) -> None:
    post_control(olena, "billing", account="Olena", retry_days=[1], afterwards="unpaid", draft_seconds=0)
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    advance_days(olena, 1.1)
    assert status_of(olena, subscription) == "unpaid"
    assert "subscription_renews" in advance_days(olena, 31)
    latest = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]}).latest_invoice
    assert (latest.status, latest.auto_advance) == ("draft", False)
    olena.confirm_with_card(invoice_secret(olena, invoice.id))
    assert status_of(olena, subscription) == "active"
    shown = requests.get(f"{olena.url}/simulator/billing", timeout=20).json()["data"]
    assert [one["retry_days"] for one in shown if one["name"] == "Kenji"] == [[3, 5, 7]] * 2
    for bad in ({"retry_days": "3"}, {"afterwards": "active"}, {"draft_seconds": -1}, {"other": 1}, {"account": "X"}):
        post_control(olena, "billing", 400, **bad)


def test_only_the_newest_invoice_decides_the_status(olena: Shop) -> None:
    subscription, first = renew(olena, active_subscription(olena), "declines")
    _, second = renew(olena, subscription)
    olena.confirm_with_card(invoice_secret(olena, first.id))
    assert status_of(olena, subscription) == "past_due"
    olena.confirm_with_card(invoice_secret(olena, second.id))
    assert status_of(olena, subscription) == "active"


def test_invoices_of_canceled_subscriptions_are_not_collected(olena: Shop) -> None:
    subscription, invoice = renew(olena, active_subscription(olena), "declines")
    olena.v1.subscriptions.cancel(subscription.id)
    assert advance_days(olena, 40) == []
    left = olena.v1.invoices.retrieve(invoice.id)
    assert (left.status, left.attempt_count) == ("open", 1)
    olena.confirm_with_card(invoice_secret(olena, invoice.id))
    assert olena.v1.invoices.retrieve(invoice.id).status == "paid"
    assert status_of(olena, subscription) == "canceled"


def test_a_detached_card_is_not_charged(olena: Shop) -> None:
    subscription = active_subscription(olena)
    olena.v1.payment_methods.detach(subscription.default_payment_method)
    found, invoice = renew(olena, subscription)
    assert (found.status, found.default_payment_method) == ("past_due", None)
    assert invoice.next_payment_attempt is not None
    method = error_of(olena.v1.invoices.pay, invoice.id)
    assert method.http_status == 400
    olena.confirm_with_card(BrowserIntent(payment_of(olena, invoice).client_secret))
    assert status_of(olena, subscription) == "active"
