"""Olena's Stripe account, connected once: half of a short test would be spent on that.

What connecting leaves in the shop and at Stripe is kept, and brought back for each test.
"""

from dataclasses import dataclass
from datetime import datetime

from storefront.models import Merchant, StripeRequestCounter, now
from tests.factories import connect_merchant
from tests.simulator_process import Simulator

# With other variables the shop may encrypt or connect differently.
ORDINARY = {
    *("INSTANCE_DIR", "PUBLIC_URL", "STRIPE_API_BASE", "STRIPE_JS_URL", "DATABASE_URL", "REDIS_URL"),
    *("SMTP_URL", "MAIL_FROM"),
}


@dataclass(frozen=True)
class Connection:
    """The rows of a shop that has just connected the account at the simulator `url`, which keeps its own part."""

    url: str
    merchant: dict[str, object]
    counter: dict[str, object]

    @classmethod
    def make(cls, simulator: Simulator) -> "Connection":
        """Connect the account to the current shop, which has the keys of all shops. Leaves the simulator empty."""
        simulator.reset()
        row = dict(connect_merchant().__data__)
        simulator.keep()
        simulator.reset()
        # A given id would not advance the sequence that numbers further merchants.
        del row["id"]
        return cls(simulator.url, row, dict(StripeRequestCounter.get().__data__))

    def repeat(self, simulator: Simulator, environment: dict[str, str]) -> Merchant | None:
        """Connect it to the current shop, as of now. None if this shop or its Stripe is not as it was then."""
        is_same = environment["STRIPE_API_BASE"] == self.url and environment.keys() <= ORDINARY
        if not is_same or StripeRequestCounter.select().exists() or not simulator.restore():
            return None
        times = {name: now() for name, value in self.merchant.items() if isinstance(value, datetime)}
        StripeRequestCounter.insert(self.counter).execute()
        Merchant.insert({**self.merchant, **times}).execute()
        return Merchant.get()
