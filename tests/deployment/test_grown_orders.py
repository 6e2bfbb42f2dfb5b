"""Sample orders for measurements: `python -m benchmarks.grow`."""

import csv
import io
import json
import multiprocessing
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import fn
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.grow import LiveMerchantError, grow
from benchmarks.grow.left_out import LEFT_OUT
from benchmarks.grow.other_process import in_another_process
from benchmarks.grow.sample import CHUNK
from storefront import db, runtime
from storefront.config import Config
from storefront.models import (
    ALL,
    AdminSession,
    AuditEntry,
    Delivery,
    Document,
    DocumentKind,
    Email,
    EmailKind,
    Invoice,
    InvoiceNeed,
    LicenseKey,
    Merchant,
    Offer,
    Order,
    OrderAnswer,
    OrderLine,
    OrderStatus,
    OutgoingEvent,
    OutsidePayment,
    Payment,
    PlanSwitch,
    PromoCode,
    Record,
    Refund,
    Subscription,
    TimelineEntry,
    WebhookDelivery,
    WebhookEndpoint,
    now,
)
from storefront.settings import Settings
from tests.deployment.conftest import Command
from tests.factories import connect_merchant
from tests.money import delivery_checks, document_checks
from tests.money.counter_checks import counter_differences
from tests.money.in_process_shop import in_process_shop
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe

ORDERS = 300
LISTS = (
    *("/", "/admin", "/admin/orders", "/admin/orders.csv", "/admin/customers", "/admin/emails", "/admin/subscriptions"),
    *("/admin/subscriptions/needs-authentication", "/admin/subscriptions/needs-card", "/admin/found-payments"),
    *("/admin/offers", "/admin/settings/payment-systems/stripe", "/admin/customers?q=@example.com", "/metrics"),
    *("/admin/orders?q=1100", "/admin/orders?q=нна", "/admin/emails?q=@example.com", "/admin/doctor"),
    *(f"/admin/orders?status={status}" for status in OrderStatus),
)


@pytest.fixture
def grown(app: Flask, merchant: Merchant) -> Flask:
    """A shop with ORDERS sample orders of a merchant that the simulator knows."""
    grow(ORDERS)
    return app


@pytest.fixture
def get(admin: FlaskClient) -> Callable[[str], str]:
    """A function that loads a page as the owner."""

    def load(address: str) -> str:
        answer = admin.get(address, follow_redirects=True)
        assert answer.status_code == 200, f"{address}: {answer.status}"
        return answer.text

    return load


def test_the_command_makes_a_new_database_and_a_second_run_adds_further_orders(
    command: Command, shop_environment: dict[str, str]
) -> None:
    for number in (1, 2):
        answer = command("benchmarks.grow", "--orders", "60", "--merchants", str(number), "--offers", str(4 * number))
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.startswith("added 60 orders in ")
    with shop_of(shop_environment):
        assert [model.select().count() for model in (Merchant, Offer, Order)] == [2, 8, 120]
        assert Order.select(fn.MAX(Order.id)).scalar() == 120
        Merchant.update(mode="live").execute()
    answer = command("benchmarks.grow", "--orders", "3")
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1 and "live mode" in answer.stderr
    with shop_of(shop_environment):
        assert Order.select().count() == 120


@contextmanager
def shop_of(environment: dict[str, str]) -> Iterator[None]:
    """The rows of the shop with these environment variables."""
    runtime.start(Config.from_environment(environment))
    try:
        with db.connection():
            yield
    finally:
        db.close_connections()


def test_each_order_has_what_the_shop_keeps_of_it(grown: Flask) -> None:
    orders = list(Order.select().order_by(Order.id))
    assert [order.number for order in orders] == list(range(1001, 1001 + ORDERS))
    assert [order.created_at for order in orders] == sorted(order.created_at for order in orders)
    assert {order.status for order in orders} >= {"paid", "pending", "expired", "refunded", "disputed", "failed"}
    assert sum(order.status == "paid" for order in orders) > ORDERS * 0.75
    assert len({order.email for order in orders}) == ORDERS / 3
    assert all(order.email.endswith("@example.com") for order in orders)
    names = " ".join(order.name for order in orders)
    assert re.search("[A-Za-z]", names) and re.search("[А-Яа-яіїє]", names)
    assert Payment.select(Payment.order).distinct().count() == ORDERS
    assert TimelineEntry.select(TimelineEntry.order).distinct().count() == ORDERS
    settled = [order for order in orders if order.is_settled]
    assert Email.select().where(Email.kind == EmailKind.RECEIPT).count() == len(settled)
    for order in orders:
        assert order.is_settled == (order.paid_at is not None)
        assert order.mode == "test"
        expected = {"refunded": order.amount}.get(order.status, 0)
        assert order.status == "partially_refunded" or Refund.sum_of(order) == expected


def test_one_order_in_twenty_is_a_subscription_and_some_renewals_are_open(grown: Flask) -> None:
    subscriptions = list(Subscription.with_relations())
    assert len(subscriptions) == ORDERS / 20
    assert all(one.order.kind == "recurring" and one.payment.kind == "first" for one in subscriptions)
    # With this seed one of them is unpaid, as few are.
    grow(2000, seed=3)
    assert {one.status for one in Subscription.select()} == {"active", "canceled", "past_due", "unpaid"}
    needs = {one.needs for one in Invoice.select().where(Invoice.payable())}
    assert needs == set(InvoiceNeed)
    paid = Invoice.select().where(Invoice.status == "paid")
    assert {one.payment.status for one in paid.limit(50)} == {"succeeded"}


def test_some_orders_have_an_option_an_add_on_a_code_or_an_answer(grown: Flask) -> None:
    orders = list(Order.select())
    lines = OrderLine.by_order(orders)
    for order in orders:
        its = lines.get(order.id, [])
        due = sum(line.unit_amount * line.quantity - line.discount for line in its)
        assert order.amount == (due if order.itemized else order.units_total.amount)
        assert bool(its) == order.itemized and order.discount == sum(line.discount for line in its)
        # Behind the answers are the notes.
        answers, _between, notes = order.details_folded.partition("\x1f")
        assert bool(order.answer_count) == bool(answers)
        assert bool(notes) == any(entry.kind == "note" for entry in order.timeline())
    assert any(line.kind == "addon" for its in lines.values() for line in its)
    assert {order.option_label for order in orders} >= {"", "Evening", "Evening with materials"}
    with_code = [order for order in orders if order.promo_code_id]
    assert len(with_code) > ORDERS / 50 and all(order.discount for order in with_code)
    assert PromoCode.select().count() > len(with_code)
    for order in with_code:
        assert PromoCode.get_by_id(order.promo_code_id).code == order.code
    assert OrderAnswer.select().count() == sum(order.answer_count for order in orders) > 0
    assert counter_differences() == []


def test_orders_have_invoices_and_credit_notes_deliveries_and_parcels(grown: Flask, get: Callable[[str], str]) -> None:
    # A further run goes on with the numbers.
    grow(60)
    assert document_checks.differences() == [] == delivery_checks.always()
    assert Document.select().count() > Order.select().where(Order.paid_at.is_null(False)).count()
    posted = Order.select().where(Order.shipping_address != "", Order.paid_at.is_null(False))
    assert any(order.sent_at and order.tracking_link for order in posted)
    assert Delivery.select().exists()
    document = Document.get(Document.kind == "credit_note")
    assert document.about.issued_at <= document.issued_at
    for kind in DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE:
        get(f"/admin/documents/{Document.get(Document.kind == kind).number}")


def test_each_table_has_rows_or_is_named_with_the_reason(grown: Flask, admin: FlaskClient) -> None:
    AuditEntry.delete().execute()
    grow(300)
    empty = {model for model in ALL if not model.select().exists()}
    assert empty - LEFT_OUT.keys() == set()
    # Those that the signed-in owner has made are no sample rows.
    assert {model for model in LEFT_OUT if model not in ALL} == set()
    assert AdminSession.select().count() == 1 + ORDERS / 20
    assert counter_differences() == [] == document_checks.differences() == delivery_checks.always()


def test_what_is_newer_than_the_orders_fits_to_them(grown: Flask, get: Callable[[str], str]) -> None:
    outside = list(OutsidePayment.select())
    assert outside and all(one.order.paid_outside and one.order.status == "paid" for one in outside)
    assert not Payment.select().where(Payment.order.in_([one.order for one in outside]), Payment.status == "succeeded")
    # The shop deletes older events.
    recent = Order.paid_at > now() - timedelta(days=Settings.deliveries_kept_days, minutes=-1)
    paid = OutgoingEvent.select().where(OutgoingEvent.type == "order.paid")
    assert paid.count() == Order.select().where(recent).count() > 0
    assert all(json.loads(event.body)["id"] == event.event_id for event in OutgoingEvent.select())
    # Nothing is sent to anybody when the shop is started.
    assert not WebhookDelivery.select().where(WebhookDelivery.state == "waiting").exists()
    assert not WebhookEndpoint.enabled()
    assert LicenseKey.select().where(LicenseKey.given_at.is_null(False)).exists()
    grow(600)
    assert {one.state for one in PlanSwitch.select()} == {"done", "undone"}
    entry = AuditEntry.select().where(AuditEntry.kind == "order").first()
    assert entry.label in get(f"/admin/settings/audit/{entry.id}")
    assert entry.label in get(f"/admin/settings/audit?q={quote(entry.label)}")
    get(f"/admin/settings/webhooks/{WebhookEndpoint.get().public_id}")
    get(f"/admin/settings/webhooks/deliveries/{WebhookDelivery.select(fn.MAX(WebhookDelivery.id)).scalar()}")
    note = TimelineEntry.get(TimelineEntry.kind == "note")
    assert f"#{note.order.number}" in get(f"/admin/orders?q={quote(note.detail['words'])}")


# What Stripe's answers fill in, and texts that one purchase has and another one does not need.
OF_STRIPE = {
    "request_number",
    "stripe_metadata",
    "answered_at",
    "trial_end",
    "touched_at",
    "next_check_at",
    "refunds_check_at",
}


def test_no_column_is_empty_that_a_purchase_fills(offer: Offer, monthly_offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    subscribe(monthly_offer, simulator)
    rows = (Order, Payment, Subscription, Invoice)
    filled = {model: filled_columns(model) for model in rows}
    last = {model: model.select(fn.MAX(model.id)).scalar() for model in rows}
    grow(60)
    for model in rows:
        assert filled[model] - filled_columns(model, last[model]) <= OF_STRIPE, model


def filled_columns(model: type[Record], after: int = 0) -> set[str]:
    """The columns that have a value in any row with a higher id."""
    return {name for row in model.select().where(model.id > after).dicts() for name, value in row.items() if value}


def test_every_page_shows_the_orders(grown: Flask, admin: FlaskClient, get: Callable[[str], str]) -> None:
    for address in LISTS:
        get(address)
    for status in {order.status for order in Order.select(Order.status).distinct()}:
        order = Order.select().where(Order.status == status).first()
        for address in (f"/admin/orders/{order.token}", f"/orders/{order.token}", f"/admin/customers/{order.token}"):
            get(address)
    for subscription in Subscription.select(fn.MAX(Subscription.public_id)).group_by(Subscription.status).tuples():
        get(f"/admin/subscriptions/{subscription[0]}")
    for email in Email.select(fn.MAX(Email.id)).group_by(Email.kind).tuples():
        get(f"/admin/emails/{email[0]}")
    assert len(list(csv.DictReader(io.StringIO(get("/admin/orders.csv"))))) == ORDERS


def test_metrics_count_the_orders(grown: Flask, admin: FlaskClient) -> None:
    families = text_string_to_metric_families(admin.get("/metrics").text)
    counted = {
        sample.labels["status"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == "storefront_orders"
    }
    rows = Order.select(Order.status, fn.COUNT(Order.id)).group_by(Order.status).tuples()
    assert {status: count for status, count in counted.items() if count} == dict(rows)


def test_reconciliation_accepts_the_orders(grown: Flask) -> None:
    before = dict(Order.select(Order.id, Order.status).tuples())
    answer = grown.test_cli_runner().invoke(args=["reconcile"])
    assert answer.exit_code == 0, answer.output
    assert dict(Order.select(Order.id, Order.status).tuples()) == before
    assert not Email.select().where(Email.kind == EmailKind.OWNER_MISMATCH).exists()


def test_the_same_seed_gives_the_same_orders() -> None:
    made = []
    for seed in (7, 7, 8):
        with in_process_shop(), db.connection():
            grow(60, seed=seed)
            made.append(list(Order.select(Order.token, Order.email, Order.amount).order_by(Order.id).tuples()))
    assert made[0] == made[1] != made[2]


def test_many_orders_are_made_in_a_second_process(command: Command, shop_environment: dict[str, str]) -> None:
    orders = CHUNK + 100
    answer = command("benchmarks.grow", "--orders", str(orders))
    assert answer.returncode == 0, answer.stderr
    with shop_of(shop_environment):
        assert [Order.select().count(), Order.select(fn.MAX(Order.id)).scalar()] == [orders, orders]
        assert document_checks.differences() == [] == counter_differences()


def test_a_failure_in_the_second_process_is_not_hidden() -> None:
    def values() -> Iterator[int]:
        yield 1
        sys.exit("no more")

    made = in_another_process(values())
    assert next(made) == 1
    with pytest.raises(RuntimeError, match="ended with 1"):
        next(made)


def test_the_second_process_ends_when_its_values_are_not_wanted() -> None:
    made = in_another_process("x" * 1_000_000 for _ in count())
    assert next(made) == "x" * 1_000_000
    made.close()
    assert not multiprocessing.active_children()


def test_a_shop_with_a_live_merchant_is_refused(app: Flask) -> None:
    connect_merchant(mode="live")
    with pytest.raises(LiveMerchantError):
        grow(3)
    assert not Order.select().exists()
    assert not Offer.select().exists()
