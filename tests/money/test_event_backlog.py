"""Events that wait: one look at Stripe for each object, and the same books in any order, with any number of threads."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from storefront import db, runtime, webhooks, worker
from storefront.models import (
    Dispute,
    Email,
    EventClaim,
    Invoice,
    Offer,
    Order,
    Payment,
    Refund,
    Subscription,
    TimelineEntry,
    WebhookEvent,
)
from storefront.runtime import Runtime
from storefront.stripe_gateway.client import set_http_client
from storefront.worker.job_slots import JobSlots
from tests.cards import ASKS, DECLINED, GOOD
from tests.factories import make_offer
from tests.money.buyer import Marko
from tests.money.database_copy import DatabaseCopy
from tests.money.in_process_shop import InProcessShop
from tests.web.query_count import recorded_statements

Rows = list[dict[str, Any]]
MINUTE = 60


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    shared_shop.reset()
    with db.connection():
        yield shared_shop


@pytest.fixture
def offer(shop: InProcessShop) -> Offer:
    return Offer.get()


def trade(shop: InProcessShop, offer: Offer) -> None:
    """What customers, banks and the owner do at Stripe while no event is handled and nobody comes back to the shop."""
    monthly = make_offer(offer.merchant, kind="recurring")

    def begin(name: str, of: Offer, card: str) -> Marko:
        buyer = Marko(shop, of, visit=f"visit-of-{name}-0001")
        buyer.start_checkout(email=f"{name}@example.com")
        buyer.confirm_card(card)
        return buyer

    for name in ("olha", "taras"):
        begin(name, offer, GOOD)
    asked = begin("marko", offer, ASKS)
    asked.answer_challenge("fail")
    asked.confirm_card(ASKS)
    asked.answer_challenge("authorize")
    begin("ivan", offer, ASKS).answer_challenge("fail")
    begin("petro", offer, DECLINED).confirm_card(GOOD)
    begin("stepan", offer, DECLINED)
    refunded = begin("nadia", offer, GOOD)
    for amount in (500, 300):
        shop.control("refunds", payment_intent=refunded.intent, amount=amount)
    shop.control("disputes", payment_intent=begin("lesia", offer, GOOD).intent)
    renewed = begin("vira", monthly, GOOD)
    renewed.end_period()
    renewed.end_period()
    stopped = begin("roman", monthly, GOOD)
    stopped.end_period("asks")
    shop.control("refunds", payment_intent=renewed.intent, amount=100)


def books() -> dict[str, Any]:
    """What the shop's records say about each order, without times and ids."""
    found: dict[str, Any] = {}
    for order in Order.select():
        of_order = {
            "payments": (Payment, ("kind", "status", "amount", "attempt", "challenged", "end_reason")),
            "timeline": (TimelineEntry, ("kind",)),
            "emails": (Email, ("kind", "state", "recipient")),
            "refunds": (Refund, ("amount", "status")),
        }
        entry: dict[str, Any] = {"status": order.status}
        for name, (model, columns) in of_order.items():
            rows = model.select().where(model.order == order)
            entry[name] = Counter(tuple(getattr(row, column) for column in columns) for row in rows)
        disputes = Dispute.select().join(Payment).where(Payment.order == order)
        entry["disputes"] = Counter((one.amount, one.status) for one in disputes)
        for subscription in Subscription.select().where(Subscription.order == order):
            invoices = Invoice.select().where(Invoice.subscription == subscription)
            entry["subscription"] = (subscription.status, subscription.period_end, subscription.card_last4)
            entry["invoices"] = Counter((one.reason, one.status, one.amount, one.needs) for one in invoices)
        found[order.email] = entry
    return found


def looks(shop: InProcessShop, since: int = 0) -> Counter[str]:
    """How often each payment intent and subscription was retrieved."""
    logged = [one for one in shop.stripe.request_log.list_all()[since:] if one["method"] == "GET"]
    wanted = ("/v1/payment_intents/", "/v1/subscriptions/")
    return Counter(one["path"] for one in logged if one["path"].startswith(wanted))


def run_threads(runtimes: list[Runtime], act: Callable[[], object]) -> None:
    """Run `act` in a thread for each of these runtimes, at the same time."""
    failures: list[BaseException] = []
    begin = threading.Barrier(len(runtimes))

    def run(one: Runtime) -> None:
        try:
            with runtime.activate(one), db.connection():
                begin.wait(60)
                act()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in runtimes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def store(rows: Rows) -> None:
    """Store events anew, in this order."""
    WebhookEvent.delete().execute()
    for row in rows:
        WebhookEvent.insert({name: value for name, value in row.items() if name != "id"}).execute()


def another_worker(shop: InProcessShop) -> Runtime:
    """A worker of another host: it shares the database only."""
    other = Runtime(shop.config)
    other.clock = runtime.current().clock
    with runtime.activate(other):
        set_http_client(lambda _: shop.stripe_client, shop.stripe.clock.sleep)
    return other


def test_a_backlog_in_any_order_leads_to_the_same_books_as_one_event_after_another(
    shop: InProcessShop, offer: Offer
) -> None:
    trade(shop, offer)
    shop.deliver_webhooks()
    rows = list(WebhookEvent.select().order_by(WebhookEvent.id).dicts())
    assert len(rows) > 40
    WebhookEvent.delete().execute()
    before = DatabaseCopy.take()

    for row in rows:
        WebhookEvent.insert(row).execute()
        webhooks.handle_waiting()
    expected = books()
    statuses = Counter(entry["status"] for entry in expected.values())
    assert statuses == {"paid": 5, "pending": 2, "partially_refunded": 2, "disputed": 1}
    own = runtime.current()

    for seed in range(2):
        before.restore()
        store(random.Random(seed).sample(rows, len(rows)))
        began = len(shop.stripe.request_log.list_all())
        run_threads([own] * 3, webhooks.handle_waiting)
        assert not WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists()
        assert books() == expected
        asked = looks(shop, began)
        assert asked and set(asked.values()) == {1}
        assert not EventClaim.select().exists()

    before.restore()
    again = [row | {"event_id": f"{row['event_id']}_again"} for row in rows]
    store(random.Random(3).sample([*rows, *again], 2 * len(rows)))
    began = len(shop.stripe.request_log.list_all())
    with ExitStack() as stack:
        other = another_worker(shop)
        stack.callback(lambda: other.database.close_all())
        run_threads([own, other, own, other], webhooks.handle_waiting)
    assert books() == expected
    assert set(looks(shop, began).values()) == {1}


def waiting_intent(shop: InProcessShop, offer: Offer) -> Marko:
    """A customer whose bank asks for 3D Secure. Its events wait."""
    marko = Marko(shop, offer)
    marko.start_checkout()
    marko.confirm_card(ASKS)
    shop.deliver_webhooks()
    return marko


def test_an_event_that_arrives_during_the_look_is_handled_afterwards(shop: InProcessShop, offer: Offer) -> None:
    marko = waiting_intent(shop, offer)
    began = len(shop.stripe.request_log.list_all())

    def pay() -> None:
        marko.answer_challenge("authorize")
        shop.deliver_webhooks()

    shop.schedule_concurrent(1, pay)
    webhooks.handle_waiting()
    assert looks(shop, began) == {f"/v1/payment_intents/{marko.intent}": 2}
    assert marko.order.status == "paid"
    assert not WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists()


def test_a_claimed_object_waits_until_the_lease_is_over(shop: InProcessShop, offer: Offer) -> None:
    marko = waiting_intent(shop, offer)
    began = len(shop.stripe.request_log.list_all())
    EventClaim.take([(offer.merchant.id, marko.intent)])
    assert webhooks.handle_waiting() == 0
    assert not looks(shop, began)
    shop.advance_clock(6 * MINUTE)
    assert webhooks.handle_waiting() == 1


def test_the_payments_of_a_subscription_are_not_looked_at_while_it_is_claimed(
    shop: InProcessShop, offer: Offer
) -> None:
    marko = Marko(shop, make_offer(offer.merchant, kind="recurring"))
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.deliver_webhooks()
    webhooks.handle_waiting()
    marko.end_period()
    shop.deliver_webhooks()
    WebhookEvent.update(handled_at=None).execute()
    began = len(shop.stripe.request_log.list_all())
    types = {event.type for event in WebhookEvent.select()}
    assert {"payment_intent.succeeded", "invoice.paid", "customer.subscription.updated"} <= types
    token, _objects = EventClaim.take([(offer.merchant.id, marko.subscription.subscription_id)])
    assert webhooks.handle_waiting() == 1, "that of the renewal's payment, which is not known yet"
    assert not looks(shop, began)
    EventClaim.release(token)
    webhooks.handle_waiting()
    assert set(looks(shop, began).values()) == {1}


def test_the_claim_of_a_worker_that_was_killed_is_taken_over_at_once(shop: InProcessShop, offer: Offer) -> None:
    marko = waiting_intent(shop, offer)
    code = "from storefront.models.process_identity import process_identity; print(process_identity())"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    EventClaim.take([(offer.merchant.id, marko.intent)])
    EventClaim.update(claimed_by=ended).execute()
    assert webhooks.handle_waiting() == 1
    assert not EventClaim.select().exists()


def test_jobs_of_handled_events_cost_little(shop: InProcessShop, offer: Offer) -> None:
    waiting_intent(shop, offer)
    (event,) = WebhookEvent.select()
    for _ in range(50):
        worker.wake_for_event(event)
    queue = worker.queue()
    first = queue.dequeue()
    queue.execute(first)
    began = len(shop.stripe.request_log.list_all())
    with recorded_statements() as queries:
        while job := queue.dequeue():
            queue.execute(job)
    assert len(shop.stripe.request_log.list_all()) == began
    assert len(queries) <= 50 * 3


def test_all_threads_but_one_handle_events_and_none_of_them_loses_a_request(shop: InProcessShop) -> None:
    slots = JobSlots(2)
    running, most, done = 0, 0, 0
    lock, both, go_on = threading.Lock(), threading.Semaphore(0), threading.Event()

    def work() -> int:
        nonlocal running, most, done
        with lock:
            running += 1
            most = max(most, running)
        both.release()
        assert go_on.wait(60)
        with lock:
            running -= 1
            done += 1
        return 1

    threads = [threading.Thread(target=slots.run, args=(work,)) for _ in range(2)]
    for thread in threads:
        thread.start()
        assert both.acquire(timeout=60)
    assert slots.run(work) == 0, "there is no slot"
    go_on.set()
    for thread in threads:
        thread.join()
    assert most == 2
    assert done > 2, "the work was done once more for the request that found no slot"
    assert slots.run(work) == 1
