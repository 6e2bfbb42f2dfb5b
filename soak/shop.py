"""The shop that is soaked: `python -m storefront` with a simulator, a mail server and a clock that can be moved."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import requests

from benchmarks.process_tree import process_tree
from storefront import db, merchants, runtime
from storefront.models import Merchant, Offer
from stripe_simulator import accounts
from tests.deployment.shop_processes import Shop
from tests.factories import make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.processes import ROOT, Process, free_port, module, start
from tests.simulator_process import Simulator

MOVED_CLOCK = ROOT / "soak" / "moved_clock"
SHOP_CLOCK, STRIPE_CLOCK = "clock", "stripe-clock"
# After so many seconds the programs have looked at their clock.
CLOCK_SECONDS = 0.5
# How long a start may take on a busy machine.
START_SECONDS = 900
PAUSE_SECONDS = 0.5
# The shop gives running requests and jobs 20 seconds, and kills what is left after 25; a busy machine is slower.
STOP_SECONDS = 300
# Reconciliation asks Stripe about every payment, which takes long on a busy machine.
COMMAND_SECONDS = 3600
KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)


class SoakedShop(Shop):
    """A shop in one process tree, which is started again whenever it has ended, as a service manager does.

    `offers` are {kind: address}. `ahead` is by how many seconds the time of shop and Stripe is ahead of the machine's.
    """

    def __init__(self, folder: Path, simulator: Simulator, mail_server: MailServer) -> None:
        self.simulator, self.mail_server = simulator, mail_server
        self.clock_file, self.stripe_clock_file = folder / SHOP_CLOCK, folder / STRIPE_CLOCK
        self.ahead = self.error = 0.0
        self._tree: Process | None = None
        self._lock = threading.Lock()
        self.restarts = 0
        super().__init__(
            folder,
            STRIPE_API_BASE=simulator.url,
            STRIPE_JS_URL=simulator.js_url,
            SMTP_URL=mail_server.url,
            MAIL_FROM="shop@example.com",
            # Each buyer comes from an address of their own.
            TRUSTED_PROXIES="1",
            WEB_CONCURRENCY="2",
            **moved_clock(self.clock_file),
        )
        self._write_clock()
        with self.inside():
            self.reset()
            merchant = merchants.connect("Olena's studio", *KEYS, self.url)
            self.offers = _make_offers(merchant)

    # Processes

    def keep_running(self) -> None:
        """Start the shop whenever it has ended, as a service manager does, until it answers."""
        with self._lock:
            wait_for(self._answers_after_start, f"the shop to answer; its logs are in {self.folder}")

    def _answers_after_start(self) -> bool:
        if self._tree is None or self._tree.popen.poll() is not None:
            self.restarts += 1
            self._tree = start(module("storefront"), self.folder / f"shop-{self.restarts}.log", self.environment)
        return answers(f"{self.url}/healthz")

    def stop(self) -> None:
        """Stop the shop as a service manager does. Raises TimeoutError if it has to be killed."""
        with self._lock:
            if self._tree is None or self._tree.popen.poll() is not None:
                return
            self._tree.popen.terminate()
            try:
                self._tree.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                states = [f"{pid}: {Path(f'/proc/{pid}/cmdline').read_text()!r}" for pid in self.pids()]
                self.kill(*self.pids())
                self._tree.popen.wait()
                raise TimeoutError(f"the shop did not stop within {STOP_SECONDS} seconds: {states}") from None

    def pids(self) -> list[int]:
        """The process tree: first the supervisor, then web server, worker and their children."""
        return process_tree(self._tree.popen.pid) if self._tree is not None else []

    def kill(self, *pids: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `flask --app wsgi …` to its end."""
        command = module("flask", "--app", "wsgi", *arguments)
        environment = {**os.environ, **self.environment}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=COMMAND_SECONDS)

    # Time

    def pass_time(self, seconds: float) -> None:
        """Let time pass for the shop and for Stripe, which signs its webhooks with its time."""
        self.ahead += seconds
        self._write_clock()
        time.sleep(CLOCK_SECONDS)
        # What is due by now.
        self.simulator.advance(0)

    def err(self, seconds: float) -> None:
        """Let the shop's clock be wrong by so many seconds; 0 corrects it."""
        self.error = seconds
        self._write_clock()

    def _write_clock(self) -> None:
        write_clock(self.clock_file, self.ahead + self.error)
        write_clock(self.stripe_clock_file, self.ahead)

    @contextmanager
    def at_its_time(self) -> Iterator[None]:
        """Use the shop's database and operations in this process, at the shop's time."""
        with self.inside():
            runtime.current().clock = lambda: runtime.system_time() + timedelta(seconds=self.ahead)
            yield
        db.close_connections()


def _make_offers(merchant: Merchant) -> dict[str, str]:
    terms: dict[str, dict[str, object]] = {
        "once": {"max_quantity": 3},
        "scarce": {"price": "45", "stock": 40},
        "monthly": {"kind": "recurring", "cancellation": "now"},
        "trial": {"kind": "recurring", "trial_days": 7},
        "plan": {"kind": "plan", "instalments": 3},
    }
    made: dict[str, Offer] = {kind: make_offer(merchant, **fields) for kind, fields in terms.items()}
    Offer.update(withdrawal_days=14).execute()
    return {kind: offer.slug for kind, offer in made.items()}


@contextmanager
def soaked_shop(folder: Path) -> Iterator[SoakedShop]:
    """A shop that runs until the context ends. The simulator's state is in `folder`/stripe.db."""
    simulator = Simulator(f"http://127.0.0.1:{free_port()}")
    port = simulator.url.rpartition(":")[2]
    command = module("stripe_simulator", "--port", port, "--quiet", "--state", str(folder / "stripe.db"))
    write_clock(folder / STRIPE_CLOCK, 0)
    stripe = start(command, folder / "simulator.log", moved_clock(folder / STRIPE_CLOCK))
    wait_for(lambda: answers(f"{simulator.url}/simulator/health"), f"Stripe to answer; its log is in {folder}")
    try:
        with running_mail_server() as mail_server:
            shop = SoakedShop(folder, simulator, mail_server)
            shop.keep_running()
            try:
                yield shop
            finally:
                shop.stop()
    finally:
        stripe.stop()


def moved_clock(file: Path) -> dict[str, str]:
    """The environment of a program whose clock is as far ahead as the file says."""
    return {"PYTHONPATH": f"{MOVED_CLOCK}:{ROOT}", "SOAK_CLOCK_FILE": str(file)}


def write_clock(file: Path, ahead: float) -> None:
    """Replace the file at once: the programs may read it at any moment."""
    new = file.with_suffix(".new")
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text(f"{ahead:.0f}\n")
    new.replace(file)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until it is true. Raises TimeoutError after START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {START_SECONDS} seconds for {what}")
        time.sleep(PAUSE_SECONDS)


def answers(url: str) -> bool:
    """Whether a program answers there with 200."""
    try:
        return requests.get(url, timeout=10).status_code == 200
    except requests.RequestException:
        return False
