"""The shop and the Stripe simulator in one process, without threads and sockets, on one clock that tests control."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import create_app, db, runtime, worker
from storefront.config import Config
from storefront.models import Merchant, Offer, Order, shop_id
from storefront.stripe_gateway.client import set_http_client
from storefront.worker import periodic, reconciliation, tasks
from stripe_simulator import accounts, ledger
from stripe_simulator.app import create_app as create_simulator
from stripe_simulator.keys import Realm
from stripe_simulator.webhooks.sender import NotSent
from tests import databases
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.mail_server import MailServer
from tests.money.crash_points import Crash, CrashInjector, InterruptibleClient, crashing_connections
from tests.money.in_process_mail import InProcessMailServer
from tests.money.stripe_objects import StripeObjects
from tests.web_client import browser

LATER = 120.0
FIRST_DAY = datetime(2027, 1, 20, 21, 30, tzinfo=UTC).timestamp()
T = TypeVar("T")


# Thousands of commits are faster on a memory file system.
MEMORY = Path("/dev/shm")


@contextmanager
def in_process_shop(mail_server: MailServer | InProcessMailServer | None = None) -> "Iterator[InProcessShop]":
    """An in-process shop that is closed when the context ends. Without a mail server it keeps its emails."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder, databases.new_database() as database:
        shop = InProcessShop(Path(folder), database, mail_server)
        try:
            yield shop
        finally:
            shop.close()


class TickingClock:
    """A clock that advances by a millisecond per reading, so that the same steps always get the same times."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.looks = count()

    def time(self) -> float:
        return FIRST_DAY + next(self.looks) / 1000


class InProcessShop:
    """The shop and its Stripe. `crash_injector` crashes the shop; `crashes` lists the points where it did.

    `in_trouble` says that the database can't be used now, see tests/money/database_trouble.py.
    `clock_error` is the number of seconds by which the shop's clock is ahead of Stripe's.
    """

    def __init__(
        self, folder: Path, database: dict[str, str], mail_server: MailServer | InProcessMailServer | None = None
    ) -> None:
        self.mail_server = mail_server
        self.crash_injector = CrashInjector()
        self.machine = TickingClock()
        self.crashes: list[str] = []
        self.clock_error = 0.0
        self.in_trouble = False
        self.simulator = create_simulator(delay=LATER, post=self._deliver, system_time=self.machine.time)
        self.stripe = self.simulator.extensions["stripe_simulator"]
        environment = {
            "INSTANCE_DIR": str(folder / "instance"),
            "PUBLIC_URL": SHOP_URL,
            **database,
            "STRIPE_API_BASE": "https://stripe.example.com",
            # Nothing answers there.
            "TELEGRAM_API_BASE": "http://127.0.0.1:9",
            "STRIPE_JS_URL": "https://stripe.example.com/endive/stripe.js",
        }
        if mail_server is not None:
            environment |= {"SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}
        self.config = Config.from_environment(environment)
        self.app = create_app(self.config)
        self.stripe_client = InterruptibleClient(self.simulator, self.crash_injector)
        set_http_client(lambda _: self.stripe_client, self.stripe.clock.sleep)
        db.db.obj.connect_params |= crashing_connections(self.crash_injector)
        databases.migrate(self.config)
        runtime.current().clock = lambda: datetime.fromtimestamp(self.stripe.clock.time() + self.clock_error, UTC)

    def close(self) -> None:
        db.close_connections()
        self.stripe.close()

    def reset(self, **terms: object) -> tuple[Merchant, Offer]:
        """Start from an empty shop with one merchant and one offer; `terms` are fields of the offer's form."""
        self.crash_injector.disarm()
        self.crash_injector.clear()
        self.stripe_client.concurrent.clear()
        self.restart()
        self.clock_error = 0.0
        if isinstance(self.mail_server, InProcessMailServer):
            self.mail_server.reset()
        self.machine.reset()
        self.stripe.reset()
        self.crashes.clear()
        worker.queue().flush()
        with db.connection(), db.db.atomic():
            databases.delete_all_rows()
            databases.restart_numbering()
            shop_id()  # a migration gives every database one
        with db.connection():
            merchant = connect_merchant(accounts.OLENA)
            return merchant, make_offer(merchant, max_quantity=3, **terms)

    def restart(self) -> None:
        """Close all database connections, as if the processes had been restarted."""
        db.close_connections()

    def run(self, action: Callable[[], T]) -> T | None:
        """Run an action of the shop; None if it crashed, or if it met a database in trouble."""
        try:
            # Without a database, pages answer that themselves.
            with nullcontext() if self.in_trouble else db.connection():
                return action()
        except Crash as crash:
            self.crashes.append(str(crash))
        except db.STORAGE_ERRORS as error:
            if not self.in_trouble or db.storage_trouble(error) is None:
                raise
        self.restart()
        return None

    def request(self, method: str, path: str, client: FlaskClient | None = None, **more: Any) -> TestResponse | None:
        """Send a request to the shop; None if it crashed."""
        return self.run(lambda: (client or browser(self.app)).open(path, method=method, **more))

    def control(self, control: str, method: str = "POST", **body: Any) -> TestResponse:
        """Call a control endpoint of the simulator."""
        return self.simulator.test_client().open(f"/simulator/{control}", method=method, json=body)

    def confirm(self, publishable_key: str, client_secret: str, card: str, method_type: str = "card") -> TestResponse:
        """Confirm an intent as Stripe.js does, with a card number or a saved card (`pm_…`).

        `method_type`: "link" for a card in the wallet of that name.
        """
        intent = client_secret.split("_secret_")[0]
        kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        typed = {
            "payment_method_data[type]": method_type,
            "payment_method_data[card][number]": card,
            "payment_method_data[card][exp_month]": "12",
            "payment_method_data[card][exp_year]": "2044",
            "payment_method_data[card][cvc]": "123",
        }
        form = {"client_secret": client_secret, "use_stripe_sdk": "true"}
        form |= {"payment_method": card} if card.startswith("pm_") else typed
        headers = {"Authorization": f"Bearer {publishable_key}"}
        return self.simulator.test_client().post(f"/v1/{kind}/{intent}/confirm", data=form, headers=headers)

    def dashboard(self, method: str, path: str, **form: str) -> TestResponse:
        """Call Stripe's API with Olena's key, like an action in Stripe's dashboard; `path` without /v1/."""
        headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
        return self.simulator.test_client().open(f"/v1/{path}", method=method, data=form, headers=headers)

    def schedule_concurrent(self, points: int, action: Callable[[], object]) -> None:
        """Run `action` while the shop waits for its n-th response from Stripe, n = `points`."""
        self.stripe_client.concurrent.schedule(points, action)

    def advance_clock(self, seconds: float) -> None:
        """Advance the clock of the shop and of Stripe."""
        self.stripe.move_clock(seconds)

    def deliver_webhooks(self, order: Callable[[list[int]], list[int]] = list) -> None:
        """Deliver all waiting webhooks, in the order that `order` gives."""
        waiting = [id_ for entry in sorted(self.stripe.deliverer.due) for id_ in entry[2]]
        self.control("deliveries/send", ids=order(waiting))

    def run_worker(self) -> None:
        """Run each job of the worker once: undelivered events, events, reconciliation, emails."""
        for job in (
            tasks.take_undelivered_events,
            tasks.handle_waiting_events,
            tasks.reconcile_job,
            periodic.read_balances,
            tasks.tell_refusals,
            tasks.record_heartbeat,
            tasks.send_emails,
        ):
            self.run(job)

    def run_hourly_jobs(self) -> None:
        """Run the jobs of the worker that look at the webhook endpoint and the account."""
        self.run(tasks.register_moved)
        self.run(tasks.watch_connections)

    def reconcile(self) -> reconciliation.ReconciliationReport | None:
        """`flask --app wsgi reconcile`."""
        return self.run(lambda: worker.reconcile(everything=True))

    def clear_faults(self) -> None:
        """Remove all faults, crashes and concurrent actions; the clock is right."""
        self.clock_error = 0.0
        self.crash_injector.disarm()
        self.stripe_client.concurrent.clear()
        self.control("faults", "DELETE")
        self.control("deliveries/mode", mode="normal")

    def ledger(self) -> dict[str, dict[str, Any]]:
        """{payment intent ID: its entry in the simulator's ledger}."""
        rows = ledger.entries(self.stripe.store)
        return {row["payment_intent"]: row for account in rows for row in account["payments"]}

    def stripe_objects(self, *of: accounts.Account) -> StripeObjects:
        """The subscriptions and related objects of these accounts at Stripe; by default Olena's."""
        return StripeObjects.of(self.stripe.store, *of)

    def at_stripe(self, kind: str, *of: accounts.Account) -> dict[str, dict[str, Any]]:
        """Objects of a kind at Stripe by ID, such as `refund` or `webhook_endpoint`; by default Olena's."""
        realms = [Realm(account, livemode=False) for account in of or (accounts.OLENA,)]
        return {one["id"]: one for realm in realms for one in self.stripe.store.all(realm, kind)}

    def orders(self) -> list[Order]:
        with db.connection():
            return list(Order.select().order_by(Order.id))

    def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        answer = self.request("POST", urlsplit(url).path, self.app.test_client(), data=body, headers=headers)
        if answer is None:
            raise NotSent("the shop has crashed")
        return answer.status_code
