"""The Stripe that browser tests use: the simulator, or the real one if test keys are given.

STORIES_STRIPE=real (`make test-live`) takes the keys from STRIPE_TEST_PUBLISHABLE_KEY and STRIPE_TEST_SECRET_KEY and
runs the tests marked `live`. All differences between the two are in this module.
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


# Each of Stripe's fields is in a frame of its own; the postal code is the page's own field.
CARD_FRAMES = {
    "cardnumber": "#card-number iframe",
    "exp-date": "#card-expiry iframe",
    "cvc": "#card-cvc iframe",
}
# The dialog, and the bank's page inside it, which has had two names.
BANK_FRAMES = (
    "iframe[src*='three-ds-2-challenge']",
    "iframe#challengeFrame, iframe#stripe-challenge-frame, iframe[name='stripe-challenge-frame']",
)


@dataclass(frozen=True)
class SimulatedStripe:
    """The simulator of this test process."""

    simulator: Simulator

    @property
    def api(self) -> str:
        """The address of its API."""
        return self.simulator.url

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables of a shop that uses it."""
        return {
            "STRIPE_API_BASE": self.simulator.url,
            "STRIPE_JS_URL": self.simulator.js_url,
            "REHEARSAL_STRIPE_URL": self.simulator.url,
        }

    def keys(self, account: accounts.Account, mode: str) -> tuple[str, str]:
        return accounts.publishable_key(account, mode), accounts.secret_key(account, mode)

    def forget(self) -> None:
        """Delete all data of earlier tests. Every confirmation then needs a `return_url`."""
        self.simulator.clear_faults()
        self.simulator.reset()
        for account in accounts.ACCOUNTS:
            self.simulator.change_account(account.id, requires_return_url=True)

    def paid(self) -> list[int]:
        """The amounts of all succeeded payments, of all accounts."""
        rows = requests.get(f"{self.simulator.url}/simulator/ledger", timeout=60).json()["data"]
        return [one["amount_received"] for row in rows for one in row["payments"] if one["amount_received"]]

    def advance(self) -> None:
        """Complete pending results of banks now."""
        requests.post(f"{self.simulator.url}/simulator/advance", timeout=60).raise_for_status()


@dataclass(frozen=True)
class RealStripe:
    """api.stripe.com in test mode, with one account for all tests."""

    publishable_key: str
    secret_key: str
    api = "https://api.stripe.com"

    @property
    def environment(self) -> dict[str, str]:
        """None: the shop uses the real Stripe by default."""
        return {}

    def keys(self, account: accounts.Account, mode: str) -> tuple[str, str]:
        return self.publishable_key, self.secret_key

    def forget(self) -> None:
        """Nothing: Stripe keeps its data, and each test has its own orders."""


Stripe = SimulatedStripe | RealStripe


def is_real(environment: Mapping[str, str] = os.environ) -> bool:
    return environment.get("STORIES_STRIPE", "simulator") == "real"


def require_keys(environment: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError if the real Stripe is chosen without test keys."""
    missing = [name for name in KEYS if not environment.get(name)]
    if missing:
        raise pytest.UsageError(f"The stories against the real Stripe need test keys: set {' and '.join(missing)}.")
    if any("_test_" not in environment[name] for name in KEYS):
        raise pytest.UsageError("These are no test keys (pk_test_…, sk_test_…): the stories never touch live money.")


@contextmanager
def chosen(request: pytest.FixtureRequest) -> Iterator[Stripe]:
    """The chosen Stripe; the simulator is started only if it is chosen."""
    if is_real():
        yield RealStripe(*(os.environ[name] for name in KEYS))
    else:
        yield SimulatedStripe(request.getfixturevalue("simulator_process"))
