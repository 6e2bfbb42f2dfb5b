"""The simulator in the test's own process, without threads and sockets."""

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import Flask

from stripe_simulator import accounts
from stripe_simulator.app import create_app
from stripe_simulator.in_process import InProcessClient
from stripe_simulator.webhooks.sender import NotSent
from tests.simulator.shop import assert_stripe_shape, error_of

RETURN_URL = "http://shop.example.com/back"


class Inbox:
    """A webhook endpoint in this process. `fails`, if set, is called once instead of responding."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str, bytes]] = []
        self.fails: Callable[[], int] | None = None

    def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        if self.fails:
            fails, self.fails = self.fails, None
            return fails()
        self.received.append((url, headers["Stripe-Signature"], body))
        return 200

    def types(self) -> list[str]:
        return [json.loads(body)["type"] for _, _, body in self.received]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def app(inbox: Inbox) -> Flask:
    return create_app(post=inbox)


@pytest.fixture
def v1(app: Flask) -> Any:
    return stripe.StripeClient(accounts.secret_key(accounts.OLENA), http_client=InProcessClient(app)).v1


def post_control(app: Flask, control: str, **body: Any) -> dict[str, Any]:
    response = app.test_client().post(f"/simulator/{control}", json=body)
    assert response.status_code in (200, 201), response.text
    return dict(response.json or {})


def pay(v1: Any, method: str = "pm_card_visa") -> Any:
    params = {"amount": 1990, "currency": "eur", "payment_method": method, "confirm": True, "return_url": RETURN_URL}
    return v1.payment_intents.create(params)


def test_the_in_process_simulator_responds_like_a_server_and_starts_no_thread(v1: Any) -> None:
    before = threading.active_count()
    payment = pay(v1)
    assert_stripe_shape(payment.to_dict())
    assert (payment.status, payment.amount_received) == ("succeeded", 1990)
    assert error_of(pay, v1, "pm_card_chargeDeclined").code == "card_declined"
    assert [one.id for one in v1.payment_intents.list({"limit": 1}).data]
    assert threading.active_count() == before


def test_webhooks_are_sent_on_request_to_any_address(app: Flask, v1: Any, inbox: Inbox) -> None:
    url = "https://shop.example.com/hook"
    endpoint = v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    pay(v1)
    assert inbox.received == []
    first, *_, last = app.test_client().get("/simulator/deliveries").json["data"]  # type: ignore[index]  # JSON
    post_control(app, "deliveries/send", ids=[last["id"], first["id"]])
    assert inbox.types() == ["payment_intent.succeeded", "payment_intent.created"]
    post_control(app, "deliveries/send")
    assert inbox.types()[2:] == ["charge.succeeded"]
    for address, signature, body in inbox.received:
        assert address == url
        stripe.Webhook.construct_event(body, signature, endpoint.secret)


def test_delivery_modes_work_without_threads(app: Flask, v1: Any, inbox: Inbox) -> None:
    v1.webhook_endpoints.create({"url": "https://shop.example.com/hook", "enabled_events": ["*"]})
    post_control(app, "deliveries/mode", mode="reverse")
    pay(v1)
    post_control(app, "deliveries/send")
    assert inbox.types() == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]
    post_control(app, "deliveries/mode", mode="drop")
    pay(v1)
    assert post_control(app, "deliveries/send")["data"] == []
    assert len(v1.events.list({"delivery_success": False}).data) == 3


def test_a_failed_delivery_is_retried_on_the_next_request(app: Flask, v1: Any, inbox: Inbox) -> None:
    def unreachable() -> int:
        raise NotSent("nobody there")

    v1.webhook_endpoints.create({"url": "https://shop.example.com/hook", "enabled_events": ["*"]})
    v1.customers.create({})
    inbox.fails = unreachable
    [tried] = post_control(app, "deliveries/send")["data"]
    assert (tried["state"], tried["attempts"][0]["error"]) == ("pending", "nobody there")
    [tried] = post_control(app, "deliveries/send")["data"]
    assert tried["state"] == "delivered"


def test_a_crash_of_a_shop_in_the_same_process_loses_no_delivery(app: Flask, v1: Any, inbox: Inbox) -> None:
    class Crash(BaseException):
        pass

    def crash() -> int:
        raise Crash

    v1.webhook_endpoints.create({"url": "https://shop.example.com/hook", "enabled_events": ["*"]})
    pay(v1)
    inbox.fails = crash
    with pytest.raises(Crash):
        post_control(app, "deliveries/send")
    assert len(post_control(app, "deliveries/send")["data"]) == 3


def test_scheduled_actions_and_the_clock_move_only_on_request(app: Flask, v1: Any) -> None:
    payment = pay(v1, "pm_card_refundFail")
    refund = v1.refunds.create({"payment_intent": payment.id}, {"idempotency_key": "refund-1"})
    assert post_control(app, "clock", advance=1)["happened"] == []
    assert [one["id"] for one in post_control(app, "clock", advance=60)["happened"]] == [refund.id]
    again = v1.refunds.create({"payment_intent": payment.id}, {"idempotency_key": "refund-1"})
    assert (again.id, again.status) == (refund.id, "succeeded")
    post_control(app, "clock", advance=24 * 60 * 60)
    assert v1.refunds.create({"payment_intent": payment.id}, {"idempotency_key": "refund-1"}).id != refund.id


@pytest.mark.parametrize(("kind", "made"), [("drop_before", 0), ("drop_after", 1)])
def test_a_drop_fault_raises_a_connection_error_in_process(app: Flask, v1: Any, kind: str, made: int) -> None:
    post_control(app, "faults", kind=kind, path="/v1/payment_intents")
    assert isinstance(error_of(pay, v1), stripe.APIConnectionError)
    assert len(v1.payment_intents.list().data) == made


def test_a_delay_takes_no_real_time(app: Flask, v1: Any) -> None:
    post_control(app, "faults", kind="delay", seconds=3600, path="/v1/payment_intents")
    before = app.test_client().get("/simulator/clock").json["ahead"]  # type: ignore[index]  # JSON
    pay(v1)
    after = app.test_client().get("/simulator/clock").json["ahead"]  # type: ignore[index]  # JSON
    assert after - before == 3600


def test_two_in_process_simulators_are_independent(v1: Any) -> None:
    other = stripe.StripeClient(accounts.secret_key(accounts.OLENA), http_client=InProcessClient(create_app())).v1
    pay(v1)
    assert other.payment_intents.list().data == []


def test_a_state_file_of_an_earlier_version_is_migrated(tmp_path: Path) -> None:
    state = tmp_path / "stripe.db"
    with sqlite3.connect(state) as earlier:
        earlier.execute(
            "CREATE TABLE answer (account TEXT, livemode INTEGER, key TEXT, fingerprint TEXT, status INTEGER, "
            "body TEXT, request_id TEXT, PRIMARY KEY (account, livemode, key))"
        )
    v1 = stripe.StripeClient(accounts.secret_key(accounts.OLENA), http_client=InProcessClient(create_app(state))).v1
    ids = {v1.customers.create({}, {"idempotency_key": "ivan"}).id for _ in range(2)}
    assert len(ids) == 1


def test_scheduled_actions_work_with_a_state_file_of_an_earlier_version(tmp_path: Path) -> None:
    state = tmp_path / "stripe.db"
    with sqlite3.connect(state) as earlier:
        earlier.execute(
            "CREATE TABLE later (id INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, "
            "livemode INTEGER NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL, "
            "due REAL NOT NULL, deadline INTEGER NOT NULL)"
        )
    app = create_app(state)
    v1 = stripe.StripeClient(accounts.secret_key(accounts.OLENA), http_client=InProcessClient(app)).v1
    v1.refunds.create({"payment_intent": pay(v1, "pm_card_refundFail").id})
    assert [one["what"] for one in post_control(app, "advance")["happened"]] == ["refund_fails"]


def test_subscriptions_renew_without_threads(app: Flask, v1: Any, inbox: Inbox) -> None:
    v1.webhook_endpoints.create({"url": "https://shop.example.com/hook", "enabled_events": ["invoice.paid"]})
    customer = v1.customers.create({"payment_method": "pm_card_visa"})
    [method] = v1.customers.payment_methods.list(customer.id).data
    recurring = {"interval": "day", "interval_count": 10}
    params = {"unit_amount": 1990, "currency": "eur", "recurring": recurring, "product_data": {"name": "Course"}}
    items = [{"price": v1.prices.create(params).id}]
    given = {"customer": customer.id, "items": items, "default_payment_method": method.id}
    subscription = v1.subscriptions.create(given)
    assert subscription.status == "active"
    happened = [one["what"] for one in post_control(app, "clock", advance=21 * 24 * 60 * 60)["happened"]]
    renewals = [what for what in happened if not what.startswith("payout_")]
    assert renewals == ["subscription_renews", "invoice_is_finalized"] * 2
    post_control(app, f"subscriptions/{subscription.id}/renew", card="declines")
    assert v1.subscriptions.retrieve(subscription.id).status == "past_due"
    post_control(app, "deliveries/send")
    assert inbox.types() == ["invoice.paid"] * 3
