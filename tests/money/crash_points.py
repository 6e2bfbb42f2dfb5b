"""Interrupt the shop at a chosen point: a crash at a request to Stripe or at a commit, or a concurrent action."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from flask import Flask

from stripe_simulator.in_process import InProcessClient
from tests import databases


class Crash(BaseException):
    """The process dies here. A BaseException, so that no `except Exception` in the product catches it."""


class CrashInjector:
    """Raise Crash at the n-th point after `arm(n)`, once.

    `points` counts all points passed, `reached` lists those since `clear`.
    """

    def __init__(self) -> None:
        self.points = 0
        self.reached: list[str] = []
        self.left = 0
        self.crashed_at = ""

    def arm(self, points: int) -> None:
        self.left, self.crashed_at = points, ""

    def clear(self) -> None:
        self.reached.clear()

    def disarm(self) -> None:
        self.left = 0

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Nothing crashes inside."""
        left, self.left = self.left, 0
        try:
            yield
        finally:
            self.left = left

    def reach(self, point: str) -> None:
        self.points += 1
        self.reached.append(point)
        if self.left:
            self.left -= 1
            if not self.left:
                self.crashed_at = point
                raise Crash(point)


class ConcurrentAction:
    """What another process does while this one waits for a response from Stripe. `times_run` counts its runs."""

    def __init__(self, injector: CrashInjector) -> None:
        self.crash_injector = injector
        self.left = 0
        self.times_run = 0
        self.action: Callable[[], object] | None = None

    def schedule(self, points: int, action: Callable[[], object]) -> None:
        self.left, self.action = points, action

    def clear(self) -> None:
        self.left, self.action = 0, None

    def reach(self) -> None:
        if not self.left or self.action is None:
            return
        self.left -= 1
        if self.left:
            return
        self.times_run += 1
        burning, self.crash_injector.left = self.crash_injector.left, 0
        # Database connections belong to threads, so a thread behaves like another process.
        with ThreadPoolExecutor(1) as somebody:
            somebody.submit(self.action).result()
        self.crash_injector.left = burning


class InterruptibleClient(InProcessClient):
    """The shop's HTTP client for the simulator, with a crash point before and after each request.

    A concurrent action can run before the response is returned, so that the response is outdated.
    """

    def __init__(self, simulator: Flask, injector: CrashInjector) -> None:
        super().__init__(simulator)
        self.crash_injector = injector
        self.concurrent = ConcurrentAction(injector)
        self.api_versions: set[str] = set()
        # A function that changes the body of each response; by default unchanged.
        self.change_answer: Callable[[str], str] = str

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        name = f"{method} {url.partition('/v1/')[2].partition('?')[0]}"
        self.crash_injector.reach(f"before {name}")
        self.api_versions.add((headers or {}).get("Stripe-Version", ""))
        body, *rest = super().request(method, url, headers, post_data, **more)
        self.crash_injector.reach(f"after {name}")
        self.concurrent.reach()
        return self.change_answer(body), *rest

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """Let the library retry without a delay."""
        return 0


def crashing_connections(injector: CrashInjector) -> dict[str, Any]:
    """Parameters of database connections with a crash point before and after each commit, explicit or automatic."""
    if databases.IS_POSTGRESQL:
        return {"cursor_factory": _postgresql_cursor(injector)}
    return {"factory": _sqlite_connection(injector)}


def _sqlite_connection(injector: CrashInjector) -> type[sqlite3.Connection]:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> "Cursor":
            point = _commit_point(sql, self.connection.in_transaction)
            if not point:
                return super().execute(sql, *values)
            injector.reach(f"before {point}")
            done = super().execute(sql, *values)
            injector.reach(f"after {point}")
            return done

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: object = None) -> sqlite3.Cursor:
            return super().cursor(Cursor)

    return Connection


def _postgresql_cursor(injector: CrashInjector) -> type[psycopg.Cursor[Any]]:
    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *values: Any, **options: Any) -> "Cursor":
            in_transaction = self.connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
            point = _commit_point(str(query), in_transaction)
            if not point:
                return super().execute(query, *values, **options)
            injector.reach(f"before {point}")
            done = super().execute(query, *values, **options)
            injector.reach(f"after {point}")
            return done

    return Cursor


def _commit_point(sql: str, in_transaction: bool) -> str:
    """The name of the crash points around a statement that commits; empty for others."""
    alone = not in_transaction and sql.startswith(("INSERT", "UPDATE", "DELETE"))
    return f"the commit of {sql[:40]}" if alone or sql == "COMMIT" else ""
