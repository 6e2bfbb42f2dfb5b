"""Changing the card of a subscription: it is saved, becomes the default, and pays an open invoice."""

import pytest
from flask import Flask

from storefront import settings, subscriptions
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Decline, Merchant, Offer, Subscription
from storefront.stripe_gateway import Intent
from storefront.worker import reconciliation, tasks
from tests.cards import ASKS, DECLINED, OTHER_GOOD, SAVES_THEN_DECLINES
from tests.cast import OLHA
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import timeline_kinds
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", max_quantity=2)


def type_card(simulator: Simulator, subscription: Subscription, setup: Intent, number: str = OTHER_GOOD) -> None:
    """Confirm the setup intent as the browser does; pass 3-D Secure if asked."""
    answer = simulator.confirm(subscription.merchant.publishable_key, setup.client_secret, number)
    if answer.json().get("status") == "requires_action":
        simulator.answer_challenge(setup.client_secret, "authorize")


def changed(simulator: Simulator, subscription: Subscription, number: str = OTHER_GOOD) -> Intent:
    setup = subscriptions.begin_card_change(subscription)
    type_card(simulator, subscription, setup, number)
    return setup


def test_the_new_card_is_charged_from_then_on(subscription: Subscription, simulator: Simulator) -> None:
    setup = changed(simulator, subscription)
    assert subscriptions.finish_card_change(subscription, setup.id) is None
    after = reload(subscription)
    assert (after.card_brand, after.card_last4, after.card_exp_year) == ("mastercard", "4444", 2034)
    assert renew(after, simulator).status == "paid"
    assert subscriptions.finish_card_change(subscription, setup.id) is None
    entries = [entry for entry in after.order.timeline() if entry.kind == "subscription_card_changed"]
    assert [entry.detail["last4"] for entry in entries] == ["4444"]


def test_the_card_of_a_payment_plan_can_be_changed(app: Flask, simulator: Simulator) -> None:
    plan = subscribe(make_offer(connect_merchant(), kind="plan", instalments=3), simulator)
    subscriptions.finish_card_change(plan, changed(simulator, plan).id)
    assert reload(plan).card_last4 == "4444"
    assert renew(plan, simulator).status == "paid"
    assert reload(plan).card_last4 == "4444"


def test_the_new_card_pays_the_open_invoice(subscription: Subscription, simulator: Simulator) -> None:
    assert renew(subscription, simulator, "declines").needs == "card"
    invoice = subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    assert invoice is not None
    assert (invoice.status, invoice.needs, invoice.failed_at is not None) == ("paid", "", True)
    assert (reload(subscription).status, reload(subscription).card_last4) == ("active", "4444")
    assert "renewal_receipt" in email_kinds(subscription)
    assert "renewal_reminder" not in email_kinds(subscription, "waiting")


def test_a_declined_new_card_is_tried_once(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "declines")
    setup = changed(simulator, subscription, SAVES_THEN_DECLINES)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None
    assert (invoice.status, invoice.needs) == ("open", "card")
    subscriptions.finish_card_change(subscription, setup.id)
    assert len(simulator.logged_requests(f"/v1/invoices/{invoice.invoice_id}/pay", "POST")) == 1
    invoice = subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    assert invoice is not None and invoice.status == "paid"


def test_a_new_card_that_needs_3d_secure_leaves_the_invoice_to_the_customer(
    subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    setup = changed(simulator, subscription, ASKS)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None
    assert (invoice.status, invoice.needs) == ("open", "authentication")
    assert reload(subscription).card_last4 == "3184"
    subscriptions.finish_card_change(subscription, setup.id)
    assert len(simulator.logged_requests(f"/v1/invoices/{invoice.invoice_id}/pay", "POST")) == 1


def test_another_customers_card_is_refused(
    subscription: Subscription, monthly_offer: Offer, simulator: Simulator
) -> None:
    other = subscribe(monthly_offer, simulator, buyer=OLHA)
    setup = changed(simulator, other)
    before = reload(subscription).card_id
    for foreign in (setup.id, "seti_none", "", "../customers"):
        with pytest.raises(StripeNotFound):
            subscriptions.finish_card_change(subscription, foreign)
    assert reload(subscription).card_id == before


def test_a_card_that_was_not_saved_changes_nothing(subscription: Subscription, simulator: Simulator) -> None:
    unfinished = subscriptions.begin_card_change(subscription)
    with pytest.raises(StripeRefused) as refused:
        subscriptions.finish_card_change(subscription, unfinished.id)
    assert refused.value.code == "setup_intent_unexpected_state"
    type_card(simulator, subscription, unfinished, DECLINED)
    with pytest.raises(StripeRefused) as refused:
        subscriptions.finish_card_change(subscription, unfinished.id)
    assert refused.value.code == "generic_decline"
    assert reload(subscription).card_last4 == "4242"


def test_a_card_change_completes_by_webhook_alone(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "declines")
    changed(simulator, subscription)
    handle_events()
    assert (reload(subscription).card_last4, newest_invoice(subscription).status) == ("4444", "paid")
    assert timeline_kinds(subscription.order).count("subscription_card_changed") == 1


def handle_events() -> None:
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()


def test_a_late_event_does_not_restore_an_older_card(subscription: Subscription, simulator: Simulator) -> None:
    changed(simulator, subscription, ASKS)
    subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    handle_events()
    assert reload(subscription).card_last4 == "4444"


def test_an_ended_subscription_accepts_no_card(subscription: Subscription, simulator: Simulator) -> None:
    setup = changed(simulator, subscription)
    cancel_at_stripe(subscription)
    with pytest.raises(StripeError):
        subscriptions.finish_card_change(subscription, setup.id)
    assert reload(subscription).status == "canceled"
    with pytest.raises(FieldErrors) as refused:
        subscriptions.begin_card_change(subscription)
    assert refused.value.errors == {"card": ["subscription_ended"]}
    handle_events()
    assert reload(subscription).card_last4 == "4242"


def test_a_payment_made_before_an_outage_stays_paid(subscription: Subscription, simulator: Simulator) -> None:
    renew(subscription, simulator, "declines")
    setup = changed(simulator, subscription)
    simulator.add_fault("/v1/invoices/*/pay", "drop_after", times=2)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None and invoice.status == "paid"
    subscriptions.refresh(subscription)
    assert newest_invoice(subscription).status == "paid"


def test_declined_card_changes_are_limited(subscription: Subscription, simulator: Simulator) -> None:
    most = settings.current().declines_per_order
    setup = subscriptions.begin_card_change(subscription)
    for _card in range(most):
        type_card(simulator, subscription, setup, DECLINED)
    handle_events()
    assert Decline.select().where(Decline.payment == subscription.payment_id).count() == most
    answer = simulator.confirm(subscription.merchant.publishable_key, setup.client_secret, OTHER_GOOD)
    assert answer.json()["error"]["code"] == "setup_intent_unexpected_state"
    with pytest.raises(FieldErrors) as refused:
        subscriptions.begin_card_change(subscription)
    assert refused.value.errors == {"card": ["card_tried_too_often"]}
    assert reload(subscription).status == "active"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
