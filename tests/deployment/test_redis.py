"""The job queue in a real Redis: it wakes the worker, and the shop keeps selling without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from storefront import merchants
from storefront.models import Email, Order, WebhookEvent
from stripe_simulator import accounts
from tests import databases
from tests.cards import GOOD
from tests.deployment.redis_server import RedisServer, running_redis
from tests.deployment.shop_processes import Shop
from tests.factories import make_offer
from tests.processes import until
from tests.simulator_process import Simulator

pytestmark = pytest.mark.redis
KEYS = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path) as server:
        yield server


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    with databases.new_database() as database:
        yield database


@pytest.fixture
def shop(server: RedisServer, simulator: Simulator, tmp_path: Path, database: dict[str, str]) -> Iterator[Shop]:
    stripe = {"STRIPE_API_BASE": simulator.url, "STRIPE_JS_URL": simulator.js_url}
    shop = Shop(tmp_path / "shop", **{**database, **stripe, "REDIS_URL": server.url})
    with shop.inside():
        shop.reset()
        make_offer(merchants.connect("Olena's studio", *KEYS, shop.url), slug="evening")
    shop.start_missing()
    yield shop
    shop.kill()


def buy(shop: Shop, simulator: Simulator, visit: str) -> str:
    """Pay an order at Stripe without returning to the shop; the order's token."""
    form = {"email": f"{visit}@example.com", "name": "Marko", "visit": visit, "quantity": "1"}
    pressed = shop.post("/o/evening/checkout", **form)
    assert pressed.status_code == 200, pressed.text
    simulator.confirm(KEYS[0], pressed.json()["client_secret"], GOOD)
    return str(pressed.json()["order"])


def status(shop: Shop, token: str) -> str:
    with shop.inside():
        return str(Order.get(Order.token == token).status)


def readiness(shop: Shop) -> tuple[int, str]:
    answer = requests.get(f"{shop.url}/readyz", timeout=60)
    return answer.status_code, answer.text.strip()


def until_stored(shop: Shop, number: int) -> None:
    def stored() -> bool:
        with shop.inside():
            return WebhookEvent.select().where(WebhookEvent.type == "payment_intent.succeeded").count() == number

    until(stored, f"{number} events to be stored")


def test_a_payment_wakes_the_worker_through_redis(shop: Shop, server: RedisServer, simulator: Simulator) -> None:
    token = buy(shop, simulator, "marko-comes-first")
    until(lambda: status(shop, token) == "paid", "the worker to record the payment")
    with shop.inside():
        until(lambda: Email.get(Email.kind == "receipt").state == "kept", "the worker to handle the receipt")
    assert server.pushed_jobs() > 0
    assert not (shop.folder / "instance" / "queue.db").exists()


@pytest.mark.parametrize("how", ["gone", "suspended"])
def test_without_redis_the_shop_keeps_selling_and_reports_it(
    how: str, shop: Shop, server: RedisServer, simulator: Simulator
) -> None:
    assert readiness(shop) == (200, "ok")
    if how == "gone":
        server.stop()
        _sells_on(shop, simulator)
        server.start()
    else:
        with server.suspended():
            _sells_on(shop, simulator)
    until(lambda: readiness(shop) == (200, "ok"), "the shop to reconnect to Redis")
    token = buy(shop, simulator, "olha-comes-later")
    until(lambda: status(shop, token) == "paid", "the worker to record payments again")


def _sells_on(shop: Shop, simulator: Simulator) -> None:
    """Check that an order is paid when the buyer returns, and that Stripe's event is stored."""
    status, said = readiness(shop)
    assert status == 200 and said.startswith("ok") and "warning: the queue is away" in said
    assert "storefront_queue_reachable 0.0" in requests.get(f"{shop.url}/metrics", timeout=60).text
    token = buy(shop, simulator, "marko-comes-first")
    until(
        lambda: requests.get(f"{shop.url}/orders/{token}", timeout=60).url.endswith("/thank-you"), "the thank-you page"
    )
    until_stored(shop, 1)
