"""Calls while Stripe is silent: which are made, which fail without being made, and what heals by itself."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from storefront import db, stripe_gateway
from storefront.errors import StripeBusy, StripeUnreachable
from storefront.models import WebhookEvent
from storefront.stripe_gateway.call_limits import TEST_CALLS_PER_SECOND, PageViewCalls, WaitingCalls
from storefront.stripe_gateway.circuit_breaker import OPEN_SECONDS, SILENT_REQUESTS
from storefront.stripe_gateway.client import set_http_client
from stripe_simulator import accounts
from stripe_simulator.in_process import InProcessClient
from tests.cards import GOOD, OTHER_GOOD
from tests.factories import connect_merchant, make_offer
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop


class Line:
    """The way to Stripe. While it is silent, each request waits out its timeout on `time`, in seconds.

    `requests` are those that were sent, as `POST /v1/customers`. `on_request` is called before each of them.
    """

    def __init__(self) -> None:
        self.time = 0.0
        self.is_silent = self.is_refused = False
        self.requests: list[str] = []
        self.on_request: Callable[[str], object] = lambda name: None

    def taken(self) -> list[str]:
        """The requests since the last call."""
        requests, self.requests = self.requests, []
        return requests


class LineClient(InProcessClient):
    def __init__(self, shop: InProcessShop, line: Line, read_seconds: float) -> None:
        super().__init__(shop.simulator)
        self.line, self.read_seconds = line, read_seconds

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
        name = f"{method.upper()} /v1/{url.partition('/v1/')[2].partition('?')[0]}"
        self.line.requests.append(name)
        self.line.on_request(name)
        if self.line.is_silent or self.line.is_refused:
            self.line.time += self.read_seconds if self.line.is_silent else 0
            raise stripe.APIConnectionError("no answer", should_retry=True)  # type: ignore[no-untyped-call]
        return super().request(method, url, headers, post_data, **more)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    yield shared_shop
    set_http_client(lambda _: shared_shop.stripe_client, shared_shop.stripe.clock.sleep)


@pytest.fixture
def line(shop: InProcessShop) -> Line:
    line = Line()
    set_http_client(
        lambda read_seconds: LineClient(shop, line, read_seconds), shop.stripe.clock.sleep, lambda: line.time
    )
    return line


@pytest.fixture
def marko(shop: InProcessShop, line: Line) -> Marko:
    marko = Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])
    line.requests.clear()
    return marko


@pytest.fixture
def buyer(shop: InProcessShop, line: Line) -> Marko:
    buyer = Marko(shop, shop.reset()[1])
    line.requests.clear()
    return buyer


def test_a_silent_stripe_is_asked_by_one_call_at_a_time_until_it_answers(line: Line, buyer: Marko) -> None:
    line.is_silent = True
    assert buyer.start_checkout().status_code == 503
    assert len(line.taken()) == SILENT_REQUESTS
    for _ in range(3):
        answer = buyer.start_checkout()
        assert answer.status_code == 503 and answer.json is not None and answer.json["error"]
        assert 1 <= int(answer.headers["Retry-After"]) <= OPEN_SECONDS
    assert line.taken() == []

    line.time += OPEN_SECONDS
    assert [buyer.start_checkout().status_code for _ in range(3)] == [503] * 3
    assert len(line.taken()) == 1, "one request finds out that Stripe is still silent, and is not repeated"

    line.is_silent = False
    line.time += OPEN_SECONDS
    assert buyer.start_checkout().status_code == 200
    assert buyer.start_checkout().status_code == 200


def test_a_thread_that_waits_for_stripe_holds_no_database_connection(line: Line, marko: Marko) -> None:
    are_closed: list[bool] = []
    line.on_request = lambda _name: are_closed.append(db.db.is_closed())
    marko.subscribe()
    assert len(are_closed) > 3 and all(are_closed)


def test_a_refused_connection_costs_no_time_so_each_call_tries(line: Line, buyer: Marko) -> None:
    line.is_refused = True
    assert [buyer.start_checkout().status_code for _ in range(3)] == [503] * 3
    assert len(line.taken()) == 6
    line.is_refused = False
    assert buyer.start_checkout().status_code == 200


def test_the_breaker_of_one_merchant_leaves_the_others_alone(shop: InProcessShop, line: Line, buyer: Marko) -> None:
    with db.connection():
        other = Marko(shop, make_offer(connect_merchant(accounts.KENJI), slug="other"))
    line.is_silent = True
    assert buyer.start_checkout().status_code == 503
    line.is_silent = False
    assert buyer.start_checkout().status_code == 503
    assert other.start_checkout().status_code == 200


def test_reconciliation_says_that_stripe_was_silent_and_heals_by_itself(
    shop: InProcessShop, line: Line, buyer: Marko
) -> None:
    buyer.start_checkout()
    buyer.confirm_card(GOOD)
    line.is_silent = True
    line.requests.clear()
    for _ in range(2):
        report = shop.reconcile()
        assert report is not None and report.failures, "the command ends with exit code 1"
    assert len(line.taken()) == SILENT_REQUESTS
    page = buyer.open_order()
    assert page.status_code == 200 and "Checking your payment…" in page.text
    line.is_silent = False
    line.time += OPEN_SECONDS
    shop.advance_clock(3600)
    shop.run_worker()
    assert buyer.order.status == "paid"


def test_events_that_meet_a_silent_stripe_wait_and_are_handled_later(
    shop: InProcessShop, line: Line, buyer: Marko
) -> None:
    buyer.start_checkout()
    buyer.confirm_card(GOOD)
    line.is_silent = True
    shop.deliver_webhooks()
    shop.run_worker()
    shop.run_worker()
    with db.connection():
        problems = {event.problem for event in WebhookEvent.select().where(WebhookEvent.handled_at.is_null())}
    assert problems == {"StripeUnreachable"}
    line.is_silent = False
    line.time += OPEN_SECONDS
    shop.advance_clock(3600)
    shop.run_worker()
    assert buyer.order.status == "paid"
    with db.connection():
        assert not WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).exists()


def test_a_charge_that_was_sent_is_repeated_although_stripe_has_fallen_silent_meanwhile(
    shop: InProcessShop, line: Line, marko: Marko
) -> None:
    shop.control("faults", kind="time_out", method="POST", path="/v1/subscriptions", seconds=3)
    sent: list[str] = []

    def fall_silent(name: str) -> None:
        if name == "POST /v1/subscriptions" and not sent:
            sent.append(name)
            # Another thread's calls for the same merchant find it silent.
            line.is_silent = True
            with ThreadPoolExecutor(1) as other:
                assert other.submit(Marko(shop, marko.offer, "visit-of-olha-00001").start_checkout).result() is not None
            line.is_silent = False

    line.on_request = fall_silent
    assert marko.start_checkout().status_code == 200
    assert sent and line.taken().count("POST /v1/subscriptions") > 2
    marko.confirm_card(GOOD)
    marko.open_order()
    assert marko.order.status == "paid"
    assert len(shop.stripe_objects().subscriptions) == 1


def test_a_charge_that_is_not_sent_says_so(shop: InProcessShop, line: Line, marko: Marko) -> None:
    marko.subscribe()
    invoice = marko.renew("declines")
    with db.connection():
        merchant = marko.order.merchant
        setup = stripe_gateway.create_card_setup(marko.subscription, "1")
        shop.confirm(merchant.publishable_key, setup.client_secret, OTHER_GOOD)
        card = stripe_gateway.retrieve_setup_intent(merchant, setup.id, "EUR").payment_method
        line.is_silent = True
        with pytest.raises(StripeUnreachable) as silence:
            stripe_gateway.retrieve_account(stripe_gateway.Credentials.of(merchant))
        assert silence.value.was_asked
        with pytest.raises(StripeUnreachable):
            stripe_gateway.retrieve_intent(merchant, "pi_1")
        line.taken()
        with pytest.raises(StripeUnreachable) as refused:
            stripe_gateway.pay_invoice(merchant, invoice.invoice_id, card)
        assert not refused.value.was_asked and line.taken() == []
        line.is_silent = False
        line.time += OPEN_SECONDS
        assert stripe_gateway.pay_invoice(merchant, invoice.invoice_id, card).status == "paid"


def test_calls_wait_in_turn_while_others_end_and_fail_when_nothing_moves() -> None:
    line = Line()
    calls = WaitingCalls(lambda: line.time)
    calls.places = 1
    waiting = calls.place()
    with ThreadPoolExecutor(1) as other:
        with calls.place():
            entered = other.submit(waiting.__enter__)
        entered.result(timeout=30)
    line.time += 60
    with pytest.raises(StripeUnreachable) as refused, calls.place():
        pass
    assert not refused.value.was_asked and refused.value.retry_after


def test_page_views_leave_room_for_payments() -> None:
    line = Line()
    views = PageViewCalls(TEST_CALLS_PER_SECOND / 2, lambda: line.time)
    passed = 0
    for _ in range(10 * TEST_CALLS_PER_SECOND):
        line.time += 1 / 1000
        try:
            views.take()
        except StripeBusy as error:
            assert not error.was_asked and error.is_transient
        else:
            passed += 1
    assert passed <= TEST_CALLS_PER_SECOND
    line.time += 1
    views.take()
