"""Which Stripe the stories are played against: the simulator, or the real one for whoever has test keys.

STORIES_STRIPE=real (`make test-live`) takes the keys from STRIPE_TEST_PUBLISHABLE_KEY and STRIPE_TEST_SECRET_KEY and
plays the stories marked `live`. Whatever differs between the two stands here and nowhere else.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import requests

from stripe_simulator import accounts
from tests.simulator_process import Simulator

KEYS = ("STRIPE_TEST_PUBLISHABLE_KEY", "STRIPE_TEST_SECRET_KEY")


@dataclass(frozen=True)
class Frames:
    """Where in a page Stripe puts what: CSS selectors, those of `bank` each inside the one before."""

    card: str
    bank: tuple[str, ...]


@dataclass(frozen=True)
class SimulatedStripe:
    """The simulator of this test process."""

    simulator: Simulator
    frames = Frames("#card-element iframe", ("body > iframe[name^=__privateStripeFrame]", "iframe#challengeFrame"))

    @property
    def environment(self) -> dict[str, str]:
        """What a shop has to know to meet it."""
        return {"STRIPE_API_BASE": self.simulator.url, "STRIPE_JS_URL": self.simulator.js_url}

    def keys(self, account: accounts.Account, mode: str) -> tuple[str, str]:
        return accounts.publishable_key(account, mode), accounts.secret_key(account, mode)

    def forget(self) -> None:
        """Nothing of the stories before is left."""
        self.simulator.clear_faults()
        self.simulator.reset()

    def paid(self) -> list[int]:
        """The amount of every payment that has succeeded, of all accounts."""
        rows = requests.get(f"{self.simulator.url}/simulator/ledger", timeout=5).json()["data"]
        return [one["amount_received"] for row in rows for one in row["payments"] if one["amount_received"]]

    def advance(self) -> None:
        """What would happen at the bank later happens now."""
        requests.post(f"{self.simulator.url}/simulator/advance", timeout=5).raise_for_status()


@dataclass(frozen=True)
class RealStripe:
    """api.stripe.com in test mode: one account, whoever asks for which. Its frames are told from general knowledge:
    they could not be compared with the real ones when this was written."""

    publishable_key: str
    secret_key: str
    frames = Frames("#card-element iframe", ("iframe[src*='three-ds-2-challenge']", "iframe#challengeFrame"))

    @property
    def environment(self) -> dict[str, str]:
        """Nothing: a shop goes to the real Stripe by itself."""
        return {}

    def keys(self, account: accounts.Account, mode: str) -> tuple[str, str]:
        return self.publishable_key, self.secret_key

    def forget(self) -> None:
        """Stripe keeps everything; each story has its own orders all the same."""


Stripe = SimulatedStripe | RealStripe


def is_real(environment: Mapping[str, str] = os.environ) -> bool:
    return environment.get("STORIES_STRIPE", "simulator") == "real"


def require_keys(environment: Mapping[str, str] = os.environ) -> None:
    """Refuses to begin against the real Stripe without test keys. Raises UsageError with a line that says so."""
    missing = [name for name in KEYS if not environment.get(name)]
    if missing:
        raise pytest.UsageError(f"The stories against the real Stripe need test keys: set {' and '.join(missing)}.")
    if any("_test_" not in environment[name] for name in KEYS):
        raise pytest.UsageError("These are no test keys (pk_test_…, sk_test_…): the stories never touch live money.")


@contextmanager
def chosen(request: pytest.FixtureRequest) -> Iterator[Stripe]:
    """The Stripe of this run; the simulator is started only where it is the one."""
    if is_real():
        yield RealStripe(*(os.environ[name] for name in KEYS))
    else:
        yield SimulatedStripe(request.getfixturevalue("simulator_process"))
