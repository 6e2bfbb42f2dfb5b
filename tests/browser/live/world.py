"""Where a live story happens: the connected account, and Stripe's API as its dashboard uses it."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import requests

from storefront.worker import reconciliation
from stripe_simulator import accounts
from tests.browser.live.stripe_proxy import StripeProxy
from tests.browser.shop_process import Shop
from tests.processes import until

# Accounts of the simulator, and whether their 3-D Secure pages are the newer ones. US and GB ask for a postal code.
SIMULATED = {
    "US": (accounts.TARAS, False),
    "GB": (accounts.GRACE, True),
    "DE": (accounts.SOFIA, False),
    "JP": (accounts.KENJI, True),
}


@dataclass(frozen=True)
class World:
    """A shop that is connected to one account in test mode."""

    shop: Shop
    proxy: StripeProxy
    account: accounts.Account
    merchant: str

    def call(self, method: str, path: str, **form: str) -> dict[str, Any]:
        """Call Stripe's API with the account's secret key; `path` without /v1/."""
        key = self.shop.stripe.keys(self.account, "test")[1]
        sent: dict[str, Mapping[str, str]] = {"params" if method == "GET" else "data": form}
        headers = {"Authorization": f"Bearer {key}"}
        answer = requests.request(method, f"{self.proxy.url}/v1/{path}", headers=headers, timeout=60, **sent)  # type: ignore[arg-type]
        assert answer.ok, answer.text
        return dict(answer.json())

    def make_offer(self, **terms: object) -> str:
        """Create an offer of about 20 in the account's own currency; return its address."""
        currency = self.call("GET", "account")["default_currency"].upper()
        price = "1999" if currency == "JPY" else "19.99"
        return self.shop.make_offer(self.merchant, price, currency, **terms)

    def start_clock(self) -> str:
        """Give the shop's next customers a test clock; return its id."""
        clock = self.call("POST", "test_helpers/test_clocks", frozen_time=str(int(time.time())))
        self.proxy.test_clock = str(clock["id"])
        return self.proxy.test_clock

    def advance_clock(self, clock: str, days: float) -> None:
        """Advance the test clock, and wait until Stripe has done what was due. Two intervals at most at a time."""
        path = f"test_helpers/test_clocks/{clock}"
        target = self.call("GET", path)["frozen_time"] + int(timedelta(days=days).total_seconds())
        self.call("POST", f"{path}/advance", frozen_time=str(target))
        until(lambda: self.call("GET", path)["status"] == "ready", "a test clock that is ready")

    def ask_stripe(self) -> None:
        """Let the shop ask Stripe about everything: its webhooks may not be reachable for Stripe."""
        with self.shop.inside():
            report = reconciliation.reconcile(everything=True)
        assert report.failures == []
