"""A crash at a chosen moment: before or after a call to Stripe, before or after a commit."""

import sqlite3
from typing import Any

from flask import Flask

from stripe_simulator.in_process import InProcessClient


class Crash(BaseException):
    """The process is gone at this moment. No `except Exception` of the product may survive it."""


class Fuse:
    """Burns from point to point once it is lit, and blows once. `points` counts those that were passed."""

    def __init__(self) -> None:
        self.points = 0
        self.left = 0
        self.blown = ""

    def light(self, points: int) -> None:
        self.left, self.blown = points, ""

    def put_out(self) -> None:
        self.left = 0

    def reach(self, point: str) -> None:
        self.points += 1
        if self.left:
            self.left -= 1
            if not self.left:
                self.blown = point
                raise Crash(point)


class Line(InProcessClient):
    """The shop's line to the simulated Stripe, which can be cut by a crash at both ends of a call."""

    def __init__(self, simulator: Flask, fuse: Fuse) -> None:
        super().__init__(simulator)
        self.fuse = fuse
        self.versions: set[str] = set()

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        name = f"{method} {url.partition('/v1/')[2].partition('?')[0]}"
        self.fuse.reach(f"before {name}")
        self.versions.add((headers or {}).get("Stripe-Version", ""))
        answer = super().request(method, url, headers, post_data, **more)
        self.fuse.reach(f"after {name}")
        return answer

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """The library tries again at once: nothing here gets better by waiting."""
        return 0


def connections_with(fuse: Fuse) -> type[sqlite3.Connection]:
    """SQLite connections that can crash at each commit: of a transaction, or of a statement that stands alone."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *values: Any) -> "Cursor":
            alone = not self.connection.in_transaction and sql.startswith(("INSERT", "UPDATE", "DELETE"))
            if not alone and sql != "COMMIT":
                return super().execute(sql, *values)
            fuse.reach(f"before the commit of {sql[:40]}")
            super().execute(sql, *values)
            fuse.reach(f"after the commit of {sql[:40]}")
            return self

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: object = None) -> sqlite3.Cursor:
            return super().cursor(Cursor)

    return Connection
