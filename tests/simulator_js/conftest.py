"""A shop of one page, under the policy a real one would have, and the simulator it takes cards with."""

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer

import pytest
import requests
import stripe
from checkout_page import CheckoutPage, page_handler
from playwright.sync_api import Page
from urllib3.util.retry import Retry

from stripe_simulator.accounts import TARAS, publishable_key, secret_key


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {"executable_path": shutil.which("chromium"), "args": args + quiet}


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    """The address of a running simulator, a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "stripe_simulator", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def wait_until_it_answers(address: str) -> None:
    session = requests.Session()
    patient = requests.adapters.HTTPAdapter(max_retries=Retry(connect=60, backoff_factor=0.1, backoff_max=0.2))
    session.mount("http://", patient)
    session.get(f"{address}/endive/stripe.js", timeout=5).raise_for_status()


@pytest.fixture(scope="session")
def shop(simulator: str) -> Iterator[str]:
    """The address of the page; see checkout_page.py for what is on it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), page_handler(simulator))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def taras(simulator: str) -> stripe.StripeClient:
    """Taras' own server, talking to Stripe with his secret key."""
    return stripe.StripeClient(secret_key(TARAS), base_addresses={"api": simulator})


@pytest.fixture
def checkout(page: Page, shop: str) -> CheckoutPage:
    """The page open in a browser, with Taras' key and nothing mounted yet."""
    return CheckoutPage(page, shop, publishable_key(TARAS))
