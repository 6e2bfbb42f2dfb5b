"""Another card for a subscription: kept by the bank, charged from then on, tried at once with what is open."""

import pytest
from flask import Flask

from storefront import settings, subscriptions
from storefront.errors import FieldErrors, StripeError, StripeNotFound, StripeRefused
from storefront.models import Decline, Offer, Subscription
from storefront.stripe_gateway import Intent
from storefront.worker import reconciliation, tasks
from tests.buying import kinds
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscribing import ASKS_EACH_TIME, fresh, letters_of, newest, renewed, subscribed
from tests.web.test_price_changes import OLHA

OTHER_CARD, DECLINED, KEPT_BUT_DECLINED = "5555555555554444", "4000000000000002", "4000000000000341"


@pytest.fixture
def monthly(app: Flask) -> Offer:
    return make_offer(connect_merchant(), kind="recurring", max_quantity=2)


@pytest.fixture
def subscription(monthly: Offer, simulator: Simulator) -> Subscription:
    return subscribed(monthly, simulator)


def type_card(simulator: Simulator, subscription: Subscription, setup: Intent, number: str = OTHER_CARD) -> None:
    """In the browser; the bank's check passed where it asks."""
    answer = simulator.confirm(subscription.merchant.publishable_key, setup.client_secret, number)
    if answer.json().get("status") == "requires_action":
        simulator.answer_challenge(setup.client_secret, "authorize")


def changed(simulator: Simulator, subscription: Subscription, number: str = OTHER_CARD) -> Intent:
    setup = subscriptions.begin_card_change(subscription)
    type_card(simulator, subscription, setup, number)
    return setup


def test_another_card_is_charged_from_then_on(subscription: Subscription, simulator: Simulator) -> None:
    setup = changed(simulator, subscription)
    assert subscriptions.finish_card_change(subscription, setup.id) is None
    after = fresh(subscription)
    assert (after.card_brand, after.card_last4, after.card_exp_year) == ("mastercard", "4444", 2034)
    assert renewed(after, simulator).status == "paid"
    assert subscriptions.finish_card_change(subscription, setup.id) is None
    entries = [entry for entry in after.order.timeline() if entry.kind == "subscription_card_changed"]
    assert [entry.detail["last4"] for entry in entries] == ["4444"]


def test_a_plan_takes_another_card_too(app: Flask, simulator: Simulator) -> None:
    plan = subscribed(make_offer(connect_merchant(), kind="plan", instalments=3), simulator)
    subscriptions.finish_card_change(plan, changed(simulator, plan).id)
    assert fresh(plan).card_last4 == "4444"
    assert renewed(plan, simulator).status == "paid"
    assert fresh(plan).card_last4 == "4444"


def test_a_new_card_pays_what_the_old_one_could_not(subscription: Subscription, simulator: Simulator) -> None:
    assert renewed(subscription, simulator, "declines").needs == "card"
    invoice = subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    assert invoice is not None
    assert (invoice.status, invoice.needs, invoice.failed_at is not None) == ("paid", "", True)
    assert (fresh(subscription).status, fresh(subscription).card_last4) == ("active", "4444")
    assert "renewal_receipt" in letters_of(subscription)
    assert "renewal_reminder" not in letters_of(subscription, "waiting")


def test_a_new_card_that_is_declined_is_tried_once(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "declines")
    setup = changed(simulator, subscription, KEPT_BUT_DECLINED)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None
    assert (invoice.status, invoice.needs) == ("open", "card")
    subscriptions.finish_card_change(subscription, setup.id)
    assert len(simulator.logged_requests(f"/v1/invoices/{invoice.invoice_id}/pay", "POST")) == 1
    invoice = subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    assert invoice is not None and invoice.status == "paid"


def test_a_new_card_whose_bank_asks_leaves_it_to_its_customer(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "declines")
    setup = changed(simulator, subscription, ASKS_EACH_TIME)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None
    assert (invoice.status, invoice.needs) == ("open", "authentication")
    assert fresh(subscription).card_last4 == "3184"
    subscriptions.finish_card_change(subscription, setup.id)
    assert len(simulator.logged_requests(f"/v1/invoices/{invoice.invoice_id}/pay", "POST")) == 1


def test_another_customers_card_is_not_taken(subscription: Subscription, monthly: Offer, simulator: Simulator) -> None:
    other = subscribed(monthly, simulator, buyer=OLHA)
    setup = changed(simulator, other)
    before = fresh(subscription).card_id
    for foreign in (setup.id, "seti_none", "", "../customers"):
        with pytest.raises(StripeNotFound):
            subscriptions.finish_card_change(subscription, foreign)
    assert fresh(subscription).card_id == before


def test_a_card_that_was_not_kept_changes_nothing(subscription: Subscription, simulator: Simulator) -> None:
    unfinished = subscriptions.begin_card_change(subscription)
    with pytest.raises(StripeRefused) as refused:
        subscriptions.finish_card_change(subscription, unfinished.id)
    assert refused.value.code == "setup_intent_unexpected_state"
    type_card(simulator, subscription, unfinished, DECLINED)
    with pytest.raises(StripeRefused) as refused:
        subscriptions.finish_card_change(subscription, unfinished.id)
    assert refused.value.code == "generic_decline"
    assert fresh(subscription).card_last4 == "4242"


def test_a_browser_that_never_comes_back_is_not_missed(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "declines")
    changed(simulator, subscription)
    handle_events()
    assert (fresh(subscription).card_last4, newest(subscription).status) == ("4444", "paid")
    assert kinds(subscription.order).count("subscription_card_changed") == 1


def handle_events() -> None:
    reconciliation.take_undelivered_events()
    tasks.handle_waiting_events()


def test_an_event_that_comes_late_does_not_bring_an_older_card_back(
    subscription: Subscription, simulator: Simulator
) -> None:
    changed(simulator, subscription, ASKS_EACH_TIME)
    subscriptions.finish_card_change(subscription, changed(simulator, subscription).id)
    handle_events()
    assert fresh(subscription).card_last4 == "4444"


def test_an_ended_one_takes_no_card(subscription: Subscription, simulator: Simulator) -> None:
    setup = changed(simulator, subscription)
    cancel_at_stripe(subscription)
    with pytest.raises(StripeError):
        subscriptions.finish_card_change(subscription, setup.id)
    assert fresh(subscription).status == "canceled"
    with pytest.raises(FieldErrors) as refused:
        subscriptions.begin_card_change(subscription)
    assert refused.value.errors == {"card": ["subscription_ended"]}
    handle_events()
    assert fresh(subscription).card_last4 == "4242"


def test_what_was_paid_stays_paid_when_stripe_falls_silent(subscription: Subscription, simulator: Simulator) -> None:
    renewed(subscription, simulator, "declines")
    setup = changed(simulator, subscription)
    simulator.add_fault("/v1/invoices/*/pay", "drop_after", times=2)
    invoice = subscriptions.finish_card_change(subscription, setup.id)
    assert invoice is not None and invoice.status == "paid"
    subscriptions.refresh(subscription)
    assert newest(subscription).status == "paid"


def test_a_subscription_is_no_place_to_try_stolen_cards(subscription: Subscription, simulator: Simulator) -> None:
    most = settings.current().declines_per_order
    setup = subscriptions.begin_card_change(subscription)
    for _card in range(most):
        type_card(simulator, subscription, setup, DECLINED)
    handle_events()
    assert Decline.select().where(Decline.payment == subscription.payment_id).count() == most
    answer = simulator.confirm(subscription.merchant.publishable_key, setup.client_secret, OTHER_CARD)
    assert answer.json()["error"]["code"] == "setup_intent_unexpected_state"
    with pytest.raises(FieldErrors) as refused:
        subscriptions.begin_card_change(subscription)
    assert refused.value.errors == {"card": ["card_tried_too_often"]}
    assert fresh(subscription).status == "active"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
