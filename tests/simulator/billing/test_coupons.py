"""Coupons, and what the discounts made of them take off a subscription's invoices."""

from typing import Any

import pytest

from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import EXPAND, active_subscription, advance_days, monthly_price, renew, subscribe

DISCOUNTS = [*EXPAND, "discounts.source.coupon"]


def coupon(shop: Shop, **params: Any) -> Any:
    given = {"amount_off": 490, "currency": shop.account.currency, **params}
    return shop.v1.coupons.create({name: value for name, value in given.items() if value is not None})


def totals(invoice: Any) -> tuple[int, int, list[int]]:
    return invoice.subtotal, invoice.total, [one.amount for one in invoice.total_discount_amounts]


def test_a_coupon_can_be_created_listed_and_deleted(olena: Shop) -> None:
    made = coupon(olena, id="autumn", duration="forever", name="Autumn", metadata={"code": "AUTUMN"})
    assert (made.id, made.amount_off, made.currency, made.duration) == ("autumn", 490, "eur", "forever")
    assert [one.id for one in olena.v1.coupons.list().data] == ["autumn"]
    assert error_of(coupon, olena, id="autumn").code == "resource_already_exists"
    assert olena.v1.coupons.delete("autumn").deleted
    assert error_of(olena.v1.coupons.retrieve, "autumn").code == "resource_missing"


def test_a_coupon_that_applies_once_reduces_the_first_invoice_only(olena: Shop) -> None:
    subscription = active_subscription(olena, discounts=[{"coupon": coupon(olena).id}])
    assert subscription.discounts == []
    first = olena.v1.invoices.retrieve(subscription.latest_invoice, {"expand": ["payments"]})
    assert totals(first) == (1990, 1500, [490])
    assert first.payments.data[0].amount_paid == 1500
    assert totals(renew(olena, subscription)[1]) == (1990, 1990, [])


def test_a_coupon_that_applies_forever_reduces_every_invoice(olena: Shop) -> None:
    made = coupon(olena, amount_off=None, currency=None, percent_off=12.5, duration="forever")
    subscription = active_subscription(olena, discounts=[{"coupon": made.id}])
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": DISCOUNTS})
    assert found.discounts[0].source.coupon.percent_off == 12.5
    # 248.75 is rounded up.
    assert totals(renew(olena, subscription)[1]) == (1990, 1741, [249])
    olena.v1.coupons.delete(made.id)
    assert totals(renew(olena, subscription)[1]) == (1990, 1741, [249])
    olena.v1.subscriptions.update(subscription.id, {"discounts": ""})
    assert totals(renew(olena, subscription)[1]) == (1990, 1990, [])


def test_the_invoice_of_zero_that_begins_a_trial_uses_a_coupon_up(olena: Shop) -> None:
    given = subscribe(olena, trial_period_days=7, discounts=[{"coupon": coupon(olena).id}])
    assert (given.discounts, given.latest_invoice.total) == ([], 0)
    later = subscribe(olena, trial_period_days=7)
    updated = olena.v1.subscriptions.update(later.id, {"discounts": [{"coupon": coupon(olena).id}]})
    assert len(updated.discounts) == 1
    assert totals(renew(olena, later)[1]) == (1990, 1500, [490])


def test_a_coupon_for_some_months_ends(olena: Shop) -> None:
    made = coupon(olena, duration="repeating", duration_in_months=2)
    subscription = active_subscription(olena, discounts=[{"coupon": made.id}])
    advance_days(olena, 95)
    invoices = olena.v1.invoices.list({"subscription": subscription.id}).data
    assert [one.total for one in reversed(invoices)] == [1500, 1500, 1990, 1990]


def test_a_first_invoice_of_zero_asks_for_a_card_with_a_setup_intent(olena: Shop) -> None:
    subscription = subscribe(olena, discounts=[{"coupon": coupon(olena, amount_off=5000).id}])
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "paid")
    assert subscription.pending_setup_intent.status == "requires_payment_method"


def test_a_phase_that_names_no_discount_takes_it_away(olena: Shop) -> None:
    subscription = active_subscription(olena, discounts=[{"coupon": coupon(olena, duration="forever").id}])
    schedule = olena.v1.subscription_schedules.create({"from_subscription": subscription.id})
    (kept,) = schedule.phases[0].discounts
    item = {"price": subscription["items"].data[0].price.id}
    phase = {"items": [item], "duration": {"interval": "month", "interval_count": 3}}
    kept_phase = {**phase, "discounts": [{"discount": kept.discount}]}
    olena.v1.subscription_schedules.update(schedule.id, {"phases": [kept_phase]})
    assert renew(olena, subscription)[1].total == 1500
    olena.v1.subscription_schedules.update(schedule.id, {"phases": [phase]})
    assert renew(olena, subscription)[1].total == 1990


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"percent_off": 10}, "percent_off"),
        ({"amount_off": None, "percent_off": 101}, "percent_off"),
        ({"amount_off": 0}, "amount_off"),
        ({"currency": None}, "currency"),
        ({"duration": "repeating"}, "duration_in_months"),
        ({"name": "x" * 41}, "name"),
    ],
)
def test_invalid_coupons_are_refused(olena: Shop, params: dict[str, Any], param: str) -> None:
    error = error_of(coupon, olena, **params)
    assert (error.http_status, error.param) == (400, param)


def test_a_coupon_of_another_currency_or_used_up_is_refused(olena: Shop) -> None:
    error = error_of(subscribe, olena, discounts=[{"coupon": coupon(olena, currency="usd").id}])
    assert error.param == "discounts[0][coupon]"
    once = coupon(olena, max_redemptions=1)
    price = monthly_price(olena)
    subscribe(olena, price, discounts=[{"coupon": once.id}])
    assert error_of(subscribe, olena, price, discounts=[{"coupon": once.id}]).code == "coupon_expired"
