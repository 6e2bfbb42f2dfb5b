"""A subscription is cancelled, kept, paused and resumed, its trial extended: at Stripe, in our rows, by letter."""

from datetime import timedelta

import pytest
from flask import Flask

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, StripeUnreachable
from storefront.models import Invoice, Merchant, Offer, Subscription, now
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from tests.buying import begin, kinds
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscribing import DAY, GOOD, fresh, letters_of, newest, renewed, subscribed


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, kind="recurring")


@pytest.fixture
def subscription(monthly: Offer, simulator: Simulator) -> Subscription:
    return subscribed(monthly, simulator)


@pytest.fixture
def trial(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribed(make_offer(merchant, kind="recurring", trial_days=14), simulator)


@pytest.fixture
def plan(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribed(make_offer(merchant, kind="plan", instalments=3), simulator)


def codes(error: pytest.ExceptionInfo[FieldErrors]) -> dict[str, list[str]]:
    return error.value.errors


def test_a_buyer_who_cancels_keeps_what_is_paid_and_is_told_until_when(
    subscription: Subscription, simulator: Simulator
) -> None:
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    after = fresh(subscription)
    assert (after.status, after.cancels_at_period_end, after.cancel_at) == ("active", True, after.period_end)
    assert letters_of(subscription) == ["receipt", "subscription_ends"]
    entry = next(entry for entry in after.order.timeline() if entry.kind == "subscription_cancelled")
    assert entry.detail == {"by": "buyer", "at_once": False}
    simulator.renew(subscription.subscription_id or "")
    subscriptions.refresh(after)
    assert fresh(subscription).status == "canceled"
    assert len(simulator.logged_requests("/v1/subscriptions/", "DELETE")) == 0


def test_cancelling_twice_says_and_writes_everything_once(subscription: Subscription) -> None:
    for _press in range(2):
        subscriptions.cancel(subscription, immediately=False, by="owner")
    for _press in range(2):
        subscriptions.cancel(subscription, immediately=True, by="owner")
    assert fresh(subscription).status == "canceled"
    assert kinds(subscription.order).count("subscription_cancelled") == 2
    assert letters_of(subscription).count("subscription_ended") == 1


def test_a_planned_end_is_taken_back(subscription: Subscription, simulator: Simulator) -> None:
    subscriptions.reactivate(subscription, by="buyer")
    assert "subscription_kept" not in kinds(subscription.order), "there was nothing to take back"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    subscriptions.reactivate(subscription, by="buyer")
    after = fresh(subscription)
    assert (after.cancels_at_period_end, after.cancel_at) == (False, None)
    assert renewed(after, simulator).status == "paid"
    subscriptions.cancel(after, immediately=True, by="owner")
    with pytest.raises(FieldErrors) as refused:
        subscriptions.reactivate(after, by="buyer")
    assert codes(refused) == {"subscription": ["subscription_ended"]}


def test_an_offer_says_whether_its_buyers_may_end_it_at_once(
    subscription: Subscription, merchant: Merchant, simulator: Simulator
) -> None:
    with pytest.raises(FieldErrors) as refused:
        subscriptions.cancel(subscription, immediately=True, by="buyer")
    assert codes(refused) == {"when": ["period_end_only"]}
    assert fresh(subscription).status == "active"
    gym = make_offer(merchant, kind="recurring", cancellation="now")
    other = subscribed(gym, simulator)
    subscriptions.cancel(other, immediately=True, by="buyer")
    assert (fresh(other).status, fresh(other).end_reason) == ("canceled", "cancellation_requested")


@pytest.mark.parametrize("card", ["asks", "declines"])
def test_whoever_owes_a_period_and_cancels_ends_at_once_and_owes_nothing(
    subscription: Subscription, simulator: Simulator, card: str
) -> None:
    assert renewed(subscription, simulator, card).needs != ""
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    invoice = newest(subscription)
    assert (fresh(subscription).status, invoice.status, invoice.needs) == ("canceled", "void", "")
    assert "renewal_reminder" not in letters_of(subscription, "waiting")
    assert letters_of(subscription)[-1] == "subscription_ended"
    simulator.advance(40 * DAY)
    subscriptions.refresh(subscription)
    assert [one.status for one in Invoice.of(subscription)] == ["void", "paid"]


def test_a_renewal_that_our_rows_do_not_know_yet_ends_it_at_once_too(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.renew(subscription.subscription_id or "", "declines")
    assert fresh(subscription).status == "active"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "void")


def test_an_open_invoice_that_stripe_would_not_void_is_made_void_by_the_worker(
    subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "declines")
    simulator.add_fault("/v1/invoices/*/void", "error_before", times=9)
    subscriptions.cancel(subscription, immediately=True, by="owner")
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "open")
    assert newest(subscription).needs == "", "nobody is asked to pay it"
    worker.reconcile()
    simulator.clear_faults()
    worker.reconcile()
    assert newest(subscription).status == "void"
    assert subscriptions.with_invoices_to_void() == []


def test_what_is_owed_of_a_subscription_that_ended_at_stripe_is_the_owners_affair(
    subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "declines")
    cancel_at_stripe(subscription)
    worker.reconcile(everything=True)
    worker.reconcile(everything=True)
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "open")


def test_one_that_has_ended_at_stripe_meanwhile_is_seen_to_have_ended(
    subscription: Subscription, trial: Subscription, simulator: Simulator
) -> None:
    cancel_at_stripe(subscription)
    subscriptions.cancel(subscription, immediately=True, by="owner")
    assert fresh(subscription).status == "canceled"
    cancel_at_stripe(trial)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(trial, None)
    assert codes(refused) == {"resumes_at": ["subscription_ended"]}
    assert fresh(trial).status == "canceled"


def test_a_plan_is_ended_by_its_seller_only_and_at_once(plan: Subscription) -> None:
    for at_once, by, code in [(False, "buyer", "plan_by_owner_only"), (False, "owner", "plan_at_once_only")]:
        with pytest.raises(FieldErrors) as refused:
            subscriptions.cancel(plan, immediately=at_once, by=by)  # type: ignore[arg-type]
        assert codes(refused) == {"when": [code]}
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(plan, None)
    assert codes(refused) == {"resumes_at": ["plan_never_pauses"]}
    subscriptions.cancel(plan, immediately=True, by="owner")
    assert fresh(plan).status == "canceled"
    assert letters_of(plan)[-1] == "plan_ended"


def test_a_pause_lets_periods_go_by_unpaid_until_it_is_over(subscription: Subscription, simulator: Simulator) -> None:
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(subscription, now() - timedelta(days=1))
    assert codes(refused) == {"resumes_at": ["date_past"]}
    subscriptions.pause(subscription, now() + timedelta(days=90))
    after = fresh(subscription)
    assert (after.paused, after.resumes_at is not None, after.next_charge_at) == (True, True, None)
    assert renewed(after, simulator).status == "void"
    subscriptions.resume(after)
    subscriptions.resume(after)
    assert (fresh(after).paused, fresh(after).resumes_at) == (False, None)
    assert renewed(after, simulator).status == "paid"
    assert kinds(after.order).count("subscription_paused") == kinds(after.order).count("subscription_resumed") == 1
    assert letters_of(after) == ["receipt", "subscription_paused", "subscription_resumed", "renewal_receipt"]


def test_a_trial_is_extended_to_a_later_day(trial: Subscription, subscription: Subscription) -> None:
    end = trial.trial_end
    assert end is not None
    later = end + timedelta(days=14)
    subscriptions.extend_trial(trial, later)
    assert (fresh(trial).trial_end, fresh(trial).period_end) == (later, later)
    entry = next(entry for entry in trial.order.timeline() if entry.kind == "subscription_trial_extended")
    assert (entry.detail["before"], entry.detail["until"]) == (end.isoformat(), later.isoformat())
    for until, code in [
        (later, "trial_not_later"),
        (end, "trial_not_later"),
        (now() + timedelta(days=731), "trial_too_long"),
    ]:
        with pytest.raises(FieldErrors) as refused:
            subscriptions.extend_trial(trial, until)
        assert codes(refused) == {"until": [code]}
    subscriptions.cancel(trial, immediately=False, by="owner")
    with pytest.raises(FieldErrors) as refused:
        subscriptions.extend_trial(trial, later + timedelta(days=1))
    assert codes(refused) == {"until": ["trial_cancelled"]}
    with pytest.raises(FieldErrors) as refused:
        subscriptions.extend_trial(subscription, later)
    assert codes(refused) == {"until": ["trial_over"]}


def test_a_trial_that_ended_without_a_card_goes_on_with_a_new_one(trial: Subscription, simulator: Simulator) -> None:
    at_stripe = secret_client(Credentials.of(trial.merchant)).v1
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    at_stripe.subscriptions.update(trial.subscription_id, {"trial_settings": settings})
    at_stripe.payment_methods.detach(trial.card_id)
    simulator.advance(15 * DAY)
    subscriptions.refresh(trial)
    assert fresh(trial).status == "paused"
    setup = subscriptions.begin_card_change(trial)
    simulator.confirm(trial.merchant.publishable_key, setup.client_secret, GOOD)
    subscriptions.finish_card_change(trial, setup.id)
    subscriptions.resume(trial)
    assert (fresh(trial).status, newest(trial).amount_paid) == ("active", 1999)


def test_one_that_has_not_begun_cannot_be_changed(monthly: Offer) -> None:
    begin(monthly)
    waiting = Subscription.get()
    with pytest.raises(FieldErrors) as refused:
        subscriptions.cancel(waiting, immediately=True, by="owner")
    assert codes(refused) == {"when": ["subscription_not_begun"]}


def test_a_lost_answer_is_asked_for_by_the_worker(subscription: Subscription, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions/*", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert fresh(subscription).cancels_at_period_end is False
    simulator.clear_faults()
    worker.reconcile()
    assert fresh(subscription).cancels_at_period_end is True
    assert letters_of(subscription) == ["receipt", "subscription_ends"]


def test_an_end_whose_answer_was_lost_is_written_down_and_leaves_nothing_open(
    subscription: Subscription, simulator: Simulator
) -> None:
    renewed(subscription, simulator, "asks")
    simulator.add_fault("/v1/subscriptions/*", "drop_after", method="DELETE")
    subscriptions.cancel(subscription, immediately=True, by="buyer")
    assert kinds(subscription.order).count("subscription_cancelled") == 1
    assert (fresh(subscription).status, newest(subscription).status) == ("canceled", "void")


def test_a_change_that_was_made_is_not_undone_by_a_silent_stripe(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert fresh(subscription).cancels_at_period_end is False
    simulator.clear_faults()
    worker.reconcile()
    assert fresh(subscription).cancels_at_period_end is True
