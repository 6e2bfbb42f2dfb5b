"""How fast one worker handles events that wait: `.venv/bin/python -m benchmarks.backlog [EVENTS] [EVENTS_A_PURCHASE]`.

Stores events (10,000, and four for each purchase, unless said otherwise) of purchases that are paid at Stripe and still
unpaid in the shop, as after an outage of the worker. Then starts one worker process beside a constant-time simulator
and measures until no event waits. The database is SQLite unless DATABASE_URL is set.
"""

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import requests

from storefront import db, worker
from storefront.models import Merchant, Offer, Order, OrderStatus, Payment, WebhookEvent, now
from stripe_simulator import accounts
from tests.deployment.shop_processes import Shop
from tests.factories import connect_merchant, make_offer
from tests.processes import Process, free_port, module, running, start

# What a purchase sends in whose course the bank asks for 3-D Secure twice; the first time the customer fails.
TYPES = (
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
)
CHUNK = 500
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Handled:
    """Events that were handled, in `seconds` and with `processor` seconds of the worker."""

    events: int
    seconds: float
    processor: float

    @property
    def per_second(self) -> float:
        """Handled events a second."""
        return self.events / self.seconds

    @property
    def milliseconds(self) -> float:
        """Processor time of an event."""
        return self.processor / self.events * 1000


@dataclass(frozen=True)
class Drained(Handled):
    """A backlog that was handled, from the start of the worker on; `paid` orders were paid."""

    paid: int

    def __str__(self) -> str:
        return (
            f"{self.events} events in {self.seconds:.1f} s: {self.per_second:.0f} a second; {self.paid} orders are "
            f"paid; {self.milliseconds:.1f} ms of processor time each"
        )


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(drain_backlog(events, int(sys.argv[2]) if len(sys.argv) > 2 else len(TYPES)), flush=True)


def drain_backlog(events: int, each: int = len(TYPES)) -> Drained:
    """Measure how one worker handles so many events, `each` about a purchase."""
    with shop_with_events(events, each) as shop:
        return drain(shop)


@contextmanager
def shop_with_events(events: int, each: int = len(TYPES)) -> Iterator[Shop]:
    """A new shop in which so many events wait, `each` about a purchase, beside a constant-time simulator."""
    with constant_time_simulator() as stripe, tempfile.TemporaryDirectory() as folder:
        shop = Shop(Path(folder), STRIPE_API_BASE=stripe, STRIPE_JS_URL=f"{stripe}/endive/stripe.js", **database())
        with shop.inside():
            merchant = connect_merchant()
            payments = sell(stripe, make_offer(merchant), merchant, max(1, events // each))
            store_events(merchant, payments, each)
        yield shop


def database() -> dict[str, str]:
    return {"DATABASE_URL": os.environ["DATABASE_URL"]} if os.environ.get("DATABASE_URL") else {}


@contextmanager
def constant_time_simulator() -> Iterator[str]:
    """Run the simulator in its constant-time mode; yields its address."""
    url = f"http://127.0.0.1:{free_port()}"
    command = module("stripe_simulator", "--port", url.rpartition(":")[2], "--quiet", "--constant-time")
    with tempfile.TemporaryDirectory() as folder, running(command, f"{url}/simulator/health", Path(folder) / "log"):
        yield url


def sell(stripe: str, offer: Offer, merchant: Merchant, count: int) -> list[Payment]:
    """Make orders that wait for their payment, and intents at Stripe that have succeeded. Return the payments."""
    later = now() + timedelta(days=1)
    with db.db.atomic():
        payments = [_order(offer, merchant, number, later) for number in range(count)]
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    with requests.Session() as session:
        for payment in payments:
            form = {
                "amount": str(payment.amount),
                "currency": payment.currency.lower(),
                "payment_method": "pm_card_visa",
                "confirm": "true",
                "return_url": "https://shop.example.com/",
                "metadata[payment]": payment.public_id,
            }
            answer = session.post(f"{stripe}/v1/payment_intents", data=form, headers=headers, timeout=60)
            answer.raise_for_status()
            payment.intent_id = answer.json()["id"]
    with db.db.atomic():
        for payment in payments:
            payment.save(only=[Payment.intent_id])
    return payments


def _order(offer: Offer, merchant: Merchant, number: int, later: object) -> Payment:
    order = Order.create(
        offer=offer,
        merchant=merchant,
        visit_key=f"backlog-{number}",
        title=offer.title,
        unit_amount=offer.amount,
        quantity=1,
        amount=offer.amount,
        currency=offer.currency,
        email=f"buyer{number}@example.com",
        name="Marko",
        language="en",
        expires_at=later,
        **offer.terms(),
    )
    return Payment.create(
        order=order, merchant=merchant, amount=order.amount, currency=order.currency, next_check_at=later
    )


def store_events(merchant: Merchant, payments: Sequence[Payment], each: int = len(TYPES)) -> int:
    """Store `each` events about every payment, in random order, with their jobs in the queue. Return how many.

    They are stored as a delivery stores them, without its signature. Call it inside of the shop.
    """
    kinds = (TYPES * (each // len(TYPES) + 1))[-each:]
    about = [(kind, payment) for payment in payments for kind in kinds]
    random.shuffle(about)
    first = WebhookEvent.select().count()
    rows = [
        {
            "merchant": merchant.id,
            "event_id": f"evt_backlog_{first + number}",
            "type": kind,
            "object_id": payment.intent_id,
            "subject": payment.intent_id,
            "payment": payment.public_id,
            "occurred_at": now(),
        }
        for number, (kind, payment) in enumerate(about)
    ]
    with db.db.atomic():
        for begin in range(0, len(rows), CHUNK):
            WebhookEvent.insert_many(rows[begin : begin + CHUNK]).execute()
    for event in WebhookEvent.select().where(WebhookEvent.handled_at.is_null()):
        worker.wake_for_event(event)
    return len(rows)


def drain(shop: Shop) -> Drained:
    """Start one worker process and wait until it has handled all events."""
    with shop.inside():
        waiting = _waiting()
    began = time.monotonic()
    with _worker(shop) as process, shop.inside():
        _until_waiting(0, process)
        seconds = time.monotonic() - began
        paid = Order.select().where(Order.status == OrderStatus.PAID).count()
        return Drained(waiting, seconds, _processor_seconds(process), paid)


class PausedWorker:
    """A worker process that has begun with the events of a shop, and runs only while `handle` waits."""

    def __init__(self, shop: Shop, process: Process) -> None:
        self._shop, self._process = shop, process
        with shop.inside():
            _until_waiting(_waiting() - 1, process)
        process.popen.send_signal(signal.SIGSTOP)

    def handle(self, events: int) -> Handled:
        """Let it run until it has handled at least so many more events. Raises SystemExit if it ends meanwhile."""
        with self._shop.inside():
            before, used, began = _waiting(), _processor_seconds(self._process), time.monotonic()
            self._process.popen.send_signal(signal.SIGCONT)
            waiting = _until_waiting(max(0, before - events), self._process)
            seconds, used = time.monotonic() - began, _processor_seconds(self._process) - used
            self._process.popen.send_signal(signal.SIGSTOP)
            return Handled(before - waiting, seconds, used)


@contextmanager
def paused_worker(shop: Shop) -> Iterator[PausedWorker]:
    """Start a worker that handles the events of the shop in rounds."""
    with _worker(shop) as process:
        try:
            yield PausedWorker(shop, process)
        finally:
            process.popen.send_signal(signal.SIGCONT)


@contextmanager
def _worker(shop: Shop) -> Iterator[Process]:
    process = start(module("storefront", "worker"), shop.folder / "worker.log", shop.environment)
    try:
        yield process
    finally:
        process.stop(signal.SIGTERM)


def _until_waiting(events: int, process: Process) -> int:
    """Wait until at most so many events wait, and return how many do. Call it inside of the shop."""
    began = time.monotonic()
    while (waiting := _waiting()) > events:
        if process.popen.poll() is not None or time.monotonic() - began > 3600:
            raise SystemExit(f"{waiting} events still wait; the worker said:\n{process.output}")
        time.sleep(0.2)
    return waiting


def _processor_seconds(process: Process) -> float:
    used = Path(f"/proc/{process.popen.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, used)) / TICKS


def _waiting() -> int:
    return int(WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count())


if __name__ == "__main__":
    main()
