"""Changes of a subscription: cancel, keep, pause, resume, extend the trial; at Stripe, in the database, by email."""

from datetime import timedelta

import pytest

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, StripeUnreachable
from storefront.models import Invoice, Merchant, Offer, Subscription, now
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from tests.cards import GOOD
from tests.factories import make_offer
from tests.purchase_steps import start_checkout, timeline_kinds
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscription_steps import DAY, email_kinds, newest_invoice, reload, renew, subscribe


def codes(error: pytest.ExceptionInfo[FieldErrors]) -> dict[str, list[str]]:
    return error.value.errors


def test_canceling_keeps_the_paid_period_and_emails_its_end(subscription: Subscription, simulator: Simulator) -> None:
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    after = reload(subscription)
    assert (after.status, after.cancels_at_period_end, after.cancel_at) == ("active", True, after.period_end)
    assert email_kinds(subscription) == ["receipt", "subscription_ends"]
    entry = next(entry for entry in after.order.timeline() if entry.kind == "subscription_cancelled")
    assert entry.detail == {"by": "buyer", "at_once": False}
    simulator.renew(subscription.subscription_id or "")
    subscriptions.refresh(after)
    assert reload(subscription).status == "canceled"
    assert len(simulator.logged_requests("/v1/subscriptions/", "DELETE")) == 0


def test_canceling_twice_records_and_emails_it_once(subscription: Subscription) -> None:
    for _press in range(2):
        subscriptions.cancel(subscription, immediately=False, by="owner")
    for _press in range(2):
        subscriptions.cancel(subscription, immediately=True, by="owner")
    assert reload(subscription).status == "canceled"
    assert timeline_kinds(subscription.order).count("subscription_cancelled") == 2
    assert email_kinds(subscription).count("subscription_ended") == 1


def test_a_planned_end_can_be_undone(subscription: Subscription, simulator: Simulator) -> None:
    subscriptions.reactivate(subscription, by="buyer")
    assert "subscription_kept" not in timeline_kinds(subscription.order), "a second call has nothing to undo"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    subscriptions.reactivate(subscription, by="buyer")
    after = reload(subscription)
    assert (after.cancels_at_period_end, after.cancel_at) == (False, None)
    assert renew(after, simulator).status == "paid"
    subscriptions.cancel(after, immediately=True, by="owner")
    with pytest.raises(FieldErrors) as refused:
        subscriptions.reactivate(after, by="buyer")
    assert codes(refused) == {"subscription": ["subscription_ended"]}


def test_an_offer_decides_whether_buyers_can_cancel_immediately(
    subscription: Subscription, merchant: Merchant, simulator: Simulator
) -> None:
    with pytest.raises(FieldErrors) as refused:
        subscriptions.cancel(subscription, immediately=True, by="buyer")
    assert codes(refused) == {"when": ["period_end_only"]}
    assert reload(subscription).status == "active"
    gym = make_offer(merchant, kind="recurring", cancellation="now")
    other = subscribe(gym, simulator)
    subscriptions.cancel(other, immediately=True, by="buyer")
    assert (reload(other).status, reload(other).end_reason) == ("canceled", "cancellation_requested")


@pytest.mark.parametrize("card", ["asks", "declines"])
def test_canceling_with_an_open_invoice_ends_immediately_and_voids_it(
    subscription: Subscription, simulator: Simulator, card: str
) -> None:
    assert renew(subscription, simulator, card).needs != ""
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    invoice = newest_invoice(subscription)
    assert (reload(subscription).status, invoice.status, invoice.needs) == ("canceled", "void", "")
    assert "renewal_reminder" not in email_kinds(subscription, "waiting")
    assert email_kinds(subscription)[-1] == "subscription_ended"
    simulator.advance(40 * DAY)
    subscriptions.refresh(subscription)
    assert [one.status for one in Invoice.all_of(subscription)] == ["void", "paid"]


def test_canceling_with_a_renewal_not_yet_recorded_ends_immediately_too(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.renew(subscription.subscription_id or "", "declines")
    assert reload(subscription).status == "active"
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "void")


def test_the_worker_voids_an_open_invoice_that_stripe_refused_to_void(
    subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    simulator.add_fault("/v1/invoices/*/void", "error_before", times=9)
    subscriptions.cancel(subscription, immediately=True, by="owner")
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "open")
    assert newest_invoice(subscription).needs == "", "the customer is not asked to pay it"
    worker.reconcile()
    simulator.clear_faults()
    worker.reconcile()
    assert newest_invoice(subscription).status == "void"
    assert list(subscriptions.with_invoices_to_void(Merchant.get())) == []


def test_open_invoices_of_a_subscription_canceled_at_stripe_are_not_voided(
    subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    cancel_at_stripe(subscription)
    worker.reconcile(everything=True)
    worker.reconcile(everything=True)
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "open")


def test_canceling_a_subscription_that_ended_at_stripe_records_its_end(
    subscription: Subscription, trial: Subscription, simulator: Simulator
) -> None:
    cancel_at_stripe(subscription)
    subscriptions.cancel(subscription, immediately=True, by="owner")
    assert reload(subscription).status == "canceled"
    cancel_at_stripe(trial)
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(trial, None)
    assert codes(refused) == {"resumes_at": ["subscription_ended"]}
    assert reload(trial).status == "canceled"


def test_only_the_seller_can_cancel_a_plan_and_only_immediately(plan: Subscription) -> None:
    for at_once, by, code in [(False, "buyer", "plan_by_owner_only"), (False, "owner", "plan_at_once_only")]:
        with pytest.raises(FieldErrors) as refused:
            subscriptions.cancel(plan, immediately=at_once, by=by)  # type: ignore[arg-type]
        assert codes(refused) == {"when": [code]}
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(plan, None)
    assert codes(refused) == {"resumes_at": ["plan_never_pauses"]}
    subscriptions.cancel(plan, immediately=True, by="owner")
    assert reload(plan).status == "canceled"
    assert email_kinds(plan)[-1] == "plan_ended"


def test_periods_during_a_pause_are_not_charged(subscription: Subscription, simulator: Simulator) -> None:
    with pytest.raises(FieldErrors) as refused:
        subscriptions.pause(subscription, now() - timedelta(days=1))
    assert codes(refused) == {"resumes_at": ["date_past"]}
    subscriptions.pause(subscription, now() + timedelta(days=90))
    after = reload(subscription)
    assert (after.paused, after.resumes_at is not None, after.next_charge_at) == (True, True, None)
    assert renew(after, simulator).status == "void"
    subscriptions.resume(after)
    subscriptions.resume(after)
    assert (reload(after).paused, reload(after).resumes_at) == (False, None)
    assert renew(after, simulator).status == "paid"
    assert (
        timeline_kinds(after.order).count("subscription_paused")
        == timeline_kinds(after.order).count("subscription_resumed")
        == 1
    )
    assert email_kinds(after) == ["receipt", "subscription_paused", "subscription_resumed", "renewal_receipt"]


def test_a_trial_can_be_extended(trial: Subscription, subscription: Subscription) -> None:
    end = trial.trial_end
    assert end is not None
    later = end + timedelta(days=14)
    subscriptions.extend_trial(trial, later)
    assert (reload(trial).trial_end, reload(trial).period_end) == (later, later)
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


def test_a_trial_paused_without_a_card_continues_with_a_new_card(trial: Subscription, simulator: Simulator) -> None:
    at_stripe = secret_client(Credentials.of(trial.merchant)).v1
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    at_stripe.subscriptions.update(trial.subscription_id, {"trial_settings": settings})
    at_stripe.payment_methods.detach(trial.card_id)
    simulator.advance(15 * DAY)
    subscriptions.refresh(trial)
    assert reload(trial).status == "paused"
    setup = subscriptions.begin_card_change(trial)
    simulator.confirm(trial.merchant.publishable_key, setup.client_secret, GOOD)
    subscriptions.finish_card_change(trial, setup.id)
    subscriptions.resume(trial)
    assert (reload(trial).status, newest_invoice(trial).amount_paid) == ("active", 1999)


def test_an_incomplete_subscription_cannot_be_changed(monthly_offer: Offer) -> None:
    start_checkout(monthly_offer)
    waiting = Subscription.get()
    with pytest.raises(FieldErrors) as refused:
        subscriptions.cancel(waiting, immediately=True, by="owner")
    assert codes(refused) == {"when": ["subscription_not_begun"]}


def test_the_worker_completes_a_change_whose_response_was_lost(
    subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "drop_after", times=2)
    with pytest.raises(StripeUnreachable):
        subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert reload(subscription).cancels_at_period_end is False
    simulator.clear_faults()
    worker.reconcile()
    assert reload(subscription).cancels_at_period_end is True
    assert email_kinds(subscription) == ["receipt", "subscription_ends"]


def test_a_cancellation_with_a_lost_response_is_recorded_and_its_invoices_are_void(
    subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "asks")
    simulator.add_fault("/v1/subscriptions/*", "drop_after", method="DELETE")
    subscriptions.cancel(subscription, immediately=True, by="buyer")
    assert timeline_kinds(subscription.order).count("subscription_cancelled") == 1
    assert (reload(subscription).status, newest_invoice(subscription).status) == ("canceled", "void")


def test_a_completed_change_survives_a_following_outage(subscription: Subscription, simulator: Simulator) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    subscriptions.cancel(subscription, immediately=False, by="buyer")
    assert reload(subscription).cancels_at_period_end is False
    simulator.clear_faults()
    worker.reconcile()
    assert reload(subscription).cancels_at_period_end is True
