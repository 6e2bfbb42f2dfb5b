"""Orders and webhooks that are stored: the shop's transactions beside those of sqlite3 itself, and beside hello."""

import json
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from typing import Any

import stripe

from benchmarks.backlog import TYPES, Handled, drain_backlog, paused_worker, shop_with_events
from benchmarks.bench import ROUND_SECONDS, Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.http_client import Request
from benchmarks.lines.front import OFFER, checkouts
from benchmarks.rounds import Load, Rounds, page
from storefront import db, payments
from storefront.models import Merchant, Offer, public_id
from storefront.payments import CheckoutRequest
from tests.webhook_deliveries import payment_intent_event

ORDERS_A_ROUND, ROUNDS = 15, 9
SECRET = "whsec_of_the_benchmarks"  # noqa: S105 - of a shop in a temporary folder
CONNECTIONS = 8
# Events that wait, as after an outage of the worker; fewer where rounds of them alternate with rounds of checkouts.
BACKLOG, EVENTS = 10_000, 4_000


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    raw = "orders stored a second ÷ the same rows with sqlite3 (synchronous=FULL)"
    yield Line("order-transaction", raw, Goal(at_least=0.3), lambda: _order_transaction(bench))
    handled = "events that a worker handles a second, of 10,000 that wait"
    yield Line("backlog", handled, Goal(at_least=100), lambda: _backlog(bench), "/s")
    handled = "events that a worker handles a second ÷ checkouts a second"
    yield Line("events-and-checkouts", handled, Goal(at_least=4, floor=3.2), lambda: _events_and_checkouts(bench))
    yield Line("webhooks-stored", "webhooks stored a second ÷ hello", Goal(at_least=0.1), lambda: _webhooks(bench))


def _backlog(bench: Bench) -> Measurement:
    drained = drain_backlog(40 if bench.quick else BACKLOG)
    return Measurement(drained.per_second, str(drained), errors=abs(drained.events // len(TYPES) - drained.paid))


def _events_and_checkouts(bench: Bench) -> Measurement:
    """A purchase sends about four events: the worker keeps up with what one web process can sell."""
    share = 8 if bench.quick else EVENTS // (ROUNDS + 1)
    handled, ratios = list[Handled](), list[float]()
    with shop_with_events(share * (ROUNDS + 1)) as shop, paused_worker(shop) as worker:
        sold = Rounds(checkouts(bench.front), 0 if bench.quick else ROUND_SECONDS)
        for _round in range(ROUNDS):
            handled.append(worker.handle(share))
            sold.run()
            ratios.append(handled[-1].per_second * sold.done[-1].wall)
    event = statistics.median(one.milliseconds for one in handled)
    rate = statistics.median(one.per_second for one in handled)
    detail = f"event {event:.2f} ms, {rate:.0f}/s; checkout {sold}"
    return Measurement(statistics.median(ratios), detail, sold.errors)


class _Transactions:
    """Records the transactions of a database: their statements, and their seconds from BEGIN to the end of COMMIT."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._began = 0.0
        self._statements: list[tuple[str, Any]] = []
        self.done: list[tuple[float, list[tuple[str, Any]]]] = []

    def __enter__(self) -> "_Transactions":
        begin, commit, execute = self._database.begin, self._database.commit, self._database.execute_sql

        def timed_begin(*arguments: Any) -> None:
            self._began, self._statements = time.perf_counter(), []
            begin(*arguments)

        def timed_commit() -> None:
            commit()
            self.done.append((time.perf_counter() - self._began, self._statements))

        def recorded(sql: str, params: Any = None) -> Any:
            self._statements.append((sql, params))
            return execute(sql, params)

        self._database.begin, self._database.commit = timed_begin, timed_commit
        self._database.execute_sql = recorded
        return self

    def __exit__(self, *_error: object) -> None:
        del self._database.begin, self._database.commit, self._database.execute_sql


def _order_transaction(bench: Bench) -> Measurement:
    """The transaction that writes an order at its checkout, and its INSERTs and UPDATEs again through sqlite3."""
    visits = (f"benchmark-{public_id()}" for _ in count())
    with bench.front_shop.inside():
        database = db.db.obj
        offer = Offer.by_slug(OFFER.rpartition("/")[2])
        if offer is None:
            raise RuntimeError("the shop has no offer")

        def shop_order(visit: str) -> tuple[float, list[tuple[str, Any]]]:
            request = CheckoutRequest(email="marko@example.com", name="Marko", visit=visit, language="en")
            with _Transactions(database) as transactions:
                payments.start_checkout(offer, request)
            return next(one for one in transactions.done if any('INSERT INTO "shop_order"' in sql for sql, _ in one[1]))

        visit = next(visits)
        _seconds, statements = shop_order(visit)
        ours, raw = list[float](), list[float]()
        with closing(sqlite3.connect(database.database, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            replay = _replay(connection, statements, visit)
            for _round in range(ROUNDS):
                ours.append(statistics.median(shop_order(next(visits))[0] for _ in range(ORDERS_A_ROUND)))
                raw.append(statistics.median(replay(next(visits)) for _ in range(ORDERS_A_ROUND)))
    ratio = statistics.median(theirs / our for our, theirs in zip(ours, raw, strict=True))
    return Measurement(ratio, f"{1 / statistics.median(ours):.0f} ÷ {1 / statistics.median(raw):.0f} a second")


def _replay(connection: sqlite3.Connection, statements: list[tuple[str, Any]], visit: str) -> Callable[[str], float]:
    """A function that writes the rows again for another visit. It returns the seconds that this took."""
    writes = [(sql, list(params)) for sql, params in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    _sql, values = next(one for one in writes if visit in one[1])
    tokens = {
        value for _sql, row in writes for value in row if isinstance(value, str) and len(value) == len(public_id())
    }
    token = next(value for value in values if value in tokens)
    newest = connection.execute("SELECT id FROM shop_order WHERE token = ?", (token,)).fetchone()[0]

    def write(new_visit: str) -> float:
        replaced: dict[Any, Any] = {visit: new_visit, **{value: public_id() for value in tokens}}
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for sql, values in writes:
            row = [replaced.get(value, value) if isinstance(value, str | int) else value for value in values]
            written = connection.execute(sql, row)
            if 'INSERT INTO "shop_order"' in sql:
                if "RETURNING" in sql:
                    written.fetchall()
                replaced[newest] = written.lastrowid
        connection.execute("COMMIT")
        return time.perf_counter() - began

    return write


def _webhooks(bench: Bench) -> Measurement:
    """Signed events about payment intents, each one new; no worker handles them."""
    with bench.front_shop.inside():
        merchant = Merchant.get()
        merchant.webhook_secret = SECRET
        merchant.save()
    path, run = f"/webhooks/stripe/{merchant.public_id}", public_id()

    def deliver(number: int) -> Request:
        body = json.dumps(payment_intent_event(f"pi_{run}{number}", payment=f"benchmark-{run}-{number}"))
        at = int(time.time())
        signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", SECRET)
        return Request(path, (("Stripe-Signature", f"t={at},v1={signature}"),), body=body.encode())

    hello = page(bench.hello, "/", connections=CONNECTIONS)
    stored, answered = bench.alternate(Load(bench.front, deliver, CONNECTIONS), hello)
    ratio = stored.per_second / answered.per_second
    return Measurement(ratio, f"{stored} ÷ {answered}", stored.errors + answered.errors)
