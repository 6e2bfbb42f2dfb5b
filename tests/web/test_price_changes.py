"""Another price for those who pay already: decided, brought to Stripe, told by letter, charged from the next period."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from storefront import subscriptions, worker
from storefront.db import connection
from storefront.errors import FieldErrors
from storefront.models import CatalogPrice, Email, Merchant, Offer, Subscription
from tests.buying import MARKO, begin, kinds
from tests.factories import connect_merchant, make_offer
from tests.processes import until
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscribing import fresh, letters_of, newest, renewed, subscribed

OLHA = replace(MARKO, email="olha@example.com", name="Olha", visit="visit-of-olha-00001", quantity=2)


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", max_quantity=5)


@pytest.fixture
def subscription(monthly: Offer, simulator: Simulator) -> Subscription:
    return subscribed(monthly, simulator)


def letter_of(subscription: Subscription) -> Email:
    return Email.get(Email.subscription == subscription, Email.kind == "price_changes")


def price_codes(error: pytest.ExceptionInfo[FieldErrors]) -> list[str]:
    assert set(error.value.errors) == {"price"}
    return error.value.errors["price"]


def test_a_new_price_is_told_and_charged_from_the_next_period_on(
    subscription: Subscription, simulator: Simulator
) -> None:
    assert [one.id for one in subscriptions.announce_price([subscription], 2999)] == [subscription.id]
    after = fresh(subscription)
    assert (after.unit_amount, after.next_unit_amount) == (2999, None)
    assert letters_of(subscription) == ["receipt", "price_changes"]
    assert len(simulator.logged_requests("/v1/invoices", "POST")) == 0, "nothing is charged in the middle of a period"
    assert renewed(after, simulator).amount_paid == 2999
    entries = [entry for entry in subscription.order.timeline() if entry.kind == "subscription_price_changed"]
    assert [entry.detail for entry in entries] == [{"before": 1999, "after": 2999}]


def test_the_letter_says_both_prices_of_the_whole_order_and_the_day(monthly: Offer, simulator: Simulator) -> None:
    pair = subscribed(monthly, simulator, buyer=OLHA)
    subscriptions.announce_price([pair], 2999)
    detail = letter_of(pair).detail
    assert "3998" in str(detail["amount"])
    assert "5998" in str(detail["new_amount"])
    assert fresh(pair).period_end is not None
    assert f"{fresh(pair).period_end:%Y-%m-%d}" in str(detail["due"])


def test_many_are_brought_to_stripe_by_the_worker(
    subscription: Subscription, monthly: Offer, simulator: Simulator
) -> None:
    other = subscribed(monthly, simulator, buyer=OLHA)
    assert len(subscriptions.announce_price([subscription, other], 2500)) == 2
    assert fresh(other).next_unit_amount == 2500
    assert "price_changes" not in letters_of(other)
    worker.reconcile()
    assert {fresh(one).unit_amount for one in (subscription, other)} == {2500}
    assert all(letters_of(one).count("price_changes") == 1 for one in (subscription, other))
    assert CatalogPrice.select().where(CatalogPrice.unit_amount == 2500).count() == 1
    assert subscriptions.due_price_changes() == []
    worker.reconcile()
    assert all(letters_of(one).count("price_changes") == 1 for one in (subscription, other))


@pytest.mark.parametrize("path", ["/v1/prices", "/v1/subscriptions/*"])
@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_after"])
def test_whatever_stripe_does_the_letter_and_the_price_come_together(
    subscription: Subscription, simulator: Simulator, path: str, kind: str
) -> None:
    simulator.add_fault(path, kind, times=2)
    subscriptions.announce_price([subscription], 2999)
    assert "price_changes" not in letters_of(subscription)
    assert fresh(subscription).next_unit_amount == 2999
    simulator.clear_faults()
    worker.reconcile()
    assert letters_of(subscription).count("price_changes") == 1
    assert "1999" in str(letter_of(subscription).detail["amount"])
    assert (fresh(subscription).unit_amount, fresh(subscription).next_unit_amount) == (2999, None)
    assert renewed(subscription, simulator).amount_paid == 2999


def test_news_of_the_new_price_may_come_before_the_letter(subscription: Subscription, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.refresh(subscription)
    assert (fresh(subscription).unit_amount, fresh(subscription).next_unit_amount) == (2999, 2999)
    worker.reconcile()
    assert "1999" in str(letter_of(subscription).detail["amount"])


def test_a_price_that_is_taken_back_before_it_came_to_stripe_is_told_to_nobody(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/prices", "error_before", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.announce_price([subscription], 1999)
    worker.reconcile()
    assert (fresh(subscription).unit_amount, fresh(subscription).next_unit_amount) == (1999, None)
    assert "price_changes" not in letters_of(subscription)
    assert renewed(subscription, simulator).amount_paid == 1999


def test_of_two_decisions_at_once_the_later_one_is_charged_and_told(
    subscription: Subscription, simulator: Simulator
) -> None:
    def decide_and_wait() -> None:
        with connection():
            subscriptions.announce_price([fresh(subscription)], 2999)

    simulator.add_fault("/v1/subscriptions/*", "delay", method="GET", seconds=2)
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(decide_and_wait)
        until(lambda: simulator.logged_requests("/v1/subscriptions/", "POST"), "the first price has come to Stripe")
        subscriptions.announce_price([fresh(subscription)], 2499)
        slow.result()
    worker.reconcile()
    assert (fresh(subscription).unit_amount, fresh(subscription).next_unit_amount) == (2499, None)
    assert letters_of(subscription).count("price_changes") == 1
    assert "2499" in str(letter_of(subscription).detail["new_amount"])
    assert renewed(subscription, simulator).amount_paid == 2499


def test_each_change_has_its_letter(subscription: Subscription) -> None:
    for amount in (2999, 2499, 2999):
        subscriptions.announce_price([subscription], amount)
    assert letters_of(subscription).count("price_changes") == 3
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([subscription], 2999)
    assert price_codes(refused) == ["price_unchanged"]


def test_a_plan_keeps_its_price_and_so_does_what_ends(
    subscription: Subscription, merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribed(make_offer(merchant, kind="plan", instalments=3), simulator)
    begun = make_offer(merchant, kind="recurring")
    waiting = Subscription.get(Subscription.order == begin(begun).order)
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    for one, code in [
        (plan, "plan_price_fixed"),
        (waiting, "subscription_not_begun"),
        (fresh(subscription), "subscription_ends"),
    ]:
        with pytest.raises(FieldErrors) as refused:
            subscriptions.announce_price([one], 2999)
        assert price_codes(refused) == [code]
    subscriptions.cancel(subscription, immediately=True, by="owner")
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([fresh(subscription)], 2999)
    assert price_codes(refused) == ["subscription_ended"]


def test_whoever_cancels_meanwhile_keeps_the_old_price_and_gets_no_letter(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/prices", "error_before", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    worker.reconcile()
    assert (fresh(subscription).unit_amount, fresh(subscription).next_unit_amount) == (1999, None)
    assert "price_changes" not in letters_of(subscription)
    assert "subscription_price_dropped" in kinds(subscription.order)


def test_one_that_has_ended_at_stripe_is_refused_and_seen(subscription: Subscription) -> None:
    cancel_at_stripe(subscription)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([subscription], 2999)
    assert price_codes(refused) == ["price_refused"]
    assert (fresh(subscription).next_unit_amount, letters_of(subscription).count("price_changes")) == (None, 0)
    worker.reconcile()
    assert fresh(subscription).status == "canceled"


def test_many_pieces_together_cost_no_more_than_can_be_charged(monthly: Offer, simulator: Simulator) -> None:
    pair = subscribed(monthly, simulator, buyer=OLHA)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([pair], 60_000_000)
    assert price_codes(refused) == ["price_too_large"]
    assert newest(pair).amount == 3998
