"""The shop as real processes, with direct access to its data to prepare tests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from storefront import db, merchants, runtime, worker
from storefront.config import Config
from storefront.models import Email, Merchant, Offer, Order, Payment, Record, now
from stripe_simulator import accounts
from tests import databases, factories
from tests.browser.stripe_choice import Stripe
from tests.inside_shop import inside_shop
from tests.processes import ROOT, closing_process, free_port, running_quickly, start_quickly, until


@dataclass(frozen=True)
class Shop:
    """A running shop: `url` is its address, `environment` what its processes were started with."""

    url: str
    environment: dict[str, str]
    stripe: Stripe
    log: Path

    @property
    def config(self) -> Config:
        return Config.from_environment(self.environment)

    def inside(self) -> AbstractContextManager[None]:
        """Use the shop's database and operations in the test process; not while a page is loading."""
        return inside_shop(self.config)

    def empty(self) -> None:
        """Delete all rows and jobs, and create the owner."""
        with self.inside():
            worker.queue().flush()
            databases.delete_all_rows()
            factories.make_owner()

    def flask(self, *arguments: str) -> str:
        """Run `flask --app wsgi …`; its output. Fails if the command fails."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def connect_merchant(self, account: accounts.Account = accounts.OLENA, mode: str = "test") -> str:
        """Connect an account directly; return its name."""
        with self.inside():
            keys = self.stripe.keys(account, mode)
            return merchants.connect(f"{account.name}'s studio", *keys, self.url).name

    def make_offer(self, merchant: str, price: str = "19.99", currency: str = "EUR", **changes: object) -> str:
        """Create a published offer of the merchant with this name; return its path."""
        with self.inside():
            of = Merchant.get(Merchant.name == merchant)
            return f"{self.url}/o/{factories.make_offer(of, price, currency, **changes).slug}"

    def orders(self) -> list[Order]:
        """All orders, oldest first."""
        with self.inside():
            return list(Order.select().order_by(Order.id))

    def payments(self) -> list[Payment]:
        """All payments, oldest first."""
        with self.inside():
            return list(Payment.select().order_by(Payment.id))

    def change(self, model: type[Record], **values: object) -> None:
        """Update all rows of a model, to simulate a change by the owner or by time."""
        with self.inside():
            model.update(values).execute()

    def let_days_pass(self, days: float) -> None:
        """Make waiting emails due this many days earlier, and wait until the worker has sent what is due."""
        with self.inside():
            with db.db.atomic():
                for letter in list(Email.select().where(Email.state == "waiting")):
                    Email.update(due_at=letter.due_at - timedelta(days=days)).where(Email.id == letter.id).execute()
            worker.wake_for_emails()
        self.until_emails_are_sent()

    def until_emails_are_sent(self) -> None:
        """Wait until no email is due."""
        until(lambda: not self._emails_due(), "the worker to send every email that is due")

    def _emails_due(self) -> int:
        with self.inside():
            return Email.select().where(Email.state == "waiting", Email.due_at <= now()).count()

    def offers(self) -> list[Offer]:
        """All offers, oldest first."""
        with self.inside():
            return list(Offer.select().order_by(Offer.id))

    def until_order_is(self, status: str) -> None:
        """Wait until the newest order has this status."""
        until(lambda: [order.status for order in self.orders()][-1:] == [status], f"an order that is {status}")


@contextmanager
def running_shop(stripe: Stripe, smtp_url: str, folder: Path, **changes: str) -> Iterator[Shop]:
    """Run the shop's web server and worker until the context ends. `changes` are environment variables."""
    with databases.new_database() as database:
        yield from _running_shop(stripe, smtp_url, folder, {**database, **changes})


def _running_shop(stripe: Stripe, smtp_url: str, folder: Path, changes: dict[str, str]) -> Iterator[Shop]:
    port = free_port()
    environment = {
        "INSTANCE_DIR": str(folder / "instance"),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_CONCURRENCY": "1",
        "SMTP_URL": smtp_url,
        "MAIL_FROM": "studio@example.com",
        # Programs of the owner run on this machine in tests.
        "WEBHOOK_ALLOW_NETWORKS": "127.0.0.0/8",
        # Nothing answers there.
        "TELEGRAM_API_BASE": "http://127.0.0.1:9",
        **stripe.environment,
        **changes,
    }
    shop = Shop(environment["PUBLIC_URL"], environment, stripe, folder / "shop.log")
    with runtime.activate(runtime.Runtime(shop.config)):
        databases.migrate(shop.config)
        db.close_connections()
    with (
        running_quickly(["storefront", "web"], f"{shop.url}/readyz", shop.log, environment),
        closing_process(start_quickly(["storefront", "worker"], folder / "worker.log", environment)),
    ):
        yield shop
