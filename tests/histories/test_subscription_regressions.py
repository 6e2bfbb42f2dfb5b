"""Regression tests for bugs in subscriptions that random histories found."""

from collections.abc import Iterator

import pytest

from storefront import db, settings
from storefront.models import Email, Payment, Subscription
from tests.cards import GOOD
from tests.money import subscription_checks
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop, in_process_shop

DAY = 86400


@pytest.fixture(scope="module")
def shared_shop() -> Iterator[InProcessShop]:
    with in_process_shop() as shop:
        yield shop


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


def trial(shop: InProcessShop, days: int = 7) -> Marko:
    return Marko(shop, shop.reset(kind="recurring", interval="week", trial_days=days)[1])


def weekly(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset(kind="recurring", interval="week")[1])


def test_a_trial_without_a_stored_intent_does_not_block_reconciliation(
    shop: InProcessShop,
) -> None:
    marko = trial(shop)
    marko.start_checkout()
    # The state after a crash between two commits: the subscription is stored, its setup intent is not.
    Payment.update(intent_id=None).execute()
    assert shop.reconcile().failures == []
    marko.start_checkout()
    marko.confirm_card(GOOD)
    marko.open_order()
    assert (marko.order.status, Subscription.get().status, Subscription.select().count()) == ("paid", "trialing", 1)


def test_a_trial_that_never_started_sends_no_email(shop: InProcessShop) -> None:
    marko = trial(shop, days=4)
    marko.start_checkout()
    shop.deliver_webhooks()
    shop.run_worker()
    shop.advance_clock(2 * DAY)
    shop.run_worker()
    assert marko.order.status == "pending"
    assert [letter.state for letter in Email.select().where(Email.kind == "trial_ends")] == ["dropped"]


def test_one_reconciliation_expires_an_order_and_its_subscription(shop: InProcessShop) -> None:
    marko = weekly(shop)
    settings.save({"order_expiry_hours": 1})
    marko.start_checkout()
    shop.advance_clock(2 * 3600)
    shop.reconcile()
    assert (marko.order.status, Subscription.get().status) == ("expired", "incomplete_expired")
    assert subscription_checks.after_reconcile(shop.stripe_objects()) == []


def test_an_email_corrected_after_a_lost_response_is_accepted(shop: InProcessShop) -> None:
    marko = weekly(shop)
    shop.control("faults", kind="drop_after", path="/v1/customers", times=2)
    assert marko.start_checkout(email="marko@exmaple.com").status_code == 503
    shop.clear_faults()
    assert marko.start_checkout(email="marko@example.com", name="Marko K.").status_code == 200
    marko.confirm_card(GOOD)
    marko.open_order()
    assert (marko.order.status, Subscription.get().customer_email) == ("paid", "marko@example.com")


def test_a_trial_that_ended_before_a_card_was_saved_starts_again(shop: InProcessShop) -> None:
    marko = trial(shop, days=1)
    marko.start_checkout()
    old_tab = Marko(shop, marko.offer, marko.visit, marko.token, marko.secret)
    shop.advance_clock(DAY + 3600)
    shop.deliver_webhooks()
    shop.run_worker()
    assert Subscription.get().status == "canceled"
    assert old_tab.confirm_card(GOOD).status_code == 400, "its setup intent is no longer usable"
    assert marko.order.status == "pending" and Email.select().count() == 0
    marko.start_checkout()
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    assert [one["status"] for one in shop.stripe_objects().subscriptions.values()] == ["canceled", "trialing"]
    assert marko.subscription.status == "trialing"
