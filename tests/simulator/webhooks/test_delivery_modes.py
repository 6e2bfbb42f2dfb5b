"""Delivery modes: drop, delay, duplicate, reverse; single deliveries on request."""

from typing import Any

import pytest
import requests

from tests.processes import until
from tests.simulator.controls import post_control
from tests.simulator.shop import Shop
from tests.simulator.webhook_receiver import Receiver

KINDS = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture
def listening(olena: Shop, receiver: Receiver) -> Receiver:
    """An endpoint that receives all events of Olena's account."""
    olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    return receiver


def deliveries(shop: Shop) -> list[dict[str, Any]]:
    return list(requests.get(f"{shop.url}/simulator/deliveries", timeout=20).json()["data"])


def types(receiver: Receiver) -> list[str]:
    return [one["type"] for one in receiver.events()]


def undelivered(shop: Shop) -> list[str]:
    return [one.type for one in reversed(shop.v1.events.list({"delivery_success": False}).data)]


def test_dropped_events_are_not_sent_but_can_be_listed_and_resent(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="drop")
    olena.pay("pm_card_visa")
    assert [one["state"] for one in deliveries(olena)] == ["dropped"] * 3
    assert undelivered(olena) == KINDS
    post_control(olena, "deliveries/mode", mode="normal")
    customer = olena.v1.customers.create({})
    assert listening.wait_for_type("customer.created")[0]["data"]["object"]["id"] == customer.id
    assert types(listening) == ["customer.created"]
    until(lambda: undelivered(olena) == KINDS, "only the dropped events to be undelivered")
    for event in olena.v1.events.list({"delivery_success": False}).data:
        post_control(olena, f"events/{event.id}/resend")
    listening.wait_for(lambda events: len(events) == 4)
    until(lambda: undelivered(olena) == [], "every event to be delivered")


def test_delayed_events_are_sent_after_their_delay(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="delay", seconds=600)
    olena.payment()
    assert undelivered(olena) == ["payment_intent.created"]
    assert deliveries(olena)[0]["attempts"] == []
    post_control(olena, "clock", advance=601)
    listening.wait_for_type("payment_intent.created")


def test_duplicated_events_are_sent_twice(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="duplicate")
    olena.payment()
    sent = listening.wait_for_type("payment_intent.created", times=2)
    assert len({one["id"] for one in sent}) == 1
    until(lambda: undelivered(olena) == [], "the event to be delivered")


def test_two_deliveries_to_one_endpoint_do_not_count_for_another_endpoint(olena: Shop, listening: Receiver) -> None:
    olena.v1.webhook_endpoints.create({"url": "http://127.0.0.1:1/hook", "enabled_events": ["*"]})
    post_control(olena, "deliveries/mode", mode="duplicate")
    olena.payment()
    listening.wait_for_type("payment_intent.created", times=2)
    until(lambda: [one["state"] for one in deliveries(olena)].count("delivered") == 2, "both deliveries")
    assert [one.pending_webhooks for one in olena.v1.events.list().data] == [1]


def test_collected_events_are_sent_in_reverse_order_on_release(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="reverse", seconds=600)
    olena.pay("pm_card_visa")
    olena.v1.customers.create({})
    assert types(listening) == []
    post_control(olena, "deliveries/release")
    listening.wait_for(lambda events: len(events) == 4)
    assert types(listening) == ["customer.created", *reversed(KINDS)]


def test_collected_events_are_sent_in_reverse_order_after_their_delay(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="reverse", seconds=0.2)
    olena.pay("pm_card_visa")
    listening.wait_for(lambda events: len(events) == 3)
    assert types(listening) == list(reversed(KINDS))
    olena.payment()
    listening.wait_for(lambda events: len(events) == 4)


def test_a_new_mode_sends_the_collected_events(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="reverse", seconds=600)
    olena.pay("pm_card_visa")
    post_control(olena, "deliveries/mode", mode="normal")
    listening.wait_for(lambda events: len(events) == 3)
    assert types(listening) == list(reversed(KINDS))


def test_single_deliveries_can_be_sent_in_any_order(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/hold")
    olena.pay("pm_card_visa")
    created, charged, succeeded = deliveries(olena)
    assert [one["type"] for one in (created, charged, succeeded)] == KINDS
    tried = post_control(olena, "deliveries/send", ids=[succeeded["id"], created["id"]])["data"]
    assert types(listening) == ["payment_intent.succeeded", "payment_intent.created"]
    assert [one["state"] for one in tried] == ["delivered", "delivered"]
    assert undelivered(olena) == ["charge.succeeded"]
    assert post_control(olena, "deliveries/send", ids=[succeeded["id"]])["data"] == []
    assert len(post_control(olena, "deliveries/send")["data"]) == 1
    assert types(listening)[-1] == "charge.succeeded"


def test_a_failed_delivery_stays_pending(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/hold")
    listening.answers.extend([500, 500])
    olena.payment()
    for _ in range(3):
        [tried] = post_control(olena, "deliveries/send")["data"]
    assert [one["status"] for one in tried["attempts"]] == [500, 500, 200]


@pytest.mark.parametrize(
    ("control", "body"),
    [
        ("deliveries/mode", {"mode": "lost"}),
        ("deliveries/mode", {}),
        ("deliveries/mode", {"mode": "delay", "seconds": "soon"}),
        ("deliveries/mode", {"mode": "delay", "seconds": -1}),
        ("deliveries/send", {"ids": "all"}),
        ("clock", {}),
        ("clock", {"advance": "tomorrow"}),
    ],
)
def test_invalid_control_requests_are_refused_with_a_message(olena: Shop, control: str, body: dict[str, Any]) -> None:
    assert post_control(olena, control, 400, **body)["error"]["message"]


def test_a_reset_restores_normal_delivery(olena: Shop, listening: Receiver) -> None:
    post_control(olena, "deliveries/mode", mode="drop")
    post_control(olena, "reset")
    found = requests.get(f"{olena.url}/simulator/deliveries", timeout=20).json()
    assert (found["mode"], found["held"], found["data"]) == ("normal", False, [])
