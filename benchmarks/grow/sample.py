"""Makes the rows of sample orders, and writes them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import gcd
from typing import Any

from benchmarks.grow import orders, tables
from benchmarks.grow.catalog import Catalog
from benchmarks.grow.people import person
from benchmarks.grow.promo_codes import CODE_EVERY, CodeRows
from benchmarks.grow.requests import REQUEST_EVERY, RequestRows
from benchmarks.grow.subscriptions import SubscriptionRows
from benchmarks.grow.tokens import tokens
from storefront.models import Order, OrderStatus, PromoCode

ORDERS_PER_CUSTOMER = 3
# One order in so many begins a subscription.
SUBSCRIPTION_EVERY = 20
PERIOD, LATEST = timedelta(days=730), timedelta(hours=71)
# This share of the orders was made in the LATEST hours: a shop with sales today.
LATEST_SHARE = 0.05
# Rows are written after so many orders.
CHUNK = 5_000
# Rows of CHUNK orders, those of each table.
Batch = list[list[tuple[Any, ...]]]


class Sample:
    """Rows of orders of the offers in `catalog`. Reads the database only when it is created.

    `next_ids` has the id that the next row of each table gets. The same seed, ids and time give the same rows.
    """

    def __init__(self, catalog: Catalog, seed: str, next_ids: dict[Any, int]) -> None:
        self._catalog, self._first = catalog, next_ids[Order]
        self._random = source = random.Random(seed)  # noqa: S311 - sample data
        self._until = tables.stored_now()
        self._orders = orders.OrderRows(source, tokens(source), self._until, next_ids)
        self._subscriptions, self._requests = SubscriptionRows(self._orders), RequestRows(self._until)
        self._codes = CodeRows(next_ids[PromoCode])
        self._documents = self._orders.documents
        order_rows, payments, *others = self._orders.tables
        more = *self._subscriptions.tables, *others, self._documents.rows, self._requests.rows
        # In an order in which a row is written after those that it refers to.
        self._tables: list[tables.Rows] = [self._codes.rows, order_rows, payments, *more]

    def batches(self, count: int) -> Iterator[Batch]:
        """The rows of so many orders. They use no database and consist of plain values."""
        customers = max(1, count // ORDERS_PER_CUSTOMER)
        step = _coprime(customers)
        outcomes = list(orders.OUTCOMES)
        for number in range(count):
            if number % len(outcomes) == 0:
                self._random.shuffle(outcomes)
            # The newest order can still be paid.
            outcome = orders.UNPAID if number == count - 1 else outcomes[number % len(outcomes)]
            created = self._add(number, count, self._first + number * step % customers, outcome)
            if number % CHUNK == CHUNK - 1:
                self._documents.issue(until=tables.stamp(created))
                yield self._taken()
        self._documents.issue()
        yield self._taken()

    def write(self, batch: Batch) -> None:
        """Insert rows that `batches` has made, here or in a copy of this object. Call it in a transaction."""
        for rows, of_table in zip(self._tables, batch, strict=True):
            rows.write(of_table)

    def _add(self, number: int, count: int, customer: int, outcome: str) -> datetime:
        """Add one of `count` orders. Return when it was made."""
        one_off, recurring = self._catalog
        recurs = bool(recurring) and number % SUBSCRIPTION_EVERY == SUBSCRIPTION_EVERY // 2
        if recurs and number < count - 1:
            outcome = OrderStatus.PAID.value
        offer = self._random.choice(recurring if recurs else one_off)
        buyer = person(customer)
        created = self._created(number, count)
        code = self._codes.add(self._first + number, created) if number % CODE_EVERY == 0 else None
        order_id, payment_id = self._orders.add(offer, buyer, created, outcome, code, recurs=recurs)
        if recurs and outcome == OrderStatus.PAID.value:
            self._subscriptions.add(order_id, payment_id, offer.as_chosen(order_id), buyer, created)
        if number % REQUEST_EVERY == 0:
            self._requests.add(next(self._orders.texts), self._random.choice(one_off), buyer, created)
        return created

    def _created(self, number: int, count: int) -> datetime:
        """Later orders have higher numbers."""
        share = (number + 0.9 * self._random.random()) / count
        early = 1 - LATEST_SHARE
        if share < early:
            return self._until - PERIOD + share / early * (PERIOD - LATEST)
        return self._until - LATEST + (share - early) / LATEST_SHARE * (LATEST - timedelta(minutes=10))

    def _taken(self) -> Batch:
        return [rows.take() for rows in self._tables]


def _coprime(number: int) -> int:
    """A number without a common divisor: its multiples visit every customer, in no visible order."""
    step = int(number * 0.618) | 1
    while gcd(step, number) > 1:
        step += 2
    return step
