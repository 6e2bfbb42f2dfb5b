"""Stripe accepts connections and never answers: other pages are served, buyers are told at once, and it heals."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from storefront import merchants, settings
from storefront.models import Order, Payment
from storefront.server import THREADS
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.deployment.shop_processes import Shop, ledger_of
from tests.factories import make_offer
from tests.money import payment_checks
from tests.processes import running_quickly, until
from tests.simulator_process import Simulator
from tests.trouble.tcp_proxy import TcpProxy

BUYERS, PLACES = THREADS + 4, THREADS // 2
PAGES = 3


@pytest.fixture
def stripe_proxy(simulator: Simulator) -> Iterator[TcpProxy]:
    address = urlsplit(simulator.url)
    with TcpProxy((address.hostname or "", address.port or 0)) as proxy:
        yield proxy


@pytest.fixture
def shop(simulator: Simulator, stripe_proxy: TcpProxy, tmp_path: Path) -> Iterator[Shop]:
    """One web process, without a worker: only its pages ask Stripe."""
    shop = Shop(tmp_path, STRIPE_API_BASE=f"http://127.0.0.1:{stripe_proxy.port}", STRIPE_JS_URL=simulator.js_url)
    with shop.inside():
        shop.reset()
        # All buyers press from one address, and some press until Stripe answers again.
        settings.save(dict.fromkeys(("checkouts_per_address_hour", "checkouts_per_shop_hour", "presses_per_visit"), 0))
        keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
        make_offer(merchants.connect("Olena's studio", *keys, shop.url), slug="evening")
    requests.post(f"{simulator.url}/simulator/deliveries/mode", json={"mode": "drop"}, timeout=60)
    with running_quickly(["storefront", "web"], f"{shop.url}/healthz", tmp_path / "web.log", shop.environment):
        yield shop


def press(shop: Shop, visit: str) -> requests.Response:
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    return shop.post("/o/evening/checkout?lang=uk", **form)


def unanswered(presses: list[Future[requests.Response]]) -> list[Future[requests.Response]]:
    return [one for one in presses if not one.done()]


def test_a_silent_stripe_holds_up_no_other_page_and_nobody_who_has_paid(
    shop: Shop, simulator: Simulator, stripe_proxy: TcpProxy
) -> None:
    pressed = press(shop, "olha").json()
    simulator.confirm(accounts.publishable_key(accounts.OLENA), pressed["client_secret"], GOOD)
    with stripe_proxy.swallowing(), ThreadPoolExecutor(BUYERS) as threads:
        gate = threading.Barrier(BUYERS + 1)

        def press_together(number: int) -> requests.Response:
            gate.wait()
            return press(shop, f"buyer-{number}")

        presses = [threads.submit(press_together, number) for number in range(BUYERS)]
        gate.wait()
        until(lambda: len(unanswered(presses)) <= PLACES, "the buyers beyond those that may wait to be told")
        for _ in range(PAGES):
            assert requests.get(f"{shop.url}/o/evening", timeout=60).status_code == 200
            assert requests.get(f"{shop.url}/healthz", timeout=60).status_code == 200
        assert len(unanswered(presses)) == PLACES, "the pages were answered while the first buyers waited for Stripe"
        answers = [one.result() for one in presses]
        assert {answer.status_code for answer in answers} == {503}
        assert all(answer.json()["error"].startswith("Платіжний сервіс недоступний") for answer in answers)
        assert all(int(answer.headers["Retry-After"]) >= 1 for answer in answers)

        asked = stripe_proxy.open_connections
        late = [threads.submit(press, shop, f"late-{number}") for number in range(BUYERS)]
        assert next(as_completed(late)).result().status_code == 503
        assert stripe_proxy.open_connections <= asked + 1, "one call at most finds out whether Stripe answers again"
        assert {one.result().status_code for one in late} == {503}
        page = requests.get(f"{shop.url}/orders/{pressed['order']}?lang=en", timeout=60)
        assert page.status_code == 200 and "Checking your payment…" in page.text

    until(lambda: press(shop, "late-0").status_code == 200, "the shop to ask Stripe again")
    order = f"{shop.url}/orders/{pressed['order']}"
    until(lambda: requests.get(order, timeout=60).url.endswith("/thank-you"), "the thank-you page")
    assert {press(shop, f"buyer-{number}").status_code for number in range(BUYERS)} == {200}
    with shop.inside():
        assert Order.select().count() == Payment.select().count() == 1 + 2 * BUYERS
        assert payment_checks.after_reconcile(ledger_of(simulator)) == []
