"""Another price in the middle of a period: previews, prorations, pending updates and the credit balance."""

from typing import Any

import pytest

from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import active_subscription, advance_days, invoice_secret, monthly_price, period


def _change(subscription: Any, price: Any) -> dict[str, Any]:
    return {"items": [{"id": subscription["items"].data[0].id, "price": price.id}]}


def _preview(shop: Shop, subscription: Any, price: Any, at: int) -> Any:
    details = {**_change(subscription, price), "proration_behavior": "always_invoice", "proration_date": at}
    return shop.v1.invoices.create_preview({"subscription": subscription.id, "subscription_details": details})


def _switch(shop: Shop, subscription: Any, price: Any, at: int, **more: Any) -> Any:
    how = {"proration_behavior": "always_invoice", "proration_date": at, "payment_behavior": "pending_if_incomplete"}
    terms = {**_change(subscription, price), **how, "expand": ["latest_invoice"], **more}
    return shop.v1.subscriptions.update(subscription.id, terms)


def _price_of(shop: Shop, subscription: Any) -> str:
    return str(shop.v1.subscriptions.retrieve(subscription.id)["items"].data[0].price.id)


def test_the_preview_of_a_dearer_price_is_charged_to_the_minor_unit_for_the_rest_of_the_period(olena: Shop) -> None:
    subscription, dearer = active_subscription(olena), monthly_price(olena, unit_amount=4990)
    start, end = period(subscription)
    at = start + (end - start) // 3
    advance_days(olena, 12)
    shown = _preview(olena, subscription, dearer, at)
    rest = (end - at) / (end - start)
    assert [line.amount for line in shown.lines.data] == [-round(1990 * rest), round(4990 * rest)]
    assert all(line.parent.subscription_item_details.proration for line in shown.lines.data)
    switched = _switch(olena, subscription, dearer, at)
    assert (switched.status, switched.pending_update, period(switched)) == ("active", None, (start, end))
    invoice = switched.latest_invoice
    assert (invoice.billing_reason, invoice.status) == ("subscription_update", "paid")
    assert (invoice.amount_paid, invoice.total) == (shown.amount_due, shown.total)
    assert len(olena.v1.invoices.list({"subscription": subscription.id}).data) == 2, "a preview is no invoice"


def test_another_interval_begins_a_new_period_that_is_charged_less_the_unused_time(olena: Shop) -> None:
    subscription = active_subscription(olena)
    yearly = monthly_price(olena, unit_amount=19900, recurring={"interval": "year"})
    start, end = period(subscription)
    shown = _preview(olena, subscription, yearly, start)
    assert shown.amount_due == 19900 - 1990
    switched = _switch(olena, subscription, yearly, start)
    assert switched.latest_invoice.amount_paid == shown.amount_due
    assert period(switched)[0] == start
    assert period(switched)[1] > end
    assert switched.billing_cycle_anchor == start
    advance_days(olena, 366)
    newest = olena.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (newest.billing_reason, newest.amount_due) == ("subscription_cycle", 19900)


@pytest.mark.parametrize("ending", ["paid", "void", "late"])
def test_a_change_that_waits_for_its_payment_leaves_the_old_price_until_then(olena: Shop, ending: str) -> None:
    subscription, dearer = active_subscription(olena), monthly_price(olena, unit_amount=4990)
    post_control(olena, f"subscriptions/{subscription.id}/card", card="asks")
    waiting = _switch(olena, subscription, dearer, period(subscription)[0])
    invoice = waiting.latest_invoice
    assert (waiting.status, invoice.status, invoice.amount_due) == ("active", "open", 3000)
    assert waiting.pending_update.subscription_items[0].price.id == dearer.id
    assert _price_of(olena, subscription) != dearer.id
    if ending == "paid":
        olena.answer_challenge(invoice_secret(olena, invoice.id), "authorize")
    elif ending == "void":
        olena.v1.invoices.void_invoice(invoice.id)
    else:
        advance_days(olena, 1)
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.status, found.pending_update) == ("active", None)
    assert olena.v1.invoices.retrieve(invoice.id).status == ("paid" if ending == "paid" else "void")
    assert (_price_of(olena, subscription) == dearer.id) == (ending == "paid")


def test_a_pending_change_takes_no_other_parameters_and_no_date_outside_of_the_period(olena: Shop) -> None:
    subscription, dearer = active_subscription(olena), monthly_price(olena, unit_amount=4990)
    start = period(subscription)[0]
    assert error_of(_switch, olena, subscription, dearer, start, metadata={"a": "b"}).param == "metadata"
    assert error_of(_preview, olena, subscription, dearer, start - 1).param == "subscription_proration_date"


def test_what_a_cheaper_price_gives_back_is_a_credit_that_the_next_invoice_takes(olena: Shop) -> None:
    subscription, cheaper = active_subscription(olena), monthly_price(olena, unit_amount=990)
    start = period(subscription)[0]
    assert _preview(olena, subscription, cheaper, start).total == -1000
    switched = _switch(olena, subscription, cheaper, start)
    assert (switched.latest_invoice.status, switched.latest_invoice.amount_due) == ("paid", 0)
    assert olena.v1.customers.retrieve(subscription.customer).balance == -1000
    advance_days(olena, 32)
    newest = olena.v1.invoices.list({"subscription": subscription.id, "limit": 1}).data[0]
    assert (newest.total, newest.amount_due, newest.starting_balance, newest.ending_balance) == (990, 0, -1000, -10)


def test_prorations_are_net_of_a_lasting_discount(olena: Shop) -> None:
    coupon = olena.v1.coupons.create({"percent_off": 50, "duration": "forever"})
    subscription = active_subscription(olena, discounts=[{"coupon": coupon.id}])
    dearer = monthly_price(olena, unit_amount=4990)
    yearly = monthly_price(olena, unit_amount=20000, recurring={"interval": "year"})
    start = period(subscription)[0]
    assert _preview(olena, subscription, dearer, start).amount_due == 2495 - 995
    assert _preview(olena, subscription, yearly, start).amount_due == 10000 - 995
