"""The export of orders over a real connection: whole, or visibly broken off."""

from collections.abc import Iterator

import pytest
import requests

from storefront.models import Offer, Order
from tests import databases
from tests.deployment.limited_server import shop_with_an_offer, web
from tests.deployment.shop_processes import Shop
from tests.processes import PATIENCE
from tests.purchase_steps import start_checkout
from tests.simulator_process import Simulator
from tests.web.admin.test_list_pages import add_orders

ORDERS = 2500


@pytest.fixture(scope="module")
def shop(simulator_process: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A running shop with several parts of orders."""
    shop = shop_with_an_offer(tmp_path_factory.mktemp("exports"), simulator_process)
    with shop.inside():
        add_orders(start_checkout(Offer.get()).order, ORDERS - 1)
    with web(shop):
        yield shop


def test_the_file_is_sent_while_it_is_read(shop: Shop) -> None:
    answer = shop.signed_in().get(f"{shop.url}/admin/orders.csv", stream=True, timeout=PATIENCE)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    numbers = [line.split(",")[0] for line in answer.text.splitlines()[1:]]
    assert len(numbers) == ORDERS and len(set(numbers)) == ORDERS


def test_a_failure_in_the_middle_ends_the_connection_before_the_last_chunk(shop: Shop) -> None:
    with shop.inside():
        oldest = Order.select().order_by(Order.id).get()
        databases.store("shop_order", "created_at", databases.UNREADABLE_DATE, oldest.id)
    session = shop.signed_in()
    answer = session.get(f"{shop.url}/admin/orders.csv", stream=True, timeout=PATIENCE)
    received = b""
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        for part in answer.iter_content(10_000):
            received += part
    assert answer.status_code == 200 and 1000 < received.count(b"\n") <= ORDERS
    assert "a file broke off: " in (shop.folder / "web.log").read_text()
    assert session.get(f"{shop.url}/admin/offers", timeout=PATIENCE).status_code == 200
