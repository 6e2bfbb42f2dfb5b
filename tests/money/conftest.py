"""The shop that the tests of a module share."""

from collections.abc import Iterator

import pytest

from tests.money.in_process_shop import InProcessShop, in_process_shop


@pytest.fixture(scope="module")
def shared_shop() -> Iterator[InProcessShop]:
    """A shop in this process. Each module's `shop` resets it."""
    with in_process_shop() as shop:
        yield shop
