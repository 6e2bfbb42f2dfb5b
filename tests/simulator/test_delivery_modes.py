"""Webhooks on bad days: lost, late, doubled, in the wrong order, and let out one by one."""

from typing import Any

import pytest
import requests

from tests.simulator.process import until
from tests.simulator.receiver import Receiver
from tests.simulator.shop import Shop
from tests.simulator.steering import steer

KINDS = ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]


@pytest.fixture
def listening(olena: Shop, receiver: Receiver) -> Receiver:
    """A shop's address that gets everything of Olena's."""
    olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    return receiver


def deliveries(shop: Shop) -> list[dict[str, Any]]:
    return list(requests.get(f"{shop.url}/simulator/deliveries", timeout=20).json()["data"])


def types(receiver: Receiver) -> list[str]:
    return [one["type"] for one in receiver.events()]


def undelivered(shop: Shop) -> list[str]:
    return [one.type for one in reversed(shop.v1.events.list({"delivery_success": False}).data)]


def test_dropped_events_are_lost_but_can_be_asked_for_and_sent_again(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="drop")
    olena.pay("pm_card_visa")
    assert [one["state"] for one in deliveries(olena)] == ["dropped"] * 3
    assert undelivered(olena) == KINDS
    steer(olena, "deliveries/mode", mode="normal")
    customer = olena.v1.customers.create({})
    assert listening.wait_for_type("customer.created")[0]["data"]["object"]["id"] == customer.id
    assert types(listening) == ["customer.created"]
    until(lambda: undelivered(olena) == KINDS)
    for event in olena.v1.events.list({"delivery_success": False}).data:
        steer(olena, f"events/{event.id}/resend")
    listening.wait_for(lambda events: len(events) == 4)
    until(lambda: undelivered(olena) == [])


def test_delayed_events_come_when_their_time_does(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="delay", seconds=600)
    olena.payment()
    assert undelivered(olena) == ["payment_intent.created"]
    assert deliveries(olena)[0]["attempts"] == []
    steer(olena, "clock", advance=601)
    listening.wait_for_type("payment_intent.created")


def test_duplicated_events_come_twice(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="duplicate")
    olena.payment()
    sent = listening.wait_for_type("payment_intent.created", times=2)
    assert len({one["id"] for one in sent}) == 1
    until(lambda: undelivered(olena) == [])


def test_an_endpoint_that_was_served_twice_does_not_stand_for_another(olena: Shop, listening: Receiver) -> None:
    olena.v1.webhook_endpoints.create({"url": "http://127.0.0.1:1/hook", "enabled_events": ["*"]})
    steer(olena, "deliveries/mode", mode="duplicate")
    olena.payment()
    listening.wait_for_type("payment_intent.created", times=2)
    until(lambda: [one["state"] for one in deliveries(olena)].count("delivered") == 2)
    assert [one.pending_webhooks for one in olena.v1.events.list().data] == [1]


def test_gathered_events_come_in_reverse_order_on_release(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="reverse", seconds=600)
    olena.pay("pm_card_visa")
    olena.v1.customers.create({})
    assert types(listening) == []
    steer(olena, "deliveries/release")
    listening.wait_for(lambda events: len(events) == 4)
    assert types(listening) == ["customer.created", *reversed(KINDS)]


def test_gathered_events_come_in_reverse_order_after_a_moment(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="reverse", seconds=0.2)
    olena.pay("pm_card_visa")
    listening.wait_for(lambda events: len(events) == 3)
    assert types(listening) == list(reversed(KINDS))
    olena.payment()
    listening.wait_for(lambda events: len(events) == 4)


def test_a_new_mode_lets_what_was_gathered_out(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="reverse", seconds=600)
    olena.pay("pm_card_visa")
    steer(olena, "deliveries/mode", mode="normal")
    listening.wait_for(lambda events: len(events) == 3)
    assert types(listening) == list(reversed(KINDS))


def test_single_deliveries_can_be_let_out_in_any_order(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/hold")
    olena.pay("pm_card_visa")
    created, charged, succeeded = deliveries(olena)
    assert [one["type"] for one in (created, charged, succeeded)] == KINDS
    tried = steer(olena, "deliveries/send", ids=[succeeded["id"], created["id"]])["data"]
    assert types(listening) == ["payment_intent.succeeded", "payment_intent.created"]
    assert [one["state"] for one in tried] == ["delivered", "delivered"]
    assert undelivered(olena) == ["charge.succeeded"]
    assert steer(olena, "deliveries/send", ids=[succeeded["id"]])["data"] == []
    assert len(steer(olena, "deliveries/send")["data"]) == 1
    assert types(listening)[-1] == "charge.succeeded"


def test_what_was_let_out_and_not_taken_waits_again(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/hold")
    listening.answers.extend([500, 500])
    olena.payment()
    for _ in range(3):
        [tried] = steer(olena, "deliveries/send")["data"]
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
def test_a_control_that_makes_no_sense_is_refused_in_words(olena: Shop, control: str, body: dict[str, Any]) -> None:
    assert steer(olena, control, 400, **body)["error"]["message"]


def test_starting_over_makes_deliveries_normal_again(olena: Shop, listening: Receiver) -> None:
    steer(olena, "deliveries/mode", mode="drop")
    steer(olena, "reset")
    found = requests.get(f"{olena.url}/simulator/deliveries", timeout=20).json()
    assert (found["mode"], found["held"], found["data"]) == ("normal", False, [])
