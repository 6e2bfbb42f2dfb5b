"""Price changes of existing subscriptions: sent to Stripe, emailed, charged from the next period."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from storefront import subscriptions, worker
from storefront.db import connection
from storefront.errors import FieldErrors
from storefront.models import CatalogPrice, Email, Merchant, Offer, Subscription
from tests.cast import OLHA
from tests.factories import make_offer
from tests.processes import until
from tests.purchase_steps import start_checkout, timeline_kinds
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring", max_quantity=5)


def price_email(subscription: Subscription) -> Email:
    return Email.get(Email.subscription == subscription, Email.kind == "price_changes")


def price_codes(error: pytest.ExceptionInfo[FieldErrors]) -> list[str]:
    assert set(error.value.errors) == {"price"}
    return error.value.errors["price"]


def test_a_new_price_is_emailed_and_charged_from_the_next_period(
    subscription: Subscription, simulator: Simulator
) -> None:
    assert [one.id for one in subscriptions.announce_price([subscription], 2999)] == [subscription.id]
    after = reload(subscription)
    assert (after.unit_amount, after.next_unit_amount) == (2999, None)
    assert email_kinds(subscription) == ["receipt", "price_changes"]
    assert len(simulator.logged_requests("/v1/invoices", "POST")) == 0, "no proration is charged"
    assert renew(after, simulator).amount_paid == 2999
    entries = [entry for entry in subscription.order.timeline() if entry.kind == "subscription_price_changed"]
    assert [entry.detail for entry in entries] == [{"before": 1999, "after": 2999}]


def test_the_email_states_both_totals_and_the_date(monthly_offer: Offer, simulator: Simulator) -> None:
    pair = subscribe(monthly_offer, simulator, buyer=OLHA)
    subscriptions.announce_price([pair], 2999)
    detail = price_email(pair).detail
    assert "3998" in str(detail["amount"])
    assert "5998" in str(detail["new_amount"])
    assert reload(pair).period_end is not None
    assert f"{reload(pair).period_end:%Y-%m-%d}" in str(detail["due"])


def test_the_worker_sends_many_changes_to_stripe(
    subscription: Subscription, monthly_offer: Offer, simulator: Simulator
) -> None:
    other = subscribe(monthly_offer, simulator, buyer=OLHA)
    assert len(subscriptions.announce_price([subscription, other], 2500)) == 2
    assert reload(other).next_unit_amount == 2500
    assert "price_changes" not in email_kinds(other)
    worker.reconcile()
    assert {reload(one).unit_amount for one in (subscription, other)} == {2500}
    assert all(email_kinds(one).count("price_changes") == 1 for one in (subscription, other))
    assert CatalogPrice.select().where(CatalogPrice.unit_amount == 2500).count() == 1
    assert list(subscriptions.due_price_changes(Merchant.get())) == []
    worker.reconcile()
    assert all(email_kinds(one).count("price_changes") == 1 for one in (subscription, other))


@pytest.mark.parametrize("path", ["/v1/prices", "/v1/subscriptions/*"])
@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_after"])
def test_the_email_is_sent_only_if_the_price_changed_at_stripe(
    subscription: Subscription, simulator: Simulator, path: str, kind: str
) -> None:
    simulator.add_fault(path, kind, times=2)
    subscriptions.announce_price([subscription], 2999)
    assert "price_changes" not in email_kinds(subscription)
    assert reload(subscription).next_unit_amount == 2999
    simulator.clear_faults()
    worker.reconcile()
    assert email_kinds(subscription).count("price_changes") == 1
    assert "1999" in str(price_email(subscription).detail["amount"])
    assert (reload(subscription).unit_amount, reload(subscription).next_unit_amount) == (2999, None)
    assert renew(subscription, simulator).amount_paid == 2999


def test_an_event_about_the_new_price_may_arrive_before_the_email(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.refresh(subscription)
    assert (reload(subscription).unit_amount, reload(subscription).next_unit_amount) == (2999, 2999)
    worker.reconcile()
    assert "1999" in str(price_email(subscription).detail["amount"])


def test_a_change_reverted_before_it_reached_stripe_sends_no_email(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/prices", "error_before", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.announce_price([subscription], 1999)
    worker.reconcile()
    assert (reload(subscription).unit_amount, reload(subscription).next_unit_amount) == (1999, None)
    assert "price_changes" not in email_kinds(subscription)
    assert renew(subscription, simulator).amount_paid == 1999


def test_of_two_concurrent_changes_the_later_one_applies(subscription: Subscription, simulator: Simulator) -> None:
    def decide_and_wait() -> None:
        with connection():
            subscriptions.announce_price([reload(subscription)], 2999)

    simulator.add_fault("/v1/subscriptions/*", "delay", method="GET", seconds=2)
    with ThreadPoolExecutor(1) as thread:
        slow = thread.submit(decide_and_wait)
        until(lambda: simulator.logged_requests("/v1/subscriptions/", "POST"), "the first price to reach Stripe")
        subscriptions.announce_price([reload(subscription)], 2499)
        slow.result()
    worker.reconcile()
    assert (reload(subscription).unit_amount, reload(subscription).next_unit_amount) == (2499, None)
    assert email_kinds(subscription).count("price_changes") == 1
    assert "2499" in str(price_email(subscription).detail["new_amount"])
    assert renew(subscription, simulator).amount_paid == 2499


def test_each_change_sends_its_own_email(subscription: Subscription) -> None:
    for amount in (2999, 2499, 2999):
        subscriptions.announce_price([subscription], amount)
    assert email_kinds(subscription).count("price_changes") == 3
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([subscription], 2999)
    assert price_codes(refused) == ["price_unchanged"]


def test_payment_plans_and_ending_subscriptions_keep_their_price(
    subscription: Subscription, merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribe(make_offer(merchant, kind="plan", instalments=3), simulator)
    begun = make_offer(merchant, kind="recurring")
    waiting = Subscription.get(Subscription.order == start_checkout(begun).order)
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    for one, code in [
        (plan, "plan_price_fixed"),
        (waiting, "subscription_not_begun"),
        (reload(subscription), "subscription_ends"),
    ]:
        with pytest.raises(FieldErrors) as refused:
            subscriptions.announce_price([one], 2999)
        assert price_codes(refused) == [code]
    subscriptions.cancel(subscription, immediately=True, by="owner")
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([reload(subscription)], 2999)
    assert price_codes(refused) == ["subscription_ended"]


def test_a_subscription_canceled_meanwhile_keeps_its_price_and_sends_no_email(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/prices", "error_before", times=9)
    subscriptions.announce_price([subscription], 2999)
    simulator.clear_faults()
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    worker.reconcile()
    assert (reload(subscription).unit_amount, reload(subscription).next_unit_amount) == (1999, None)
    assert "price_changes" not in email_kinds(subscription)
    assert "subscription_price_dropped" in timeline_kinds(subscription.order)


def test_a_change_of_a_subscription_that_ended_at_stripe_is_refused(subscription: Subscription) -> None:
    cancel_at_stripe(subscription)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([subscription], 2999)
    assert price_codes(refused) == ["price_refused"]
    assert (reload(subscription).next_unit_amount, email_kinds(subscription).count("price_changes")) == (None, 0)
    worker.reconcile()
    assert reload(subscription).status == "canceled"


def test_the_total_for_the_quantity_must_not_exceed_the_maximum(monthly_offer: Offer, simulator: Simulator) -> None:
    pair = subscribe(monthly_offer, simulator, buyer=OLHA)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.announce_price([pair], 60_000_000)
    assert price_codes(refused) == ["price_too_large"]
    assert newest_invoice(pair).amount == 3998
