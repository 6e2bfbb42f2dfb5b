"""Shop and Stripe in one process, without threads and sockets: what people, banks, networks and time do to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import create_app, db, runtime, stripe_gateway, worker
from storefront.config import Config
from storefront.models import ALL, Merchant, Offer, Order
from storefront.worker import reconciliation, tasks
from stripe_simulator import accounts, ledger
from stripe_simulator.app import create_app as create_simulator
from stripe_simulator.webhooks.sender import NotSent
from tests.conftest import browser
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.money.at_stripe import AtStripe
from tests.money.crashes import Crash, Fuse, Line, connections_with

LATER = 120.0
FIRST_DAY = datetime(2027, 1, 20, 21, 30, tzinfo=UTC).timestamp()
T = TypeVar("T")


# A commit waits for the disk, thousands of times: where memory can be had as a disk, that is quicker.
MEMORY = Path("/dev/shm")


@contextmanager
def in_memory() -> "Iterator[Stage]":
    """A stage for as long as the context lasts."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        stage = Stage(Path(folder))
        try:
            yield stage
        finally:
            stage.close()


class Ticking:
    """A clock that goes on by a thousandth each time somebody looks: the same history takes the same time always."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.looks = count()

    def time(self) -> float:
        return FIRST_DAY + next(self.looks) / 1000


class Stage:
    """`fuse` crashes the shop; `crashes` tells where that has happened."""

    def __init__(self, folder: Path) -> None:
        self.fuse = Fuse()
        self.machine = Ticking()
        self.crashes: list[str] = []
        self.simulator = create_simulator(delay=LATER, post=self._deliver, system_time=self.machine.time)
        self.stripe = self.simulator.extensions["stripe_simulator"]
        environment = {
            "INSTANCE_DIR": str(folder / "instance"),
            "PUBLIC_URL": SHOP_URL,
            "STRIPE_API_BASE": "http://stripe.example.com",
            "STRIPE_JS_URL": "http://stripe.example.com/endive/stripe.js",
        }
        self.config = Config.from_environment(environment)
        self.app = create_app(self.config)
        self.line = Line(self.simulator, self.fuse)
        stripe_gateway.set_http_client(lambda: self.line)
        db.db.obj.connect_params["factory"] = connections_with(self.fuse)
        db.migrate(self.config)
        runtime.current().clock = lambda: datetime.fromtimestamp(self.stripe.clock.time(), UTC)

    def close(self) -> None:
        db.close_connections()
        self.stripe.close()

    def begin(self, **terms: object) -> tuple[Merchant, Offer]:
        """The first day: one merchant, one offer (`terms` as its form has them), nothing sold."""
        self.fuse.put_out()
        self.line.meanwhile.forget()
        self.restart()
        self.machine.begin()
        self.stripe.reset()
        self.crashes.clear()
        worker.queue().flush()
        with db.connection(), db.db.atomic():
            for model in reversed(ALL):
                model.delete().execute()
        with db.connection():
            merchant = connect_merchant(accounts.OLENA)
            return merchant, make_offer(merchant, max_quantity=3, **terms)

    def restart(self) -> None:
        """The shop's processes are gone, with their open transactions, and new ones are there."""
        db.close_connections()

    def run(self, action: Callable[[], T]) -> T | None:
        """What the shop does, up to a crash: None then."""
        try:
            with db.connection():
                return action()
        except Crash as crash:
            self.crashes.append(str(crash))
            self.restart()
            return None

    def ask(self, method: str, path: str, client: FlaskClient | None = None, **more: Any) -> TestResponse | None:
        """A request to the shop; None when it crashed meanwhile."""
        return self.run(lambda: (client or browser(self.app)).open(path, method=method, **more))

    def steer(self, control: str, method: str = "POST", **body: Any) -> TestResponse:
        """A control of the simulator."""
        return self.simulator.test_client().open(f"/simulator/{control}", method=method, json=body)

    def confirm(self, publishable_key: str, client_secret: str, card: str) -> TestResponse:
        """What Stripe.js does with a card that was typed (its number), or that Stripe keeps (`pm_…`)."""
        intent = client_secret.split("_secret_")[0]
        kind = "setup_intents" if intent.startswith("seti_") else "payment_intents"
        typed = {
            "payment_method_data[type]": "card",
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
        """What Olena does at Stripe itself, behind her shop's back; `path` without /v1/."""
        headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
        return self.simulator.test_client().open(f"/v1/{path}", method=method, data=form, headers=headers)

    def meanwhile(self, points: int, action: Callable[[], object]) -> None:
        """Somebody else does this while the shop waits for its so-manieth next answer of Stripe's."""
        self.line.meanwhile.plan(points, action)

    def move(self, seconds: float) -> None:
        """Time goes by, for the shop and for Stripe."""
        self.stripe.move_clock(seconds)

    def deliver(self, order: Callable[[list[int]], list[int]] = list) -> None:
        """What Stripe has to deliver comes now, in this order."""
        waiting = [id_ for entry in sorted(self.stripe.deliverer.due) for id_ in entry[2]]
        self.steer("deliveries/send", ids=order(waiting))

    def work(self) -> None:
        """A minute of the worker's: events, payments and refunds, what was not delivered, letters."""
        for job in (
            tasks.handle_waiting_events,
            tasks.reconcile_job,
            tasks.take_undelivered_events,
            tasks.post_letters,
        ):
            self.run(job)

    def reconcile(self) -> reconciliation.ReconciliationReport | None:
        """`flask --app wsgi reconcile`."""
        return self.run(lambda: worker.reconcile(everything=True))

    def heal(self) -> None:
        """Stripe, network and machine are well again."""
        self.fuse.put_out()
        self.line.meanwhile.forget()
        self.steer("faults", "DELETE")
        self.steer("deliveries/mode", mode="normal")

    def book(self) -> dict[str, dict[str, Any]]:
        """Payment intent → its entry of the simulator's ledger."""
        rows = ledger.entries(self.stripe.store)
        return {row["payment_intent"]: row for account in rows for row in account["payments"]}

    def at_stripe(self) -> AtStripe:
        """Subscriptions and what belongs to them, as Stripe has them."""
        return AtStripe.of(self.stripe.store)

    def orders(self) -> list[Order]:
        with db.connection():
            return list(Order.select().order_by(Order.id))

    def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        answer = self.ask("POST", urlsplit(url).path, self.app.test_client(), data=body, headers=headers)
        if answer is None:
            raise NotSent("the shop has crashed")
        return answer.status_code
