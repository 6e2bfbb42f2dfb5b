"""A shop of real processes, and what must hold while its database or its disk is in trouble."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import requests

from storefront import merchants
from storefront.models import Order
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.deployment.shop_processes import Shop, ledger_of
from tests.factories import OWNER_EMAIL, PASSWORD, make_offer
from tests.money import payment_checks
from tests.processes import ROOT, Process, start_quickly, until
from tests.simulator_process import Simulator
from tests.web_client import csrf_token

KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
BEFORE_TRACE = re.compile(r"^(\S+ \S+),\d+ [A-Z]+ .*\nTraceback", re.MULTILINE)
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class TroubledShop(Shop):
    """A shop with one offer. Its webhooks are dropped: it hears of payments from its own pages and jobs."""

    def __init__(self, simulator: Simulator, folder: Path, **environment: str) -> None:
        self.simulator = simulator
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, STRIPE_API_BASE=simulator.url, STRIPE_JS_URL=simulator.js_url, **environment)
        requests.post(f"{simulator.url}/simulator/deliveries/mode", json={"mode": "drop"}, timeout=30)
        with self.inside():
            self.reset()
            merchant = merchants.connect("Olena's studio", *KEYS, self.url)
            make_offer(merchant, slug="evening")
        self.webhook = f"/webhooks/stripe/{merchant.public_id}"

    def start_missing(self) -> None:
        """Start web and worker if they are not running. Their logs are outside of their disk."""
        for half in ("web", "worker"):
            if half not in self.processes or self.processes[half].popen.poll() is not None:
                self.starts += 1
                # Through a pipe: a limit of file sizes must not apply to the log.
                log, pipe = self.folder / f"{half}-{self.starts}.log", self.folder / f"{half}-{self.starts}.pipe"
                log.touch()
                os.mkfifo(pipe)
                threading.Thread(target=_copy, args=(pipe, log), daemon=True).start()
                popen = start_quickly(["storefront", half], pipe, self.environment).popen
                self.processes[half] = Process(popen, log)
        self.processes["web"].until_it_answers(f"{self.url}/readyz")

    def press(self, visit: str, language: str = "en") -> requests.Response:
        """Press Pay on the offer's page."""
        form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
        return self.post(f"/o/evening/checkout?lang={language}", **form)

    def pay(self, visit: str) -> str:
        """Pay an order at Stripe without returning to the shop. Return its token."""
        pressed = self.press(visit)
        assert pressed.status_code == 200, pressed.text
        self.simulator.confirm(KEYS[0], pressed.json()["client_secret"], GOOD)
        return str(pressed.json()["order"])

    def get(self, path: str) -> requests.Response:
        """A page in Ukrainian."""
        return requests.get(f"{self.url}{path}", headers={"Accept-Language": "uk"}, timeout=60)

    def command(self, *arguments: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `flask --app wsgi …` and wait for its end. `before` is called in the new process."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=120,
            preexec_fn=before,
        )

    def order_status(self, token: str) -> str:
        with self.inside():
            return str(Order.get(Order.token == token).status)

    def check_unavailable(self, paid: str, session: requests.Session, sign_in_token: str) -> None:
        """Nothing can be written. `paid` is the order of a buyer who has paid and comes back from the bank."""
        alive, ready = self.get("/healthz"), self.get("/readyz")
        assert (alive.status_code, alive.text) == (200, "ok\n")
        check_503(ready, "text/plain")
        assert ready.text.startswith("database: ")
        check_503(requests.post(f"{self.url}{self.webhook}", data="{}", timeout=60), "text/plain")
        pressed = self.press("iryna-comes-now", "uk")
        check_503(pressed, "application/json")
        assert "Повторного списання не буде" in pressed.json()["error"], pressed.text
        form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": sign_in_token}
        signed_in = session.post(f"{self.url}/admin/login?lang=uk", data=form, headers=SAME_ORIGIN, timeout=60)
        check_503(signed_in, "text/html")
        assert "Магазин не відповідає" in signed_in.text and "Traceback" not in signed_in.text
        for path in (f"/orders/{paid}", f"/orders/{paid}/thank-you"):
            returned = self.get(f"{path}?lang=uk")
            assert returned.status_code in (200, 503), returned.text
            assert "Перевіряємо вашу оплату" in returned.text, returned.text
            assert 'http-equiv="refresh"' in returned.text, returned.text
            assert "платити ще раз не потрібно" in returned.text, returned.text

    def until_healed(self, paid: str) -> None:
        """Wait until the shop sells again, and until the payment is in its books, which equal those of Stripe."""
        until(lambda: self.get("/readyz").text == "ok\n", "the shop to be ready")
        until(lambda: self.get(f"/orders/{paid}").url.endswith("/thank-you"), "the order to be paid")
        later = self.pay("olha-comes-later")
        assert self.get(f"/orders/{later}").url.endswith("/thank-you")
        with self.inside():
            differences = payment_checks.after_reconcile(ledger_of(self.simulator))
        assert not differences, differences

    def check_small_logs(self, *causes: str) -> None:
        """Each process logs at most one trace a minute, that of a cause; the web process has met the trouble."""
        for half, process in self.processes.items():
            # A trace arrives line by line, its cause last.
            until(lambda process=process: _have_causes(_traces(process.output), causes), f"the causes: {causes}")
            traces = _traces(process.output)
            assert half == "worker" or traces, process.output
            assert _have_causes(traces, causes), process.output
            times = [datetime.fromisoformat(at) for at in BEFORE_TRACE.findall(process.output)]
            assert len(times) == len(traces), process.output
            assert all(later - earlier > timedelta(seconds=59) for earlier, later in pairwise(times)), process.output


def _traces(log: str) -> list[str]:
    return log.split("Traceback (most recent call last):")[1:]


def _have_causes(traces: list[str], causes: tuple[str, ...]) -> bool:
    return all(any(cause in trace for cause in causes) for trace in traces)


def _copy(pipe: Path, log: Path) -> None:
    with pipe.open("rb", buffering=0) as source, log.open("wb", buffering=0) as target:
        shutil.copyfileobj(source, target, 1)


def sign_in_form(shop: TroubledShop) -> tuple[requests.Session, str]:
    """A browser with the sign-in page open, and the form's token."""
    session = requests.Session()
    return session, csrf_token(session.get(f"{shop.url}/admin/login", timeout=60).text)


def check_503(answer: requests.Response, content_type: str) -> None:
    assert answer.status_code == 503, (answer.url, answer.status_code, answer.text[:500])
    assert answer.headers["Content-Type"].startswith(content_type), answer.headers
    assert int(answer.headers["Retry-After"]) > 0


def check_one_line(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    """The command has failed with one line, which contains the parts."""
    assert done.returncode == 1, (done.stdout, done.stderr)
    # The security log has a line about a backup.
    lines = [line for line in done.stderr.splitlines() if '"log": "security"' not in line]
    assert len(lines) == 1 and lines[0].startswith("Error: "), done.stderr
    assert all(part in lines[0] for part in parts), done.stderr


def check_doctor(done: subprocess.CompletedProcess[str]) -> None:
    """The doctor has one line about the database."""
    red = [line for line in done.stdout.splitlines() if line.startswith("red") and "database" in line]
    assert done.returncode == 1 and len(red) == 1, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
