"""PostgreSQL or Redis is restarted while buyers pay: nothing is lost or doubled, and the shop is not restarted."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from storefront import merchants
from storefront.models import Email, Order
from storefront.worker import tasks
from stripe_simulator import accounts
from tests import databases
from tests.cards import GOOD
from tests.deployment import postgres
from tests.deployment.redis_server import running_redis
from tests.deployment.shop_processes import Shop, ledger_of
from tests.factories import make_offer
from tests.money import payment_checks
from tests.processes import until
from tests.simulator_process import Simulator

pytestmark = [pytest.mark.postgres, pytest.mark.redis]
KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
BUYERS = 3
# So many orders are paid between two restarts.
ORDERS = 4


class Traffic:
    """Buyers who pay one order after another until the context ends. `orders` are those that were paid, by visit."""

    def __init__(self, shop: Shop, simulator: Simulator) -> None:
        self.shop = shop
        self.simulator = simulator
        self.orders: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self._ends = threading.Event()

    def __enter__(self) -> "Traffic":
        self._pool = ThreadPoolExecutor(BUYERS)
        self._buyers = [self._pool.submit(self._buy_until_the_end, buyer) for buyer in range(BUYERS)]
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._pool.shutdown()
        for buyer in self._buyers:
            buyer.result()

    def until_paid(self, number: int) -> None:
        """Wait until so many more orders are paid. Fails if a buyer does."""
        wanted = len(self.orders) + number

        def reached() -> bool:
            for buyer in self._buyers:
                if buyer.done():
                    buyer.result()
            return len(self.orders) >= wanted

        until(reached, f"{wanted} paid orders")

    def _buy_until_the_end(self, buyer: int) -> None:
        number = 0
        while not self._ends.is_set():
            number += 1
            self._buy(f"buyer-{buyer}-visit-{number:04}", comes_back=bool((buyer + number) % 2))

    def _buy(self, visit: str, comes_back: bool) -> None:
        form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
        pressed = self._until_served(lambda: self.shop.post("/o/evening/checkout", **form)).json()
        self.simulator.confirm(KEYS[0], pressed["client_secret"], GOOD)
        if comes_back:
            returned = self._until_served(
                lambda: requests.get(f"{self.shop.url}/orders/{pressed['order']}", timeout=60)
            )
            assert "<h1>Thank you" in returned.text or 'http-equiv="refresh"' in returned.text, returned.text
        self.orders[visit] = pressed["order"]

    def _until_served(self, ask: Callable[[], requests.Response]) -> requests.Response:
        """Ask again while the answer is 503, as a buyer does."""
        answers: list[requests.Response] = []

        def is_served() -> bool:
            answers.append(ask())
            self.statuses[answers[-1].status_code] += 1
            assert answers[-1].status_code in (200, 503), answers[-1].text
            return answers[-1].ok

        until(is_served, "an answer other than 503")
        return answers[-1]


@dataclass(frozen=True)
class Servers:
    """The shop's PostgreSQL and Redis. `restarts` restart one of them in different ways."""

    environment: dict[str, str]
    restarts: list[Callable[[], None]]


@contextmanager
def restarted_postgresql(folder: Path) -> Iterator[Servers]:
    with running_redis(folder) as queue, postgres.running_server() as server:

        def restart(mode: str) -> Callable[[], None]:
            return lambda: (server.stop(mode), server.start())[1]

        environment = {"DATABASE_URL": server.url, "REDIS_URL": queue.url}
        yield Servers(environment, [restart("fast"), restart("immediate")])


@contextmanager
def restarted_redis(folder: Path) -> Iterator[Servers]:
    with running_redis(folder) as queue, databases.new_database() as database:

        def restart() -> None:
            queue.stop()
            queue.start()

        yield Servers({**database, "REDIS_URL": queue.url}, [restart, restart])


@pytest.fixture(params=[restarted_postgresql, restarted_redis], ids=["PostgreSQL", "Redis"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Servers]:
    with request.param(tmp_path) as servers:
        yield servers


@pytest.fixture
def shop(servers: Servers, simulator: Simulator, tmp_path: Path) -> Iterator[Shop]:
    stripe = {"STRIPE_API_BASE": simulator.url, "STRIPE_JS_URL": simulator.js_url}
    shop = Shop(tmp_path / "shop", **servers.environment, **stripe)
    with shop.inside():
        shop.reset()
        make_offer(merchants.connect("Olena's studio", *KEYS, shop.url), slug="evening")
    shop.start_missing()
    yield shop
    shop.kill()


def test_buyers_pay_through_restarts_of_a_server(shop: Shop, servers: Servers, simulator: Simulator) -> None:
    owner = shop.signed_in()
    with Traffic(shop, simulator) as traffic:
        for restart in servers.restarts:
            traffic.until_paid(ORDERS)
            restart()
        traffic.until_paid(ORDERS)
    assert owner.get(f"{shop.url}/admin/orders", timeout=60).url.endswith("/admin/orders")
    assert all(process.popen.poll() is None for process in shop.processes.values()), "nobody restarts the shop"
    _is_paid_by_the_worker(shop, simulator)
    until(lambda: _all_are_paid(shop, simulator, len(traffic.orders) + 1), "books that agree with Stripe's")
    taken = [entry["amount_received"] for entry in ledger_of(simulator).values()]
    assert taken == [1999] * (len(traffic.orders) + 1), "each buyer has paid once"


def _all_are_paid(shop: Shop, simulator: Simulator, number: int) -> bool:
    """Do the worker's jobs of each minute, and compare: Redis forgets jobs, and Stripe delivers again after a while.

    A claim of an email whose result could not be stored ends after five minutes.
    """
    with shop.inside():
        Email.update(claimed_until=None).where(Email.state == "waiting").execute()
        tasks.take_undelivered_events()
        tasks.handle_waiting_events()
        tasks.reconcile_job()
        tasks.send_emails()
    with shop.inside():
        statuses = Counter(order.status for order in Order.select())
        return statuses == {"paid": number} and payment_checks.when_idle(ledger_of(simulator)) == []


def _is_paid_by_the_worker(shop: Shop, simulator: Simulator) -> None:
    """The worker records a payment whose buyer does not come back, woken by the queue."""
    form = {"email": "olha@example.com", "name": "Olha", "visit": "visit-of-olha", "quantity": "1"}
    pressed = shop.post("/o/evening/checkout", **form).json()
    simulator.confirm(KEYS[0], pressed["client_secret"], GOOD)

    def is_paid() -> bool:
        with shop.inside():
            return Order.get(Order.token == pressed["order"]).status == "paid"

    until(is_paid, "the worker to record the payment")
