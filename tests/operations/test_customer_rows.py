"""Customers' rows follow orders, payments, refunds and subscriptions, in the transaction of each change."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask

from benchmarks.grow import grow
from storefront import customers, db, payments, subscriptions
from storefront.customers import change_email, export_data, undo_email_change
from storefront.emails import signed_links
from storefront.models import (
    Customer,
    CustomerTotal,
    Document,
    EmailChange,
    Merchant,
    Offer,
    Order,
    Payment,
    Record,
    Refund,
    Subscription,
    TimelineEntry,
)
from tests import databases
from tests.cast import LESIA, MARKO
from tests.factories import make_offer
from tests.money.customer_checks import customer_differences
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe


def emails() -> dict[str, int]:
    """{address: number of orders} of all customers."""
    return {customer.email: customer.orders for customer in Customer.select()}


def every(nth: int, model: type[Record], first: int = 0) -> Any:
    """The condition that selects each n-th row."""
    ids = [row.id for row in model.select(model.id).order_by(model.id)]
    return model.id.in_(ids[first::nth])


def test_each_step_of_purchases_and_subscriptions_is_counted(
    app: Flask, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    monthly, trial = (
        make_offer(merchant, "10", kind="recurring"),
        make_offer(merchant, "7", kind="recurring", trial_days=14),
    )
    bought = buy(offer, simulator)
    second = replace(MARKO, visit="another-visit-0001", name="Марко", email="MARKO@example.com")
    steps: tuple[Callable[[], object], ...] = (
        lambda: start_checkout(offer, second),
        lambda: buy(offer, simulator, LESIA),
        lambda: payments.request_refund(bought, 500, "duplicate", secrets.token_urlsafe(24)),
        lambda: start_checkout(trial, replace(MARKO, visit="another-visit-0002")),
        lambda: subscribe(trial, simulator, buyer=replace(MARKO, visit="another-visit-0002")),
        lambda: subscribe(monthly, simulator, buyer=replace(MARKO, visit="another-visit-0003")),
        lambda: renew(Subscription.select().order_by(Subscription.id.desc()).get(), simulator),
        lambda: subscriptions.cancel(Subscription.get(), True, "owner"),
    )
    for number, step in enumerate(steps):
        step()
        assert customer_differences() == [], number
    assert emails() == {"marko@example.com": 4, "lesia@example.com": 1}


def test_changes_of_many_rows_at_once_are_counted(app: Flask) -> None:
    grow(90)
    assert customer_differences() == []
    changes = (
        Payment.update(status="canceled").where(every(2, Payment)),
        Payment.update(status="succeeded", amount=Payment.amount + 1),
        Payment.update(currency="USD").where(every(3, Payment)),
        Refund.insert_many(
            [
                {"public_id": f"r{one.id}", "order": one.order_id, "payment": one.id, "amount": 3, "currency": "EUR"}
                for one in Payment.select().limit(9)
            ]
        ),
        Refund.update(status="succeeded"),
        Refund.update(amount=Refund.amount + 1).where(every(2, Refund)),
        Subscription.update(status="trialing"),
        Payment.update(status="requires_action").where(every(2, Payment)),
        Subscription.update(status="active").where(every(2, Subscription)),
        Order.update(name="Хтось Інший").where(every(4, Order)),
        Order.update(email="One@Example.com").where(every(2, Order)),
        Order.update(email="one@example.com"),
        Order.update(email="two@example.com", name="Two").where(every(3, Order, 1)),
        Subscription.update(status="canceled"),
        Refund.update(status="failed").where(every(2, Refund)),
        Refund.delete(),
    )
    # Credit notes keep the refunds that they are about.
    databases.delete_rows([Document])
    for change in changes:
        assert change.execute(), change.sql()
        assert customer_differences() == [], change.sql()
    assert emails() == {"one@example.com": 60, "two@example.com": 30}


def test_a_changed_address_takes_everything_along_and_back(
    app: Flask, merchant: Merchant, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    subscribe(make_offer(merchant, "10", kind="recurring"), simulator, buyer=replace(MARKO, visit="another-visit-0001"))
    buy(offer, simulator, LESIA)
    assert change_email(signed_links.make_email_change_token("marko@example.com", "Marko@New.example.com"))
    assert emails() == {"marko@new.example.com": 2, "lesia@example.com": 1}
    assert customer_differences() == []
    assert undo_email_change(EmailChange.get())
    assert emails() == {"marko@example.com": 2, "lesia@example.com": 1}
    assert customer_differences() == []


def test_a_customer_whose_last_order_is_deleted_is_gone(app: Flask, offer: Offer) -> None:
    kept, deleted = start_checkout(offer).order, start_checkout(offer, LESIA).order
    again = start_checkout(offer, replace(MARKO, visit="another-visit-0001", name="Mark")).order
    for order in (deleted, again):
        TimelineEntry.delete().where(TimelineEntry.order == order).execute()
        Payment.delete().where(Payment.order == order).execute()
        order.delete_instance()
        assert customer_differences() == []
    assert emails() == {"marko@example.com": 1}
    assert Customer.get().newest_order_id == kept.id and "mark\n" not in Customer.get().search_text


def test_mailboxes_that_only_look_alike_belong_to_different_customers(app: Flask, offer: Offer) -> None:
    """Their folded addresses are equal. Neither may see what the other has bought."""
    for number, email in enumerate(("anna@strasse.de", "anna@straße.de")):
        start_checkout(offer, replace(MARKO, email=email, visit=f"another-visit-000{number}"))
    assert emails() == {"anna@strasse.de": 1, "anna@straße.de": 1}
    for email in emails():
        assert [order.email for order in customers.purchases_of(email).orders] == [email]
        assert export_data(email)["customer"]["orders"] == 1


def test_wrong_rows_are_corrected_when_they_are_computed_again(app: Flask) -> None:
    grow(60)
    Customer.update(orders=7).execute()
    CustomerTotal.update(paid=CustomerTotal.paid + 1).execute()
    assert customer_differences() != []
    db.rebuild_derived()
    assert customer_differences() == []


def test_merging_leaves_one_row_for_each_sum(app: Flask) -> None:
    """On SQLite there is nothing to merge."""
    grow(60)
    for status in ("canceled", "succeeded", "canceled", "succeeded"):
        Payment.update(status=status).execute()
    changed = CustomerTotal.select().where(~CustomerTotal.is_merged).count()
    merged = sum(iter(lambda: CustomerTotal.merge(most=20), 0))
    assert customer_differences() == []
    keys = CustomerTotal.select(CustomerTotal.email, CustomerTotal.mode, CustomerTotal.currency).distinct().count()
    assert CustomerTotal.select().count() == keys
    assert merged == changed > 60 if databases.IS_POSTGRESQL else merged == 0
