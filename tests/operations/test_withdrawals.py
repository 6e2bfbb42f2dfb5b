"""Withdrawal from a contract: when it is possible, what it does, and that it happens once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storefront import customers, emails, payments, settings, subscriptions, worker
from storefront.customers import WithdrawalObstacle, WithdrawalRefused
from storefront.models import Email, Merchant, Offer, Order, Payment, Subscription
from tests.cast import MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout, timeline_kinds
from tests.shop_clock import time_moved, time_set
from tests.simulator_process import Simulator
from tests.stripe_dashboard import dispute_at_stripe, subscription_statuses_at_stripe
from tests.subscription_steps import newest_invoice, reload, renew, subscribe


@pytest.fixture
def bought(merchant: Merchant, simulator: Simulator) -> Order:
    """A paid order with a right of withdrawal."""
    return buy(make_offer(merchant, withdrawal_days=14), simulator)


@pytest.fixture
def subscribed(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribe(make_offer(merchant, kind="recurring", withdrawal_days=14), simulator)


def fresh(order: Order) -> Order:
    return Order.get_by_id(order.id)


def kinds(order: Order) -> list[str]:
    return [one.kind for one in Email.select().where(Email.order == order).order_by(Email.id)]


def paid_on(order: Order, moment: datetime) -> Order:
    Order.update(paid_at=moment).where(Order.id == order.id).execute()
    return fresh(order)


def obstacle_at(order: Order, moment: datetime) -> WithdrawalObstacle | None:
    with time_set(moment):
        return customers.withdrawal_obstacle(order)


def test_a_withdrawal_is_recorded_and_confirmed_to_customer_and_owner(bought: Order) -> None:
    assert customers.withdraw(bought, "It does not fit.")
    after = fresh(bought)
    assert after.withdrawn_at is not None and after.withdrawal_reason == "It does not fit."
    assert after.status == "paid"
    assert kinds(bought) == ["receipt", "owner_sale", "withdrawn", "owner_withdrawn"]
    assert timeline_kinds(bought).count("withdrawn") == 1


def test_withdrawing_twice_is_one_withdrawal(bought: Order) -> None:
    assert customers.withdraw(bought)
    assert not customers.withdraw(fresh(bought), "Once more")
    assert kinds(bought).count("withdrawn") == kinds(bought).count("owner_withdrawn") == 1
    assert fresh(bought).withdrawal_reason == ""


def test_nothing_is_refunded_by_itself(bought: Order, simulator: Simulator) -> None:
    customers.withdraw(bought)
    worker.reconcile(everything=True)
    assert payments.refundable(fresh(bought)) == bought.amount
    assert simulator.logged_requests("/v1/refunds", "POST") == []


def test_the_day_of_payment_does_not_count_and_the_last_day_counts_whole(bought: Order) -> None:
    settings.set_time_zone("Europe/Berlin")
    # Tuesday, half past midnight in Berlin; in UTC it is still Monday.
    order = paid_on(bought, datetime(2027, 1, 4, 23, 30, tzinfo=UTC))
    # The period ends with Tuesday 19 January, at 23:00 UTC.
    assert obstacle_at(order, datetime(2027, 1, 19, 22, 59, 59, tzinfo=UTC)) is None
    assert obstacle_at(order, datetime(2027, 1, 19, 23, 0, tzinfo=UTC)) is WithdrawalObstacle.OVER


@pytest.mark.parametrize("paid", [datetime(2027, 1, 2, 12, tzinfo=UTC), datetime(2027, 1, 3, 12, tzinfo=UTC)])
def test_a_period_that_ends_on_a_weekend_ends_with_the_monday(bought: Order, paid: datetime) -> None:
    order = paid_on(bought, paid)
    assert obstacle_at(order, datetime(2027, 1, 18, 23, 59, tzinfo=UTC)) is None
    assert obstacle_at(order, datetime(2027, 1, 19, tzinfo=UTC)) is WithdrawalObstacle.OVER


def test_an_order_keeps_the_right_that_its_offer_had(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, withdrawal_days=14)
    order = buy(offer, simulator)
    Offer.update(withdrawal_days=0, no_withdrawal_reason="Now it is dated.").execute()
    assert customers.withdrawal_obstacle(fresh(order)) is None


def test_an_offer_without_the_right_can_not_be_withdrawn_from(merchant: Merchant, simulator: Simulator) -> None:
    order = buy(make_offer(merchant), simulator)
    with pytest.raises(WithdrawalRefused) as refused:
        customers.withdraw(order)
    assert refused.value.obstacle is WithdrawalObstacle.NO_RIGHT
    assert fresh(order).withdrawn_at is None and "withdrawn" not in kinds(order)


def test_an_unpaid_order_can_not_be_withdrawn_from(merchant: Merchant) -> None:
    order = start_checkout(make_offer(merchant, withdrawal_days=14)).order
    with pytest.raises(WithdrawalRefused) as refused:
        customers.withdraw(order)
    assert refused.value.obstacle is WithdrawalObstacle.UNPAID


def test_after_the_period_it_is_too_late(bought: Order) -> None:
    with time_moved(days=20), pytest.raises(WithdrawalRefused) as refused:
        customers.withdraw(bought)
    assert refused.value.obstacle is WithdrawalObstacle.OVER


def test_a_partly_refunded_order_can_be_withdrawn_from_and_a_refunded_one_not(bought: Order) -> None:
    payments.request_refund(bought, 500, "requested_by_customer", "first-press-of-the-owner")
    assert customers.withdrawal_obstacle(fresh(bought)) is None
    payments.request_refund(bought, 1499, "requested_by_customer", "second-press-of-the-owner")
    assert customers.withdrawal_obstacle(fresh(bought)) is WithdrawalObstacle.REFUNDED


def test_a_disputed_order_can_be_withdrawn_from(bought: Order, simulator: Simulator) -> None:
    payment = Payment.get(Payment.order == bought)
    dispute_at_stripe(simulator, payment.intent_id)
    payments.sync_disputes(payment)
    assert fresh(bought).status == "disputed"
    assert customers.withdraw(fresh(bought))


def test_a_withdrawal_ends_the_subscription(subscribed: Subscription, simulator: Simulator) -> None:
    order = subscribed.order
    assert customers.withdraw(order)
    assert reload(subscribed).status == "canceled"
    assert subscription_statuses_at_stripe(subscribed.merchant) == ["canceled"]
    assert not {"subscription_ended", "owner_subscription_ended"} & set(kinds(order))
    assert timeline_kinds(order).count("subscription_cancelled") == 1


def test_a_withdrawal_ends_a_payment_plan_and_a_trial(merchant: Merchant, simulator: Simulator) -> None:
    plan = subscribe(make_offer(merchant, kind="plan", instalments=3, withdrawal_days=14), simulator)
    assert customers.withdraw(plan.order)
    assert reload(plan).status == "canceled"
    tried = subscribe(make_offer(merchant, kind="recurring", trial_days=30, withdrawal_days=14), simulator)
    assert customers.withdraw(tried.order)
    assert reload(tried).status == "canceled" and newest_invoice(tried).amount == 0


def test_an_unpaid_renewal_is_not_asked_for_any_more(merchant: Merchant, simulator: Simulator) -> None:
    weekly = subscribe(make_offer(merchant, kind="recurring", interval="week", withdrawal_days=14), simulator)
    renew(weekly, simulator, "declines")
    assert newest_invoice(weekly).status == "open"
    assert customers.withdraw(weekly.order)
    assert (reload(weekly).status, newest_invoice(weekly).status) == ("canceled", "void")


def test_the_worker_ends_the_subscription_when_stripe_did_not_answer(
    subscribed: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="DELETE", times=1000)
    assert customers.withdraw(subscribed.order)
    assert kinds(subscribed.order).count("withdrawn") == 1
    assert reload(subscribed).status == "active" and reload(subscribed).next_charge_at is None
    assert subscriptions.allowed_actions(reload(subscribed), "buyer") == frozenset()
    simulator.clear_faults()
    with time_moved(minutes=20):
        worker.reconcile()
    assert reload(subscribed).status == "canceled"


def test_the_owner_marks_a_withdrawal_as_done_once(bought: Order) -> None:
    customers.mark_withdrawal_handled(bought)
    assert fresh(bought).withdrawal_handled_at is None, "there is none"
    customers.withdraw(bought)
    assert [one.order.id for one in customers.open_withdrawals(10)] == [bought.id]
    for _press in range(2):
        customers.mark_withdrawal_handled(bought)
    assert customers.open_withdrawals(10) == []
    assert timeline_kinds(bought).count("withdrawal_handled") == 1


def test_a_refunded_withdrawal_is_dealt_with(bought: Order) -> None:
    customers.withdraw(bought)
    payments.request_refund(fresh(bought), 1999, "requested_by_customer", "first-press-of-the-owner")
    assert customers.open_withdrawals(10) == []


def test_customer_and_owner_get_it_in_the_customers_language(merchant: Merchant, simulator: Simulator) -> None:
    order = buy(make_offer(merchant, withdrawal_days=14, language="uk"), simulator, replace(MARKO, language="uk"))
    customers.withdraw(order)
    emails.send_due()
    for_customer, for_owner = (Email.get(Email.kind == kind) for kind in ("withdrawn", "owner_withdrawn"))
    assert (for_customer.language, for_owner.language) == ("uk", "uk")
    assert f"Відмова від договору: замовлення № {order.number}" in for_owner.subject.replace("\xa0", " ")
    # The link keeps the language of the admin.
    assert f"/admin/orders/{order.token}\n" in for_owner.text


def test_the_emails_say_what_was_withdrawn_from_and_when(bought: Order) -> None:
    settings.set_time_zone("Europe/Berlin")
    customers.withdraw(bought, "It doesn’t fit.")
    emails.send_due()
    received = settings.local_time(fresh(bought).withdrawn_at)
    for kind in ("withdrawn", "owner_withdrawn"):
        text = Email.get(Email.kind == kind).text
        for words in (f"{received:%B} {received.day}, {received.year}", received.tzname(), str(bought.number)):
            assert words and words in text, text
        assert "Reason given: “It doesn’t fit.”" in text
