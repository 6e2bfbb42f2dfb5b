"""Subscriptions: cancellation, changed items, paused collection, lists, expansion and events."""

from typing import Any

import pytest

from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import (
    DAY,
    active_subscription,
    advance_days,
    monthly_price,
    period,
    renew,
    subscribe,
)
from tests.simulator.webhook_receiver import Receiver


def test_cancel_at_period_end_can_be_set_and_undone(olena: Shop) -> None:
    subscription = active_subscription(olena)
    ending = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at) == ("active", period(subscription)[1])
    undone = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (undone.cancel_at, undone.canceled_at) == (None, None)
    olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    advance_days(olena, 32)
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.status, found.ended_at) == ("canceled", ending.cancel_at)
    assert found.cancellation_details.reason == "cancellation_requested"
    assert olena.events()[-1] == "customer.subscription.deleted"
    assert len(olena.v1.invoices.list({"subscription": subscription.id}).data) == 1


def test_an_end_in_cancel_at_alone_is_only_undone_by_an_empty_cancel_at(olena: Shop) -> None:
    subscription = active_subscription(olena)
    ending = olena.v1.subscriptions.update(subscription.id, {"cancel_at": "min_period_end"})
    assert (ending.cancel_at, ending.cancel_at_period_end) == (period(subscription)[1], False)
    kept = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert kept.cancel_at == period(subscription)[1]
    undone = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False, "cancel_at": ""})
    assert undone.cancel_at is None


def test_a_subscription_can_be_canceled_at_a_date_or_now(olena: Shop) -> None:
    first, second = active_subscription(olena), active_subscription(olena)
    olena.v1.subscriptions.update(first.id, {"cancel_at": first.created + 10 * DAY})
    advance_days(olena, 10.1)
    assert olena.v1.subscriptions.retrieve(first.id).ended_at == first.created + 10 * DAY
    gone = olena.v1.subscriptions.cancel(second.id, {"cancellation_details": {"feedback": "too_expensive"}})
    assert (gone.status, gone.cancellation_details.feedback) == ("canceled", "too_expensive")
    assert error_of(olena.v1.subscriptions.cancel, second.id).code == "resource_missing"
    assert advance_days(olena, 40) == []


def test_a_new_price_applies_from_the_next_period(olena: Shop) -> None:
    subscription = active_subscription(olena)
    item, dearer = subscription["items"].data[0], monthly_price(olena, unit_amount=2990)
    change = {"items": [{"id": item.id, "price": dearer.id}]}
    assert error_of(olena.v1.subscriptions.update, subscription.id, change).param == "proration_behavior"
    changed = olena.v1.subscriptions.update(subscription.id, {**change, "proration_behavior": "none"})
    assert changed["items"].data[0].price.id == dearer.id
    assert [one.id for one in olena.v1.subscriptions.list({"price": dearer.id}).data] == [subscription.id]
    advance_days(olena, 32)
    newest = olena.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (newest.amount_paid, newest.lines.data[0].pricing.price_details.price) == (2990, dearer.id)


def test_a_price_without_an_item_id_adds_a_second_item(olena: Shop) -> None:
    subscription = active_subscription(olena)
    change = {"items": [{"price": monthly_price(olena).id}], "proration_behavior": "none"}
    assert len(olena.v1.subscriptions.update(subscription.id, change)["items"].data) == 2


def test_a_subscription_item_can_be_updated(olena: Shop) -> None:
    subscription = active_subscription(olena)
    [item] = olena.v1.subscription_items.list({"subscription": subscription.id}).data
    changed = olena.v1.subscription_items.update(item.id, {"quantity": 2, "proration_behavior": "none"})
    assert (changed.quantity, olena.v1.subscription_items.retrieve(item.id).quantity) == (2, 2)
    assert error_of(olena.v1.subscription_items.retrieve, "si_none").code == "resource_missing"


@pytest.mark.parametrize(
    ("behavior", "status"), [("keep_as_draft", "draft"), ("void", "void"), ("mark_uncollectible", "uncollectible")]
)
def test_collection_can_be_paused_and_resumes(olena: Shop, behavior: str, status: str) -> None:
    subscription = active_subscription(olena)
    pause = {"behavior": behavior, "resumes_at": subscription.created + 40 * DAY}
    olena.v1.subscriptions.update(subscription.id, {"pause_collection": pause})
    advance_days(olena, 32)
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.status) == ("active", status)
    assert "collection_resumes" in advance_days(olena, 31)
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.pause_collection, found.latest_invoice.status) == (None, "paid")


def test_lists_are_filtered(olena: Shop) -> None:
    first, second = active_subscription(olena), subscribe(olena)
    olena.v1.subscriptions.cancel(first.id)

    def ids(**params: Any) -> list[str]:
        return [one.id for one in olena.v1.subscriptions.list(params).data]

    assert ids() == [second.id]
    assert ids(status="all") == [second.id, first.id]
    assert ids(status="ended") == ids(status="canceled") == [first.id]
    assert ids(status="all", customer=first.customer) == [first.id]
    assert ids(created={"gt": second.created}) == []


def test_related_objects_can_be_expanded(olena: Shop) -> None:
    subscription = active_subscription(olena)
    expand = ["customer", "items.data.price.product", "latest_invoice.payments.data.payment"]
    refused = error_of(olena.v1.subscriptions.retrieve, subscription.id, {"expand": ["latest_invoice.charge"]})
    assert refused.param == "expand"
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": expand})
    assert (found.customer.email, found["items"].data[0].price.product.name) == ("ivan@example.com", "Course")
    invoice = olena.v1.invoices.retrieve(
        found.latest_invoice.id,
        {"expand": ["payments.data.payment.payment_intent", "parent.subscription_details.subscription"]},
    )
    assert invoice.payments.data[0].payment.payment_intent.status == "succeeded"
    assert invoice.parent.subscription_details.subscription.id == subscription.id


def test_the_same_idempotency_key_creates_one_subscription(olena: Shop) -> None:
    customer, price = olena.v1.customers.create({}).id, monthly_price(olena).id
    given = {"customer": customer, "items": [{"price": price}], "payment_behavior": "default_incomplete"}
    ids = {olena.v1.subscriptions.create(given, {"idempotency_key": "order-17"}).id for _ in range(2)}
    assert len(ids) == 1
    assert len(olena.v1.invoices.list().data) == 1


def test_other_accounts_and_modes_cannot_read_a_subscription(olena: Shop, kenji: Shop, olena_live: Shop) -> None:
    subscription = active_subscription(olena)
    for shop in (kenji, olena_live):
        assert error_of(shop.v1.subscriptions.retrieve, subscription.id).code == "resource_missing"
        assert error_of(shop.v1.invoices.retrieve, subscription.latest_invoice).code == "resource_missing"
        assert shop.v1.subscriptions.list({"status": "all"}).data == []
    forbidden = olena.raw("GET", f"/v1/subscriptions/{subscription.id}", key=olena.publishable_key)
    assert forbidden.status_code == 403


def test_all_events_are_signed_and_have_stripes_shape(olena: Shop, receiver: Receiver) -> None:
    endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    subscription = active_subscription(olena)
    advance_days(olena, 32)
    olena.v1.subscriptions.cancel(subscription.id)
    receiver.wait_for_type("customer.subscription.deleted")
    types = {event.type for event in receiver.verified_events(endpoint.secret)}
    assert {"invoice.paid", "invoice_payment.paid", "customer.subscription.updated"} <= types


def test_deleting_a_customer_cancels_its_subscriptions(olena: Shop) -> None:
    subscription = active_subscription(olena)
    olena.v1.customers.delete(subscription.customer)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_amounts_in_yen_have_no_decimals(kenji: Shop) -> None:
    subscription = active_subscription(kenji)
    invoice = kenji.v1.invoices.retrieve(subscription.latest_invoice)
    assert (invoice.currency, invoice.amount_paid) == ("jpy", 1990)
    assert invoice.lines.data[0].description == "1 × Course (at ¥1,990 / month)"


def test_the_dashboard_replaces_items_by_any_terms(olena: Shop) -> None:
    subscription = active_subscription(olena)
    first = subscription["items"].data[0]
    items = [{"interval": "year", "unit_amount": 9900}, {"usage_type": "metered"}, {"billing_scheme": "tiered"}]
    post_control(olena, f"subscriptions/{subscription.id}/items", items=items)
    changed = olena.v1.subscriptions.retrieve(subscription.id)["items"].data
    assert [one.price.unit_amount for one in changed] == [9900, first.price.unit_amount, None]
    assert [one.price.recurring.interval for one in changed] == ["year", "month", "month"]
    assert changed[0].id == first.id
    assert olena.events()[-1] == "customer.subscription.updated"
    _, invoice = renew(olena, subscription)
    assert invoice.amount_due == 9900
    post_control(olena, f"subscriptions/{subscription.id}/items", expected=400, items=[{"tax": 1}])
