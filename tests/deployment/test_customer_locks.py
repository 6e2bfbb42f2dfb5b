"""Concurrent changes of one customer's orders on PostgreSQL: all count, and no two wait for each other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from storefront import create_app, db, runtime
from storefront.config import Config
from storefront.customers import change_email
from storefront.emails import signed_links
from storefront.models import Customer, Order, Payment
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.money.customer_checks import customer_differences
from tests.purchase_steps import start_checkout

pytestmark = pytest.mark.postgres

PAY = "UPDATE payment SET status = 'succeeded' WHERE order_id = %s"
# A copy of the order, as a checkout inserts it.
ORDER_AGAIN = """INSERT INTO shop_order SELECT (jsonb_populate_record(o, jsonb_build_object(
    'id', o.id + %s, 'token', o.token || %s, 'visit_key', o.visit_key || %s))).* FROM shop_order AS o WHERE o.id = %s"""


@pytest.fixture
def orders(environment: dict[str, str], empty_postgres: str) -> Iterator[list[Order]]:
    """Two pending orders of Marko."""
    config = Config.from_environment({**environment, "DATABASE_URL": empty_postgres})
    runtime.start(config)
    create_app(config)
    db.migrate(config)
    with db.connection():
        offer = make_offer(connect_merchant(), stock=9)
        yield [start_checkout(offer, replace(MARKO, visit=f"another-visit-000{n}")).order for n in range(2)]
    db.close_connections()


@pytest.fixture
def connections(orders: list[Order], empty_postgres: str) -> Iterator[tuple[psycopg.Connection[Any], ...]]:
    """Two connections in transactions. A statement that has to wait fails."""
    with psycopg.connect(empty_postgres) as one, psycopg.connect(empty_postgres) as other:
        for connection in (one, other):
            connection.execute("SET lock_timeout = '1s'")
            connection.commit()
        yield one, other


@contextmanager
def waiting_for(connection: psycopg.Connection[Any], work: Callable[[], object]) -> Iterator[None]:
    """Run `work` in a thread until it waits for a lock. At the end of the block, commit the connection's changes."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    waiting = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    while thread.is_alive() and not connection.execute(waiting).fetchone()[0]:  # type: ignore[index]
        connection.execute("SELECT pg_stat_clear_snapshot()")
    yield
    connection.commit()
    thread.join()
    assert not failures, failures


def test_two_orders_of_one_customer_that_are_paid_at_the_same_time_both_count(
    orders: list[Order], connections: tuple[psycopg.Connection[Any], ...]
) -> None:
    for connection, order in zip(connections, orders, strict=True):
        assert connection.execute(PAY, (order.id,)).rowcount == 1
    for connection in connections:
        connection.commit()
    assert customer_differences() == []


def test_a_payment_and_a_checkout_of_one_customer_do_not_wait_for_each_other(
    orders: list[Order], connections: tuple[psycopg.Connection[Any], ...]
) -> None:
    """The checkout locks the offer's stock before it writes the order; the payment locks it after its own row."""
    checkout, payment = connections
    checkout.execute("UPDATE offer SET updated_at = updated_at")
    payment.execute(PAY, (orders[0].id,))
    assert checkout.execute(ORDER_AGAIN, (100, "x", "x", orders[1].id)).rowcount == 1
    checkout.commit()
    payment.execute("UPDATE offer SET updated_at = updated_at")
    payment.commit()
    assert customer_differences() == []
    assert Customer.get().orders == 3


def test_orders_that_are_made_at_the_same_time_make_one_customer(
    orders: list[Order], connections: tuple[psycopg.Connection[Any], ...]
) -> None:
    one, other = connections
    other.execute("SET lock_timeout = 0")
    Order.update(email="new@example.com").where(Order.id == orders[1].id).execute()
    one.execute(ORDER_AGAIN, (100, "x", "x", orders[1].id))

    def order_again() -> None:
        other.execute(ORDER_AGAIN, (200, "y", "y", orders[1].id))
        other.commit()

    with waiting_for(one, order_again):
        pass
    assert customer_differences() == []
    assert {customer.email: customer.orders for customer in Customer.select()} == {
        "marko@example.com": 1,
        "new@example.com": 3,
    }


def test_money_that_arrives_while_the_address_changes_goes_to_the_new_address(
    orders: list[Order], connections: tuple[psycopg.Connection[Any], ...]
) -> None:
    one, other = connections
    other.execute("SET lock_timeout = 0")
    one.execute("UPDATE shop_order SET email = 'new@example.com', email_folded = 'new@example.com'")

    def pay() -> None:
        other.execute("UPDATE shop_order SET quantity = quantity WHERE id = %s", (orders[0].id,))
        other.execute(PAY, (orders[0].id,))
        other.commit()

    with waiting_for(one, pay):
        pass
    assert Payment.get(Payment.order == orders[0]).has_succeeded
    assert customer_differences() == []


def test_an_address_is_changed_while_one_of_its_orders_is_changed(
    orders: list[Order], connections: tuple[psycopg.Connection[Any], ...]
) -> None:
    """The change waits for the order before it locks any customer."""
    one, _other = connections
    one.execute("UPDATE shop_order SET email = 'third@example.com' WHERE id = %s", (orders[1].id,))
    token = signed_links.make_email_change_token(MARKO.email, "new@example.com")

    def change() -> None:
        with db.connection():
            assert change_email(token)

    with waiting_for(one, change):
        assert one.execute("UPDATE customer SET orders = orders WHERE email = %s", (MARKO.email,)).rowcount == 1
    assert customer_differences() == []
    assert {customer.email for customer in Customer.select()} == {"new@example.com", "third@example.com"}
