"""What may come between at a chosen moment: a crash at a call to Stripe or a commit, or somebody who is quicker."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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


class Meanwhile:
    """What another process of the shop does while one waits for an answer of Stripe's. `happened` counts them."""

    def __init__(self, fuse: Fuse) -> None:
        self.fuse = fuse
        self.left = 0
        self.happened = 0
        self.action: Callable[[], object] | None = None

    def plan(self, points: int, action: Callable[[], object]) -> None:
        self.left, self.action = points, action

    def forget(self) -> None:
        self.left, self.action = 0, None

    def reach(self) -> None:
        if not self.left or self.action is None:
            return
        self.left -= 1
        if self.left:
            return
        self.happened += 1
        burning, self.fuse.left = self.fuse.left, 0
        # Connections to the database belong to threads: another thread is as good as another process here.
        with ThreadPoolExecutor(1) as somebody:
            somebody.submit(self.action).result()
        self.fuse.left = burning


class Line(InProcessClient):
    """The shop's line to the simulated Stripe, which can be cut by a crash at both ends of a call.

    An answer of Stripe's may be out of date when it is heard: somebody else can be quicker.
    """

    def __init__(self, simulator: Flask, fuse: Fuse) -> None:
        super().__init__(simulator)
        self.fuse = fuse
        self.meanwhile = Meanwhile(fuse)
        self.versions: set[str] = set()
        # What becomes of Stripe's answers on their way; they arrive as they are.
        self.distorted: Callable[[str], str] = str

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        name = f"{method} {url.partition('/v1/')[2].partition('?')[0]}"
        self.fuse.reach(f"before {name}")
        self.versions.add((headers or {}).get("Stripe-Version", ""))
        body, *rest = super().request(method, url, headers, post_data, **more)
        self.fuse.reach(f"after {name}")
        self.meanwhile.reach()
        return self.distorted(body), *rest

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
