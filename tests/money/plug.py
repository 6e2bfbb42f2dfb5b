"""A shop whose two halves are processes of their own, so that either can be killed at any moment."""

import os
import re
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from storefront import db, runtime, worker
from storefront.config import Config
from storefront.models import ALL, Admin
from tests.conftest import PASSWORD, csrf_token
from tests.processes import Process, free_port, module, start, until
from tests.simulator_process import Simulator

OWNER = "olena@example.com"
ESTABLISHED = "01"  # a state in /proc/net/tcp


class Shop:
    """`environment` is what both halves are started with."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.environment = {
            "INSTANCE_DIR": str(folder / "instance"),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": "1",
            **environment,
        }
        self.halves: dict[str, Process] = {}
        self.starts = 0
        self.config = Config.from_environment(self.environment)
        runtime.start(self.config)
        db.migrate(self.config)
        db.close_connections()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """The shop's rows and operations, in this process."""
        runtime.start(self.config)
        try:
            with db.connection():
                yield
        finally:
            db.close_connections()

    def begin_anew(self) -> None:
        """No rows and no jobs, but an owner."""
        worker.queue().flush()
        with db.db.atomic():
            for model in reversed(ALL):
                model.delete().execute()
        Admin.set_password(OWNER, PASSWORD)

    def revive(self) -> None:
        """Start web and worker where they are not running, and wait until the web answers."""
        for half in ("web", "worker"):
            if half not in self.halves or self.halves[half].popen.poll() is not None:
                self.starts += 1
                log = self.folder / f"{half}-{self.starts}.log"
                self.halves[half] = start(module("storefront", half), log, self.environment)
        self.halves["web"].until_it_answers(f"{self.url}/readyz")

    def kill(self) -> None:
        """Pull the plug: no process of either half does anything more."""
        for process in self.halves.values():
            if process.popen.poll() is None:
                # Each half leads a session of its own; gunicorn's workers are in it.
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.wait()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody can write: whoever has an answer from Stripe can't keep it yet."""
        lock = sqlite3.connect(self.folder / "instance" / "storefront.db", isolation_level=None, timeout=30)
        lock.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            lock.execute("ROLLBACK")
            lock.close()

    def is_being_asked(self) -> bool:
        """Whether somebody is connected to the web half."""
        local = f":{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(row[1].endswith(local) and row[3] == ESTABLISHED for row in rows)

    def post(self, path: str, session: requests.Session | None = None, **form: str) -> requests.Response:
        """As one of the shop's own pages would send it."""
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        return (session or requests).post(f"{self.url}{path}", data=form, headers=headers, timeout=60)

    def signed_in(self) -> requests.Session:
        """The owner's browser."""
        owner = requests.Session()
        token = csrf_token(owner.get(f"{self.url}/admin/login", timeout=60).text)
        answer = self.post("/admin/login", owner, email=OWNER, password=PASSWORD, csrf_token=token)
        assert "/admin/login" not in answer.url, answer.text
        return owner


def value_of(page: str, name: str) -> str:
    """What a form's field holds."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"the page has no {name}"
    return found[1]


class Doing:
    """Something somebody does meanwhile; a connection that breaks is no surprise here."""

    def __init__(self, action: Any, *arguments: Any) -> None:
        self.outcome: Any = None
        self._thread = threading.Thread(target=self._do, args=(action, *arguments), daemon=True)
        self._thread.start()

    def _do(self, action: Any, *arguments: Any) -> None:
        try:
            self.outcome = action(*arguments)
        except requests.RequestException as error:
            self.outcome = error

    def end(self) -> Any:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.outcome


def waiting_faults(simulator: Simulator) -> list[dict[str, Any]]:
    return list(requests.get(f"{simulator.url}/simulator/faults", timeout=5).json()["data"])


def until_asked(simulator: Simulator) -> None:
    """Until a request has met the fault that was laid out for it."""
    until(lambda: not waiting_faults(simulator), "the shop to ask Stripe")


def book_of(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """Payment intent → its entry of the simulator's ledger."""
    rows = requests.get(f"{simulator.url}/simulator/ledger", timeout=5).json()["data"]
    return {row["payment_intent"]: row for account in rows for row in account["payments"]}
