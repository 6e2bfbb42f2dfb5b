"""Web servers compared on the shop's own pages: `.venv/bin/python -m benchmarks.web_servers [NAME …]`.

NAME is one of SERVERS; all by default. Each serves the same shop with two processes (waitress has only one), next to
the Stripe simulator. granian and waitress are no requirements of the shop: install them elsewhere, and put that
`site-packages` on PYTHONPATH. Measured for each server:

- processor time a request, user and system, over four kept connections
- response times of an offer's page for four visitors: alone, and while 50 buyers press Pay at once, again and again,
  with a Stripe that answers immediately, and one that takes 300 ms for each call
- how many of 12 requests are answered within 6 seconds each while 200 connections from another address trickle
- how many of four kept connections each process has, after 50 requests over each of them
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import requests

from storefront import settings
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.deployment.limited_server import Client, connections_by_process, get, post, shop_with_an_offer
from tests.deployment.shop_processes import Shop
from tests.processes import module, processes_with, running
from tests.simulator_process import Simulator, running_simulator

_WEB = "tests.deployment.limited_web"
WAITRESS = (
    "import sys, waitress, wsgi; waitress.serve(wsgi.app, host='127.0.0.1', port=int(sys.argv[1]), threads=40, "
    "connection_limit=1000, clear_untrusted_proxy_headers=False)"
)
GRANIAN = ("granian", "--interface", "wsgi", "--workers", "2", "--no-ws", "--log-level", "warning", "wsgi:app")
# {name: the command that serves at PORT}
SERVERS: dict[str, list[str]] = {
    "the shop's own": module(_WEB, "{}"),
    "gthread, 16 threads": module(_WEB, '{"worker_class": "gthread", "threads": 16}'),
    "gthread, 40 threads": module(_WEB, '{"worker_class": "gthread", "threads": 40}'),
    "granian, 40 threads": module(*GRANIAN, "--blocking-threads", "40", "--backpressure", "200", "--port", "PORT"),
    "waitress, 40 threads": [sys.executable, "-c", WAITRESS, "PORT"],
}
REQUESTS, BUYERS, SECONDS = 300, 50, 6
TRICKLING, TRIES, PATIENCE = 200, 12, 6
NUMBERS = count()
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    for name in sys.argv[1:] or SERVERS:
        with running_simulator() as simulator, tempfile.TemporaryDirectory() as folder:
            # As behind a proxy: each buyer has an address of its own.
            environment = {"WEB_CONCURRENCY": "2", "TRUSTED_PROXIES": "1"}
            shop = shop_with_an_offer(Path(folder), simulator, **environment)
            with shop.inside():
                settings.save({"checkouts_per_shop_hour": 0})
            thank_you = buy(shop, simulator)
            command = [part.replace("PORT", str(shop.port)) for part in SERVERS[name]]
            with running(command, f"{shop.url}/readyz", shop.folder / "web.log", shop.environment):
                print(f"\n{name}\n  processor time a request in ms: {cpu(shop, thank_you)}")
                print(f"  response times of a page in ms: {slow_stripe(shop, simulator)}")
                print(f"  answered while {TRICKLING} connections trickle: {slow_clients(shop)} of {TRIES}")
                print(f"  connections of each process: {spread(shop)}", flush=True)


def press(shop: Shop, session: requests.Session | None = None) -> requests.Response:
    """Press Pay as a new buyer."""
    number = next(NUMBERS)
    visit = f"visit-{number}"
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    headers = {"Sec-Fetch-Site": "same-origin", "X-Forwarded-For": f"198.51.{number // 256 % 256}.{number % 256}"}
    response = (session or requests).post(f"{shop.url}/o/evening/checkout", data=form, headers=headers, timeout=60)
    response.raise_for_status()
    return response


def buy(shop: Shop, simulator: Simulator) -> str:
    """The path of a paid order's thank-you page."""
    own = SERVERS["the shop's own"]
    with running(own, f"{shop.url}/readyz", shop.folder / "buy.log", shop.environment):
        order = press(shop).json()
        simulator.confirm(accounts.publishable_key(accounts.OLENA), order["client_secret"], GOOD)
        url = requests.get(f"{shop.url}/orders/{order['order']}", timeout=60).url
    return url.removeprefix(shop.url)


def processor_seconds(shop: Shop) -> float:
    """What all processes of the web server have used since they began."""
    used = 0.0
    for pid in processes_with("INSTANCE_DIR", shop.environment["INSTANCE_DIR"]):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / TICKS
    return used


def cpu(shop: Shop, thank_you: str) -> str:
    def load(path: str) -> Callable[[requests.Session], requests.Response]:
        return lambda session: session.get(f"{shop.url}{path}", timeout=60)

    pages = {"list": load("/"), "offer": load("/o/evening"), "thank-you": load(thank_you)}
    found = []
    for page, ask in {**pages, "checkout": lambda session: press(shop, session)}.items():

        def work(_: int, ask: Callable[[requests.Session], requests.Response] = ask, times: int = 0) -> None:
            with requests.Session() as session:
                for _ in range(times or REQUESTS // 4):
                    ask(session).raise_for_status()

        work(0, times=20)
        before = processor_seconds(shop)
        with ThreadPoolExecutor(4) as visitors:
            list(visitors.map(work, range(4)))
        found.append(f"{page} {(processor_seconds(shop) - before) / REQUESTS * 1000:.2f}")
    return ", ".join(found)


def slow_stripe(shop: Shop, simulator: Simulator) -> str:
    found = [f"alone {percentiles(shop, 0)}", f"fast Stripe {percentiles(shop, BUYERS)}"]
    simulator.add_fault("/v1/*", "delay", method="*", times=1_000_000, seconds=0.3)
    found.append(f"slow Stripe {percentiles(shop, BUYERS)}")
    simulator.clear_faults()
    return ", ".join(found)


def percentiles(shop: Shop, buyers: int) -> str:
    """Median/99th percentile for visitors, while so many buyers press at the same moment again and again."""
    end, times, pressed, failed = time.monotonic() + SECONDS, list[float](), list[float](), list[str]()
    together = threading.Barrier(max(buyers, 1))

    def visit() -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                began = time.perf_counter()
                session.get(f"{shop.url}/o/evening", timeout=60).raise_for_status()
                times.append(time.perf_counter() - began)
                time.sleep(0.02)

    def keep_buying() -> None:
        for _ in range(SECONDS // 3):
            together.wait()
            began = time.perf_counter()
            try:
                press(shop)
            except requests.RequestException as error:
                failed.append(str(error))
            pressed.append(time.perf_counter() - began)

    threads = [threading.Thread(target=visit) for _ in range(4)]
    threads += [threading.Thread(target=keep_buying) for _ in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    words = f"{times[len(times) // 2] * 1000:.0f}/{times[int(len(times) * 0.99)] * 1000:.0f}"
    return words + (f" (Pay {sorted(pressed)[len(pressed) // 2] * 1000:.0f}, failed {len(failed)})" if pressed else "")


def slow_clients(shop: Shop) -> int:
    """How many requests are answered meanwhile."""
    starts = [get("/my/a-signed-token")[:-2] + b"X-Slow: ", post("/o/evening/checkout", "Content-Length: 5000")]
    answered = 0
    with Client(shop) as stranger:
        slow = [stranger.connect(starts[number % 2], "127.0.0.2") for number in range(TRICKLING)]
        for _ in range(TRIES):
            for sock in slow:
                try:
                    sock.sendall(b"a")
                except OSError:
                    continue  # refused or closed by the server
            try:
                answered += requests.get(f"{shop.url}/healthz", timeout=PATIENCE).ok
            except requests.RequestException:
                continue
    return answered


def spread(shop: Shop) -> list[int]:
    sessions = [requests.Session() for _ in range(4)]
    for _ in range(50):
        for session in sessions:
            session.get(f"{shop.url}/healthz", timeout=60)
    found = connections_by_process(shop)
    for session in sessions:
        session.close()
    return sorted(found.values(), reverse=True)


if __name__ == "__main__":
    main()
