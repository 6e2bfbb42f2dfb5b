"""Whoever has an order's address may open its pages again and again: Stripe is asked only every few seconds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import runtime, stripe_gateway
from storefront.models import Offer, Order, Subscription
from storefront.stripe_gateway.call_limits import PAGE_VIEW_SHARE, TEST_CALLS_PER_SECOND
from storefront.stripe_gateway.client import over_the_network, set_http_client
from tests.cards import ASKS, GOOD
from tests.cast import MARKOS_FORM
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.subscription_steps import renew
from tests.web_client import browser

CHECKING = "Checking your payment…"
PER_SECOND = int(PAGE_VIEW_SHARE * TEST_CALLS_PER_SECOND)
NOT_PAID = "Payment not completed. You haven’t been charged."


def press(client: FlaskClient, offer: Offer) -> dict[str, str]:
    started: dict[str, str] = client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM).json
    return started


@pytest.fixture
def started(client: FlaskClient, offer: Offer) -> dict[str, str]:
    """The response to Marko's press on Pay; his card is not confirmed yet."""
    return press(client, offer)


def calls(simulator: Simulator, action: Callable[[], object]) -> int:
    """How many requests the action makes at Stripe."""
    before = len(simulator.logged_requests())
    action()
    return len(simulator.logged_requests()) - before


def test_two_hundred_views_in_a_minute_ask_stripe_every_three_seconds(
    client: FlaskClient, started: dict[str, str], simulator: Simulator
) -> None:
    moment = runtime.system_time()

    def view() -> None:
        for number in range(200):
            with time_set(moment + number * timedelta(seconds=0.3)):
                assert NOT_PAID in client.get(f"/orders/{started['order']}").text

    assert 10 <= calls(simulator, view) <= 20


def test_the_pages_of_an_open_invoice_do_not_ask_with_each_view(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    paths = [f"/orders/{subscription.order.token}{page}" for page in ("", "/thank-you", "/pay")]

    def view() -> None:
        assert [client.get(path).status_code for path in paths] == [302, 200, 200]

    with time_set(runtime.system_time() + timedelta(minutes=1)):
        once = calls(simulator, view)
        assert once and calls(simulator, lambda: [view() for _ in range(10)]) <= once


def test_of_concurrent_views_one_asks_and_the_others_say_that_the_payment_is_being_checked(
    app: Flask, offer: Offer, started: dict[str, str], simulator: Simulator
) -> None:
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], GOOD)
    simulator.add_fault("/v1/payment_intents/*", "delay", method="GET", seconds=1)

    def come_back(_number: int) -> str:
        return browser(app).get(f"/orders/{started['order']}", follow_redirects=True).text

    def all_come_back() -> None:
        with ThreadPoolExecutor(8) as threads:
            pages.extend(threads.map(come_back, range(8)))

    pages: list[str] = []
    with time_set(runtime.system_time()):
        assert calls(simulator, all_come_back) == 1
    assert all("<h1>Thank you" in page or CHECKING in page for page in pages)
    assert any("<h1>Thank you" in page for page in pages)


def test_while_the_answer_to_another_view_is_awaited_nobody_is_told_that_nothing_was_paid(
    client: FlaskClient, started: dict[str, str], simulator: Simulator
) -> None:
    with time_set(runtime.system_time()):
        assert Order.get().claim_question()
        page = client.get(f"/orders/{started['order']}").text
    assert CHECKING in page and NOT_PAID not in page and '<meta http-equiv="refresh"' in page


def test_after_each_press_and_each_news_the_next_view_asks(
    client: FlaskClient, offer: Offer, started: dict[str, str], simulator: Simulator
) -> None:
    path, key = f"/orders/{started['order']}", offer.merchant.publishable_key
    with time_set(runtime.system_time()):
        assert calls(simulator, lambda: client.get(path)) == 1
        assert calls(simulator, lambda: client.get(path)) == 0
        press(client, offer)
        simulator.confirm(key, started["client_secret"], ASKS)
        assert calls(simulator, lambda: client.get(path)) == 1
        simulator.answer_challenge(started["client_secret"], "authorize")
        assert "<h1>Thank you" in client.get(path, follow_redirects=True).text


def test_a_page_that_shows_the_last_answer_looks_again_by_itself(client: FlaskClient, started: dict[str, str]) -> None:
    with time_set(runtime.system_time()):
        pages = [client.get(f"/orders/{started['order']}").text for _ in range(2)]
    assert all(NOT_PAID in page for page in pages)
    assert ['<meta http-equiv="refresh"' in page for page in pages] == [False, True]


def test_a_clock_that_was_set_back_keeps_no_view_from_asking(
    client: FlaskClient, started: dict[str, str], simulator: Simulator
) -> None:
    moment = runtime.system_time()
    with time_set(moment + timedelta(days=3)):
        client.get(f"/orders/{started['order']}")
    with time_set(moment):
        assert calls(simulator, lambda: client.get(f"/orders/{started['order']}")) == 1


def test_views_of_many_orders_leave_room_for_payments(client: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    forms = [MARKOS_FORM | {"visit": f"visit-of-somebody-{number:04}"} for number in range(PER_SECOND + 3)]
    orders = [client.post(f"/o/{offer.slug}/checkout?lang=en", data=form).json["order"] for form in forms]
    stripe_gateway.limit_calls(threads=16, processes=1)
    set_http_client(over_the_network, clock=lambda: 0.0)
    pages: list[str] = []
    asked = calls(simulator, lambda: pages.extend(client.get(f"/orders/{order}").text for order in orders))
    assert asked == PER_SECOND
    assert [CHECKING in page for page in pages] == [False] * PER_SECOND + [True] * 3
    for form in forms:
        assert client.post(f"/o/{offer.slug}/checkout?lang=en", data=form).status_code == 200
