"""A restore while customers pay: what it took away is not found, and nobody sees an error of the shop's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storefront import db, operations
from storefront.models import Order
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    yield shared_shop
    shared_shop.clear_faults()


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset()[1])


@pytest.fixture
def restore(shop: InProcessShop, marko: Marko, tmp_path: Path) -> Callable[[], object]:
    """Restore the shop as it was before Marko came."""
    with db.connection():
        backup = operations.backup(shop.config, tmp_path / "before.backup")
    return lambda: operations.restore(shop.config, backup.path)


def test_the_page_of_an_order_that_a_restore_takes_away_is_not_found(
    shop: InProcessShop, marko: Marko, restore: Callable[[], object]
) -> None:
    marko.start_checkout()
    shop.schedule_concurrent(1, restore)
    assert marko.open_order().status_code == 404
    assert shop.orders() == []
    assert marko.open_order().status_code == 404


@pytest.mark.parametrize("points", [1, 2])
def test_a_checkout_during_a_restore_may_be_tried_again(
    shop: InProcessShop, marko: Marko, restore: Callable[[], object], points: int
) -> None:
    if points == 2:
        marko.start_checkout()
    shop.schedule_concurrent(1, restore)
    answer = marko.start_checkout()
    assert answer.status_code == 503 and answer.json is not None and answer.json["error"]
    again = marko.start_checkout()
    assert again.status_code == 200
    assert [order.token for order in shop.orders()] == [again.json["order"]]


def test_a_payment_link_during_a_restore_may_be_tried_again(
    shop: InProcessShop, marko: Marko, restore: Callable[[], object]
) -> None:
    marko.start_checkout()
    shop.schedule_concurrent(1, restore)
    assert marko.retry_payment().status_code in (404, 503)
    with db.connection():
        assert not Order.select().exists()
