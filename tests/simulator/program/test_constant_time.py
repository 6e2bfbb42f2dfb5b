"""The work of a call does not grow with the number of stored objects. The constant-time mode leaves events out."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
import stripe
from flask import Flask

from stripe_simulator import accounts
from stripe_simulator.app import create_app
from stripe_simulator.in_process import InProcessClient
from tests.processes import free_port, module, running
from tests.simulator.program.test_in_process import Inbox, pay, post_control

RECURRING = {"interval": "month", "interval_count": 1}


class Counted:
    """A simulator in this process that counts the steps of its database: each row that is read takes several."""

    def __init__(self, *, constant_time: bool) -> None:
        self.inbox = Inbox()
        self.app: Flask = create_app(post=self.inbox, constant_time=constant_time)
        client = InProcessClient(self.app)
        self.v1: Any = stripe.StripeClient(accounts.secret_key(accounts.OLENA), http_client=client).v1
        self.v1.webhook_endpoints.create({"url": "https://shop.example.com/hook", "enabled_events": ["*"]})
        price = {"unit_amount": 1990, "currency": "eur", "recurring": RECURRING, "product_data": {"name": "Course"}}
        self.price = self.v1.prices.create(price | {"lookup_key": "course"}).id
        self.steps = 0

    def count_step(self) -> int:
        self.steps += 1
        return 0

    @contextmanager
    def counting(self) -> Iterator[None]:
        db = self.app.extensions["stripe_simulator"].store.db
        self.steps = 0
        db.set_progress_handler(self.count_step, 1)
        yield
        db.set_progress_handler(None, 0)

    def sell(self) -> dict[str, Any]:
        """A customer with a card, a subscription with its paid invoice, and a payment with a refund and a dispute."""
        customer = self.v1.customers.create({"email": "ivan@example.com", "payment_method": "pm_card_visa"})
        [method] = self.v1.customers.payment_methods.list(customer.id).data
        subscription = self.v1.subscriptions.create(
            {"customer": customer.id, "items": [{"price": self.price}], "default_payment_method": method.id}
        )
        payment = pay(self.v1)
        refund = self.v1.refunds.create({"payment_intent": payment.id, "amount": 100})
        post_control(self.app, "disputes", payment_intent=payment.id)
        return {
            "customer": customer.id,
            "chosen": {"default_payment_method": method.id, "items": [{"price": self.price}]},
            "subscription": subscription.id,
            "payment": payment.id,
            "refund": refund.id,
        }


def calls(shop: Counted, sold: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """One call of each kind, by name. `sold` are the ids that they ask for."""
    v1, limit = shop.v1, {"limit": 2}
    customer, payment = {"customer": sold["customer"], **limit}, {"payment_intent": sold["payment"], **limit}
    created = {"created": {"gte": 1_000_000_000}, **limit}
    types = ["charge.succeeded", "invoice.paid"]
    return {
        "retrieve": lambda: v1.payment_intents.retrieve(sold["payment"], {"expand": ["latest_charge.refunds"]}),
        "create": lambda: v1.payment_intents.create({"amount": 500, "currency": "eur"}, {"idempotency_key": "key"}),
        "customers": lambda: v1.customers.list(limit),
        "payments": lambda: v1.payment_intents.list(created),
        "payments of a customer": lambda: v1.payment_intents.list(customer),
        "payments, next page": lambda: v1.payment_intents.list({"starting_after": sold["payment"], **limit}),
        "payments, page before": lambda: v1.payment_intents.list({"ending_before": sold["payment"], **limit}),
        "charges": lambda: v1.charges.list(payment),
        "refunds": lambda: v1.refunds.list(payment),
        "refunds since": lambda: v1.refunds.list(created),
        "disputes": lambda: v1.disputes.list(payment),
        "subscriptions": lambda: v1.subscriptions.list({**customer, "status": "all"}),
        "subscriptions since": lambda: v1.subscriptions.list({**created, "status": "all"}),
        "invoices": lambda: v1.invoices.list({"subscription": sold["subscription"]}),
        "open invoices": lambda: v1.invoices.list({"status": "open"}),
        "invoice payments": lambda: v1.invoice_payments.list({"status": "open"}),
        "setup intents": lambda: v1.setup_intents.list(customer),
        "prices": lambda: v1.prices.list({"lookup_keys": ["course"]}),
        "events of types": lambda: v1.events.list({**created, "types": types}),
        "delivered events": lambda: v1.events.list({**created, "delivery_success": True, "types": types}),
        "undelivered events": lambda: v1.events.list({**created, "delivery_success": False}),
        "subscribe": lambda: v1.subscriptions.create({"customer": sold["customer"], **sold["chosen"]}),
    }


def work(shop: Counted, sold: dict[str, Any]) -> dict[str, int]:
    counted = {}
    for name, call in calls(shop, sold).items():
        post_control(shop.app, "deliveries/send")
        with shop.counting():
            call()
        counted[name] = shop.steps
    return counted


@pytest.mark.parametrize("constant_time", [False, True])
def test_the_work_of_a_call_does_not_grow_with_the_number_of_objects(constant_time: bool) -> None:
    few = Counted(constant_time=constant_time)
    few.sell()
    sold = few.sell()
    few.sell()
    many = Counted(constant_time=constant_time)
    for _ in range(12):
        many.sell()
    also_sold = many.sell()
    many.sell()
    with_few, with_many = work(few, sold), work(many, also_sold)
    # A list has two objects in both, and says that there are more.
    grown = {name: (steps, with_many[name]) for name, steps in with_few.items() if with_many[name] > steps * 1.1}
    assert not grown


def test_scheduled_actions_that_wait_are_not_read() -> None:
    few, many = Counted(constant_time=True), Counted(constant_time=True)
    few.sell()
    for _ in range(8):
        many.sell()
    steps = []
    for shop in (few, many):
        with shop.counting():
            post_control(shop.app, "clock", advance=1)
        steps.append(shop.steps)
    assert steps[0] == steps[1]


def test_the_constant_time_mode_makes_no_events_until_they_are_asked_for() -> None:
    shop = Counted(constant_time=True)
    shop.sell()
    post_control(shop.app, "deliveries/send")
    assert (shop.inbox.received, shop.v1.events.list().data) == ([], [])
    post_control(shop.app, "deliveries/mode", mode="normal")
    pay(shop.v1)
    post_control(shop.app, "deliveries/send")
    assert shop.inbox.types() == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


def test_the_constant_time_mode_has_no_delays() -> None:
    shop = Counted(constant_time=True)
    payment = pay(shop.v1, "pm_card_refundFail")
    refund = shop.v1.refunds.create({"payment_intent": payment.id})
    assert [one["id"] for one in post_control(shop.app, "clock", advance=0)["happened"]] == [refund.id]


def test_the_mode_is_chosen_on_the_command_line_and_connections_stay_open(tmp_path: Path) -> None:
    port = free_port()
    command = module("stripe_simulator", "--port", str(port), "--quiet", "--constant-time")
    with running(command, f"http://127.0.0.1:{port}/simulator/health", tmp_path / "simulator.log"):
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/simulator/deliveries")
        socket = connection.sock
        assert json.loads(connection.getresponse().read())["mode"] == "off"
        headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
        for _ in range(2):
            connection.request("GET", "/v1/charges", headers=headers)
            assert json.loads(connection.getresponse().read())["data"] == []
        assert connection.sock is socket
        connection.close()
