"""The maintained counters of the dashboard, metrics, stock and queues."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import fn
from werkzeug.test import TestResponse

from benchmarks.grow import grow
from storefront import db, payments
from storefront.models import (
    Counter,
    CounterKind,
    Dispute,
    Document,
    Email,
    Invoice,
    Merchant,
    Order,
    Payment,
    Record,
    Refund,
    Subscription,
    TimelineKind,
    WebhookEvent,
    compact_counters,
    counts,
    now,
)
from tests import databases
from tests.factories import connect_merchant
from tests.money.counter_checks import counter_differences
from tests.shop_clock import time_set
from tests.web.query_count import statements_of

ORDERS = 120


@pytest.fixture
def grown(app: Flask) -> Iterator[Flask]:
    """A shop with sample orders of every kind."""
    grow(ORDERS)
    yield app


def every(nth: int, model: type[Record], first: int = 0) -> Any:
    """The condition that selects each n-th row."""
    ids = [row.id for row in model.select(model.id).order_by(model.id)]
    return model.id.in_(ids[first::nth])


def test_counters_are_computed_from_the_rows_of_an_older_shop(grown: Flask) -> None:
    assert counter_differences() == []
    assert counts(CounterKind.ORDERS).number(CounterKind.ORDERS) == ORDERS


def test_counters_follow_changes_of_many_rows_at_once(grown: Flask) -> None:
    other = connect_merchant(name="Another")
    day = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
    WebhookEvent.create(merchant=other, event_id="evt_1", type="charge.succeeded")
    changes = (
        Order.update(status="disputed", paid_at=day).where(every(2, Order)),
        Order.update(amount=Order.amount + 1, currency="USD", quantity=3).where(every(3, Order)),
        Order.update(merchant=other).where(every(5, Order)),
        Order.update(paid_outside=True).where(every(7, Order)),
        Payment.update(status="canceled", merchant=other).where(every(2, Payment)),
        Refund.update(status="failed").where(every(2, Refund)),
        Refund.update(amount=Refund.amount - 1, created_at=day),
        Invoice.update(status="open", needs="card").where(every(2, Invoice)),
        Invoice.update(failed_at=now()),
        Invoice.update(status="paid", needs="", paid_at=day, amount_received=7).where(every(3, Invoice)),
        Invoice.update(status="void", needs="").where(every(5, Invoice)),
        Invoice.update(amount=Invoice.amount + 1),
        Subscription.update(status="canceled"),
        Subscription.update(period_end=None).where(every(2, Subscription)),
        Subscription.update(period_end=day).where(every(3, Subscription)),
        Merchant.update(disconnected_at=now()),
        Merchant.update(mode="live"),
        Merchant.update(disconnected_at=None, endpoint_problem="disabled"),
        Subscription.update(status="active").where(every(2, Subscription)),
        Email.update(state="waiting", problem="refused").where(every(2, Email)),
        Email.update(state="failed").where(every(4, Email)),
        WebhookEvent.update(handled_at=now()),
        Email.delete(),
        Refund.delete(),
        Invoice.delete().where(every(2, Invoice)),
    )
    # Invoices and credit notes keep the rows that they are about.
    databases.delete_rows([Document])
    for change in changes:
        assert change.execute(), change.sql()
        assert counter_differences() == [], change.sql()


def test_only_the_newest_payable_invoice_of_a_subscription_counts_as_an_open_renewal(grown: Flask) -> None:
    Invoice.update(status="paid", needs="").execute()
    subscription = Subscription.get()
    for number, needs in enumerate(("card", "authentication", "card")):
        newest = Invoice.create(
            subscription=subscription,
            invoice_id=f"in_{number}",
            status="open",
            reason="subscription_cycle",
            amount=1,
            currency="EUR",
            needs=needs,
        )
        assert [(one.status, one.number) for one in counts(CounterKind.OPEN_RENEWALS)] == [(needs, 1)]
    Invoice.delete().where(Invoice.id == newest.id).execute()
    assert [(one.status, one.number) for one in counts(CounterKind.OPEN_RENEWALS)] == [("authentication", 1)]
    Invoice.update(status="paid").where(Invoice.subscription == subscription).execute()
    assert counts(CounterKind.OPEN_RENEWALS) == ()
    assert counter_differences() == []


def test_takings_are_those_of_today_and_the_29_days_before(grown: Flask) -> None:
    days = ("2027-01-01T23:59:59", "2027-01-02T00:00:00", "2027-01-31T12:00:00")
    for rest, at in enumerate(days):
        paid_at = datetime.fromisoformat(at).replace(tzinfo=UTC)
        paid = {"status": "paid", "paid_at": paid_at, "amount": 500, "currency": "EUR", "paid_outside": False}
        Order.update(**paid).where(every(3, Order, rest)).execute()
    Invoice.update(paid_at=None).execute()
    with time_set(datetime(2027, 1, 31, 23, 59, tzinfo=UTC)):
        takings = [(one.orders, one.renewals, one.total.amount) for one in payments.recent_takings() if one.orders]
    assert takings == [(ORDERS * 2 / 3, 0, ORDERS * 2 / 3 * 500)]


def test_a_row_that_is_wrong_is_corrected_when_the_counters_are_computed_again(grown: Flask) -> None:
    # On PostgreSQL there may be several rows for one sum otherwise.
    db.rebuild_derived()
    first = Counter.update(number=Counter.number + 7, amount=Counter.amount - 5)
    first.where(Counter.kind == CounterKind.ORDERS, Counter.status == "paid").execute()
    assert counter_differences() != []
    right = counts(CounterKind.ORDERS).number(CounterKind.ORDERS, "paid") - 7
    answer = grown.test_cli_runner().invoke(args=["rebuild-counters"])
    assert answer.exit_code == 0
    assert answer.output == f"counters: orders test paid: {right + 7} (-5), now {right} (0)\n1 corrected\n"
    assert counter_differences() == []
    assert grown.test_cli_runner().invoke(args=["rebuild-counters"]).output == "all counters were right\n"


def test_merging_changes_alters_no_sum_that_others_read_meanwhile(grown: Flask) -> None:
    """On SQLite there is nothing to merge."""
    for status in ("expired", "failed", "expired", "paid"):
        Order.update(status=status).execute()
    before = Counter.select().count()
    ended = threading.Event()
    seen: set[int] = set()

    def read() -> None:
        with grown.app_context(), db.connection():
            while not ended.is_set():
                seen.add(counts(CounterKind.ORDERS).number(CounterKind.ORDERS))

    reader = threading.Thread(target=read)
    reader.start()
    merged = sum(iter(compact_counters, 0))
    ended.set()
    reader.join()
    assert seen <= {ORDERS}
    assert counter_differences() == []
    if databases.IS_POSTGRESQL:
        keys = Counter.select(fn.COUNT(fn.DISTINCT(Counter.kind))).scalar()
        assert merged > ORDERS and keys <= Counter.select().count() < before - ORDERS
    else:
        assert merged == 0 and Counter.select().count() == before


def test_dashboard_and_metrics_cost_the_same_with_many_orders_merchants_and_offers(
    app: Flask, admin: FlaskClient
) -> None:
    """The same statements; on SQLite also about as many steps of its virtual machine, so no table is read through."""
    grow(300)
    # One of everything that the dashboard asks for only if it exists.
    order = Order.get()
    order.note(TimelineKind.TOO_MANY_DECLINES)
    Email.update(state="failed", done_at=now()).where(Email.id == 1).execute()
    dispute = {"order": order, "payment": order.payments.get(), "amount": 1, "currency": "EUR"}
    Dispute.create(**dispute, dispute_id="du_1", status="needs_response")
    Merchant.update(endpoint_problem="disabled").execute()
    few = {address: cost_of(admin, address) for address in ("/admin", "/metrics")}
    grow(3000, merchants=20, offers=200)
    for address, (statements, steps) in few.items():
        many, steps_of_many = cost_of(admin, address)
        assert many == statements, address
        # /metrics: counters, declines, the worker's heartbeat and on PostgreSQL the size; one each for the delays of
        # webhooks and emails; and two for the measured times, which this process stores before it reads those of all.
        assert len(many) <= (14 if address == "/admin" else 7 + databases.IS_POSTGRESQL)
        # There are at most 30 days, and not all of them had sales in every currency before.
        assert steps_of_many < 3 * steps, address


def cost_of(client: FlaskClient, address: str) -> tuple[list[str], int]:
    """(SQL statements, hundreds of steps that SQLite has taken for them) of a page; no steps on PostgreSQL."""
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def get() -> TestResponse:
        with db.connection():
            if not databases.IS_POSTGRESQL:
                db.db.connection().set_progress_handler(count, 100)
            return client.get(address)

    client.get(address)
    statements = statements_of(get)
    return statements, steps + 1
