"""Subscription schedules: payment plans with a fixed end."""

from typing import Any

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import active_subscription, advance_days, monthly_price, period, renew, subscribe


def plan(shop: Shop, subscription: Any, installments: int, **params: Any) -> Any:
    """A plan with this number of installments; the first one is already paid."""
    schedule = shop.v1.subscription_schedules.create({"from_subscription": subscription.id})
    price = subscription["items"].data[0].price.id
    phase = {
        "items": [{"price": price, "quantity": 1}],
        "start_date": schedule.current_phase.start_date,
        "duration": {"interval": "month", "interval_count": installments},
    }
    return shop.v1.subscription_schedules.update(schedule.id, {"phases": [phase], "end_behavior": "cancel"} | params)


def test_a_plan_of_three_installments_ends_automatically(olena: Shop) -> None:
    subscription = active_subscription(olena)
    schedule = plan(olena, subscription, 3)
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.schedule, found.cancel_at) == (schedule.id, schedule.phases[0].end_date)
    assert advance_days(olena, 100).count("subscription_renews") >= 2
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["schedule"]})
    assert (found.status, found.ended_at) == ("canceled", schedule.phases[0].end_date)
    assert found.schedule.status == "completed"
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.status for one in invoices] == ["paid"] * 3
    assert {"subscription_schedule.created", "subscription_schedule.updated"} <= set(olena.events())
    assert olena.events()[-2:] == ["subscription_schedule.completed", "customer.subscription.deleted"]


def test_installments_can_be_renewed_one_by_one(olena: Shop) -> None:
    subscription = active_subscription(olena)
    plan(olena, subscription, 3)
    assert renew(olena, subscription)[0].status == "active"
    assert renew(olena, subscription, "declines")[0].status == "past_due"
    ended, last = renew(olena, subscription)
    assert (ended.status, last.status) == ("canceled", "open")
    assert len(olena.v1.invoices.list({"subscription": subscription.id}).data) == 3
    assert advance_days(olena, 100) == []


def test_a_schedule_can_be_released(olena: Shop) -> None:
    subscription = active_subscription(olena)
    schedule = plan(olena, subscription, 2)
    released = olena.v1.subscription_schedules.release(schedule.id)
    assert (released.status, released.released_subscription) == ("released", subscription.id)
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.schedule, found.cancel_at) == (None, None)
    advance_days(olena, 70)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert error_of(olena.v1.subscription_schedules.update, schedule.id, {"metadata": {"a": "b"}}).http_status == 400


def test_a_release_can_preserve_the_cancellation_date(olena: Shop) -> None:
    subscription = active_subscription(olena)
    schedule = plan(olena, subscription, 2)
    olena.v1.subscription_schedules.release(schedule.id, {"preserve_cancel_date": True})
    assert olena.v1.subscriptions.retrieve(subscription.id).cancel_at == schedule.phases[0].end_date


def test_canceling_a_schedule_cancels_its_subscription(olena: Shop) -> None:
    subscription = active_subscription(olena)
    schedule = plan(olena, subscription, 2)
    assert olena.v1.subscription_schedules.cancel(schedule.id).status == "canceled"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_second_phase_has_its_own_price_and_the_schedule_is_released_at_the_end(olena: Shop) -> None:
    subscription = active_subscription(olena)
    dearer = monthly_price(olena, unit_amount=2990)
    schedule = olena.v1.subscription_schedules.create({"from_subscription": subscription.id})
    now = subscription["items"].data[0].price.id
    month = {"interval": "month", "interval_count": 1}
    phases = [{"items": [{"price": now}], "duration": month}, {"items": [{"price": dearer.id}], "duration": month}]
    olena.v1.subscription_schedules.update(schedule.id, {"phases": phases, "end_behavior": "release"})
    advance_days(olena, 75)
    amounts = [one.amount_paid for one in olena.v1.invoices.list({"subscription": subscription.id}).data]
    assert amounts == [2990, 2990, 1990]
    assert olena.v1.subscription_schedules.retrieve(schedule.id).status == "released"
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_the_subscriptions_end_cannot_be_changed_while_a_schedule_runs(olena: Shop) -> None:
    subscription = active_subscription(olena)
    plan(olena, subscription, 2)
    error = error_of(olena.v1.subscriptions.update, subscription.id, {"cancel_at_period_end": True})
    assert (error.http_status, error.param) == (400, "cancel_at_period_end")
    create = olena.v1.subscription_schedules.create
    assert error_of(create, {"from_subscription": subscription.id}).http_status == 400


def test_invalid_schedules_are_refused(olena: Shop) -> None:
    create = olena.v1.subscription_schedules.create
    assert error_of(create, {}).param == "from_subscription"
    assert error_of(create, {"from_subscription": subscribe(olena).id}).http_status == 400
    subscription = active_subscription(olena)
    assert error_of(create, {"from_subscription": subscription.id, "end_behavior": "cancel"}).param == "end_behavior"
    schedule = create({"from_subscription": subscription.id})
    items = [{"price": subscription["items"].data[0].price.id}]
    update = olena.v1.subscription_schedules.update
    for phase, param in [
        ({"items": items}, "phases[0][duration]"),
        ({"items": items, "duration": {"interval": "month"}, "iterations": 3}, "phases[0][iterations]"),
        ({"items": items, "duration": {"interval": "month"}, "start_date": 1000}, "phases[0][start_date]"),
        ({"items": items, "end_date": 1000}, "phases[0][end_date]"),
        ({"items": [{"price": "price_none"}], "duration": {"interval": "month"}}, "phases[0][items][0][price]"),
    ]:
        assert error_of(update, schedule.id, {"phases": [phase]}).param == param
    assert [one.id for one in olena.v1.subscription_schedules.list({"customer": subscription.customer}).data] == [
        schedule.id
    ]
    assert period(subscription)[1] == schedule.current_phase.end_date
