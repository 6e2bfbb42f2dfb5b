"""Calls to Stripe that charge a card: their read timeout, and repetitions while the first request is still running."""

from collections.abc import Iterator
from typing import Any

import pytest

from storefront import db, stripe_gateway
from storefront.errors import StripeRefused
from storefront.stripe_gateway.client import CHARGE_READ_SECONDS, READ_SECONDS, set_http_client
from stripe_simulator.in_process import InProcessClient
from tests.cards import GOOD, OTHER_GOOD
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop

CREATION = "/v1/subscriptions"


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


def time_out(shop: InProcessShop, path: str, seconds: int) -> None:
    """Let the next POST to this path time out at the shop, and run for so many seconds at Stripe."""
    assert shop.control("faults", kind="time_out", method="POST", path=path, seconds=seconds).status_code == 201


def statuses(shop: InProcessShop, path: str) -> list[int | None]:
    """The answers to POST requests with this end of the path, oldest first; None for a closed connection."""
    requests: list[dict[str, Any]] = shop.simulator.test_client().get("/simulator/requests").json["data"]
    return [one["status"] for one in requests if one["method"] == "POST" and one["path"].endswith(path)]


def test_a_subscription_whose_creation_takes_long_is_waited_for(shop: InProcessShop, marko: Marko) -> None:
    time_out(shop, CREATION, seconds=3)
    assert marko.start_checkout().status_code == 200
    answers = statuses(shop, CREATION)
    assert answers[0] is None and 409 in answers and answers[-1] == 200
    marko.confirm_card(GOOD)
    marko.open_order()
    assert marko.order.status == "paid"
    assert len(shop.stripe_objects().subscriptions) == 1


def test_a_creation_that_runs_too_long_is_answered_calmly_and_completed_at_the_next_press(
    shop: InProcessShop, marko: Marko
) -> None:
    time_out(shop, CREATION, seconds=600)
    answer = marko.start_checkout()
    assert answer.status_code == 503 and answer.json is not None and answer.json["error"]
    assert len(statuses(shop, CREATION)) < 30, "the wait has an end"
    shop.advance_clock(600)
    marko.subscribe()
    assert len(shop.stripe_objects().subscriptions) == 1


def test_an_invoice_whose_payment_takes_long_is_waited_for(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    invoice = marko.renew("declines")
    with db.connection():
        setup = stripe_gateway.create_card_setup(marko.subscription, "1")
    shop.confirm(marko.order.merchant.publishable_key, setup.client_secret, OTHER_GOOD)
    time_out(shop, "/v1/invoices/*/pay", seconds=3)
    with db.connection():
        card = stripe_gateway.retrieve_setup_intent(marko.order.merchant, setup.id, "EUR").payment_method
        paid = stripe_gateway.pay_invoice(marko.order.merchant, invoice.invoice_id, card)
    assert (paid.status, paid.amount_paid) == ("paid", 1999)
    assert 409 in statuses(shop, "/pay"), "the repetition had the same idempotency key"


def test_only_calls_that_charge_have_the_long_read_timeout(shop: InProcessShop, marko: Marko) -> None:
    calls: dict[str, set[float]] = {}

    class Recorder(InProcessClient):
        def __init__(self, read_seconds: float) -> None:
            super().__init__(shop.simulator)
            self.read_seconds = read_seconds

        def request(self, method: str, url: str, headers: Any, post_data: Any = None, **more: Any) -> Any:
            path = url.partition("/v1/")[2].partition("?")[0]
            ids = [part for part in path.split("/") if "_" in part and any(letter.isdigit() for letter in part)]
            for one in ids:
                path = path.replace(one, "<id>")
            calls.setdefault(f"{method.upper()} {path}", set()).add(self.read_seconds)
            return super().request(method, url, headers, post_data, **more)

    set_http_client(Recorder)
    try:
        marko.subscribe()
        shop.control(f"subscriptions/{marko.subscription.subscription_id}/pause")
        with db.connection():
            stripe_gateway.resume_subscription(marko.subscription, "in_1")
        invoice = marko.renew("declines")
        with db.connection(), pytest.raises(StripeRefused):
            stripe_gateway.pay_invoice(marko.order.merchant, invoice.invoice_id, marko.subscription.card_id)
    finally:
        set_http_client(lambda _: shop.stripe_client, shop.stripe.clock.sleep)
    charging = {"POST subscriptions", "POST subscriptions/<id>/resume", "POST invoices/<id>/pay"}
    assert {call for call, seconds in calls.items() if seconds == {CHARGE_READ_SECONDS}} == charging
    assert all(seconds == {READ_SECONDS} for call, seconds in calls.items() if call not in charging)
    assert 15 <= CHARGE_READ_SECONDS <= 20
