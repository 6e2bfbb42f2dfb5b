"""One simulator process for all tests of this folder, reset before each test."""

from collections.abc import Iterator

import pytest
import requests

from stripe_simulator import accounts
from tests.simulator.process import running
from tests.simulator.shop import Shop
from tests.simulator.webhook_receiver import Receiver, listening


@pytest.fixture(scope="session")
def running_simulator() -> Iterator[str]:
    with running("--retry-scale", "0.02", "--later", "3600") as url:
        yield url


@pytest.fixture
def simulator(running_simulator: str) -> str:
    """The address of the simulator, which was reset for this test."""
    requests.post(f"{running_simulator}/simulator/reset", timeout=20).raise_for_status()
    return running_simulator


@pytest.fixture
def olena(simulator: str) -> Shop:
    return Shop(simulator, accounts.OLENA)


@pytest.fixture
def kenji(simulator: str) -> Shop:
    return Shop(simulator, accounts.KENJI)


@pytest.fixture
def taras(simulator: str) -> Shop:
    return Shop(simulator, accounts.TARAS)


@pytest.fixture
def sofia(simulator: str) -> Shop:
    return Shop(simulator, accounts.SOFIA)


@pytest.fixture
def olena_live(simulator: str) -> Shop:
    return Shop(simulator, accounts.OLENA, "live")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one
