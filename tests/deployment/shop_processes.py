"""A shop whose web and worker are separate processes that a test can kill."""

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import requests

from storefront import db, runtime, worker
from storefront.config import Config
from tests import databases
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.inside_shop import inside_shop
from tests.processes import Process, free_port, start_quickly, until
from tests.simulator_process import Simulator
from tests.web_client import csrf_token

ESTABLISHED = "01"  # the state as /proc/net/tcp writes it


class Shop:
    """Web and worker of one shop; `environment` is what both are started with, a new database unless it names one."""

    def __init__(self, folder: Path, migrated: bool = True, **environment: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        database = {} if "DATABASE_URL" in environment else databases.lasting_database()
        self.environment = {
            "INSTANCE_DIR": str(folder / "instance"),
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            "WEB_CONCURRENCY": "1",
            **database,
            **environment,
        }
        self.processes: dict[str, Process] = {}
        self.starts = 0
        self.config = Config.from_environment(self.environment)
        if migrated:
            runtime.start(self.config)
            databases.migrate(self.config)
            db.close_connections()

    def inside(self) -> AbstractContextManager[None]:
        """Use the shop's database and operations in the test process."""
        return inside_shop(self.config)

    def reset(self) -> None:
        """Delete all rows and jobs, and create the owner."""
        worker.queue().flush()
        databases.delete_all_rows()
        make_owner()

    def start_missing(self, *halves: str) -> None:
        """Start web and worker, or those named, if they are not running, and wait until the web process answers."""
        self.start_without_waiting(*halves)
        self.processes["web"].until_it_answers(f"{self.url}/readyz")

    def start_without_waiting(self, *halves: str) -> None:
        """Start web and worker, or those named, if they are not running."""
        for half in halves or ("web", "worker"):
            if half not in self.processes or self.processes[half].popen.poll() is not None:
                self.starts += 1
                log = self.folder / f"{half}-{self.starts}.log"
                self.processes[half] = start_quickly(["storefront", half], log, self.environment)

    def kill(self) -> None:
        """Kill both with SIGKILL, including their child processes."""
        for process in self.processes.values():
            if process.popen.poll() is None:
                # Each process leads its own session; gunicorn's workers belong to it.
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.wait()

    @contextmanager
    def locked_database(self) -> Iterator[None]:
        """Hold the database's write lock, so that no response from Stripe can be stored."""
        with databases.locked(self.config):
            yield

    def has_connection(self) -> bool:
        """Whether a client is connected to the web process."""
        local = f":{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return any(row[1].endswith(local) and row[3] == ESTABLISHED for row in rows)

    def post(self, path: str, session: requests.Session | None = None, **form: str) -> requests.Response:
        """Post a form as one of the shop's own pages does."""
        headers = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
        return (session or requests).post(f"{self.url}{path}", data=form, headers=headers, timeout=60)

    def signed_in(self) -> requests.Session:
        """A session that is signed in as the owner."""
        owner = requests.Session()
        token = csrf_token(owner.get(f"{self.url}/admin/login", timeout=60).text)
        answer = self.post("/admin/login", owner, email=OWNER_EMAIL, password=PASSWORD, csrf_token=token)
        assert "/admin/login" not in answer.url, answer.text
        return owner


def form_value(page: str, name: str) -> str:
    """The value of a form field in the page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"the page has no {name}"
    return found[1]


class BackgroundCall:
    """Run a call in a thread. A connection error is its result, not a failure: the test kills processes."""

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
    return list(requests.get(f"{simulator.url}/simulator/faults", timeout=60).json()["data"])


def until_fault_is_met(simulator: Simulator) -> None:
    """Wait until a request has triggered the prepared fault."""
    until(lambda: not waiting_faults(simulator), "the shop to ask Stripe")


def ledger_of(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """{payment intent ID: its entry in the simulator's ledger}."""
    rows = requests.get(f"{simulator.url}/simulator/ledger", timeout=60).json()["data"]
    return {row["payment_intent"]: row for account in rows for row in account["payments"]}
