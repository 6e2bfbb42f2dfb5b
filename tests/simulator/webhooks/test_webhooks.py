"""Webhook endpoints and the delivery of events."""

import re
import time
from typing import Any

import pytest
import requests
import stripe

from tests.processes import until
from tests.simulator.shop import Shop, error_of
from tests.simulator.webhook_receiver import Receiver

VERSION = "2026-10-28.endive"


def register(shop: Shop, url: str, *types: str, **params: Any) -> Any:
    return shop.v1.webhook_endpoints.create({"url": url, "enabled_events": list(types) or ["*"], **params})


def deliveries(shop: Shop) -> list[dict[str, Any]]:
    return list(requests.get(f"{shop.url}/simulator/deliveries", timeout=20).json()["data"])


def test_the_secret_is_returned_only_on_creation(olena: Shop) -> None:
    made = register(olena, "http://127.0.0.1:1/hook", "charge.failed", api_version=VERSION, description="Shop")
    assert re.fullmatch(r"whsec_\w{32}", made.secret)
    assert (made.api_version, made.status, made.description) == (VERSION, "enabled", "Shop")
    for again in (
        olena.v1.webhook_endpoints.retrieve(made.id),
        olena.v1.webhook_endpoints.update(made.id, {"description": "Mine"}),
        olena.v1.webhook_endpoints.list().data[0],
    ):
        assert "secret" not in again.to_dict()


def test_an_endpoint_can_be_updated_and_deleted_but_keeps_its_version(olena: Shop) -> None:
    made = register(olena, "http://127.0.0.1:1/hook")
    params = {"url": "http://127.0.0.1:2/hook", "enabled_events": ["charge.failed"], "disabled": True}
    changed = olena.v1.webhook_endpoints.update(made.id, params)
    assert (changed.url, changed.enabled_events, changed.status) == (params["url"], ["charge.failed"], "disabled")
    error = error_of(olena.v1.webhook_endpoints.update, made.id, {"api_version": VERSION})
    assert error.code == "parameter_unknown"
    assert olena.v1.webhook_endpoints.delete(made.id).deleted
    assert olena.v1.webhook_endpoints.list().data == []
    assert error_of(olena.v1.webhook_endpoints.delete, made.id).http_status == 404


@pytest.mark.parametrize(
    "url", ["shop.example.com/hook", "ftp://shop.example.com", "http://", "http://a b/", "https://x:y"]
)
def test_an_invalid_url_is_refused(olena: Shop, url: str) -> None:
    error = error_of(register, olena, url)
    assert (error.http_status, error.code, error.param) == (400, "url_invalid", "url")


def test_live_mode_requires_https_except_on_loopback(olena: Shop, olena_live: Shop) -> None:
    plain = "http://shop.example.com/hook"
    assert register(olena, plain).url == plain
    assert error_of(register, olena_live, plain).code == "url_invalid"
    for url in ("https://shop.example.com/hook", "http://127.0.0.1:1/hook", "http://localhost:1/", "http://[::1]:1/"):
        assert register(olena_live, url).livemode is True


def test_unknown_event_types_and_empty_lists_are_refused(olena: Shop) -> None:
    assert error_of(register, olena, "http://127.0.0.1:1/", "payment.done").param == "enabled_events[0]"
    form = {"url": "http://127.0.0.1:1/", "enabled_events": ""}
    response = olena.raw("POST", "/v1/webhook_endpoints", form)
    assert response.json()["error"]["param"] == "enabled_events"


def test_an_account_has_at_most_sixteen_endpoints(olena: Shop, olena_live: Shop) -> None:
    for number in range(16):
        register(olena, f"http://127.0.0.1:1/{number}")
    assert error_of(register, olena, "http://127.0.0.1:1/one-more").http_status == 400
    register(olena_live, "http://127.0.0.1:1/hook")


def test_events_arrive_signed_with_a_snapshot_of_their_object(olena: Shop, receiver: Receiver) -> None:
    endpoint = register(olena, receiver.url, api_version=VERSION)
    payment = olena.pay("pm_card_visa", metadata={"order": "17"})
    [event] = receiver.wait_for_type("payment_intent.succeeded")
    assert event["data"]["object"]["id"] == payment.id
    assert event["data"]["object"]["metadata"] == {"order": "17"}
    assert (event["api_version"], event["livemode"], event.get("account")) == (
        VERSION,
        False,
        None,
    )
    assert event["request"]["id"].startswith("req_")
    receiver.wait_for_type("charge.succeeded")
    receiver.verified_events(endpoint.secret)
    body, header = receiver.deliveries[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, "whsec_other")


def test_deliveries_are_signed_at_the_time_of_the_machine_although_the_clock_was_moved(
    olena: Shop, receiver: Receiver
) -> None:
    endpoint = register(olena, receiver.url)
    requests.post(f"{olena.url}/simulator/clock", json={"advance": 86400}, timeout=20).raise_for_status()
    olena.pay("pm_card_visa")
    receiver.wait_for_type("payment_intent.succeeded")
    for body, header in receiver.deliveries:
        stripe.Webhook.construct_event(body, header, endpoint.secret)
        signed_at = int(header.partition("t=")[2].partition(",")[0])
        assert abs(time.time() - signed_at) < 3600


def test_only_subscribed_events_are_sent(olena: Shop, receiver: Receiver) -> None:
    register(olena, receiver.url, "payment_intent.payment_failed", "customer.created")
    olena.confirm_with_card(olena.payment(), "4000000000000002")
    olena.v1.customers.create({})
    events = receiver.wait_for_type("customer.created")
    assert events
    receiver.wait_for_type("payment_intent.payment_failed")
    assert {one["type"] for one in receiver.events()} == {"payment_intent.payment_failed", "customer.created"}


def test_events_stay_in_their_account_and_mode(olena: Shop, kenji: Shop, olena_live: Shop, receiver: Receiver) -> None:
    register(olena, receiver.url)
    kenji.payment()
    olena_live.payment()
    payment = olena.payment()
    receiver.wait_for_type("payment_intent.created")
    assert [one["data"]["object"]["id"] for one in receiver.events()] == [payment.id]


def test_failed_deliveries_are_retried_with_a_new_signature(olena: Shop, receiver: Receiver) -> None:
    endpoint = register(olena, receiver.url)
    receiver.answers.extend([500, 302, 404])
    olena.payment()
    sent = receiver.wait_for_type("payment_intent.created", times=4)
    assert len({one["id"] for one in sent}) == 1
    receiver.verified_events(endpoint.secret)
    [event] = wait_until_delivered(olena)
    assert event.pending_webhooks == 0
    [delivery] = deliveries(olena)
    assert [one["status"] for one in delivery["attempts"]] == [500, 302, 404, 200]


def wait_until_delivered(shop: Shop) -> list[Any]:
    """Wait until all events are delivered, and return them."""
    until(lambda: not shop.v1.events.list({"delivery_success": False}).data, "every event to be delivered")
    return list(shop.v1.events.list({"delivery_success": True}).data)


def test_undelivered_events_can_be_listed(olena: Shop, receiver: Receiver) -> None:
    register(olena, receiver.url, "payment_intent.created")
    receiver.answers.extend([500] * 50)
    olena.payment()
    olena.v1.customers.create({})
    receiver.wait_for_type("payment_intent.created")
    [missed] = olena.v1.events.list({"delivery_success": False}).data
    assert (missed.type, missed.pending_webhooks) == ("payment_intent.created", 1)


def test_a_disabled_endpoint_gets_nothing(olena: Shop, receiver: Receiver) -> None:
    endpoint = register(olena, receiver.url)
    olena.v1.webhook_endpoints.update(endpoint.id, {"disabled": True})
    olena.payment()
    olena.v1.webhook_endpoints.update(endpoint.id, {"disabled": False})
    customer = olena.v1.customers.create({})
    receiver.wait_for_type("customer.created")
    assert [one["data"]["object"]["id"] for one in receiver.events()] == [customer.id]


def test_the_buyers_answer_to_a_check_sends_events(olena: Shop, receiver: Receiver) -> None:
    register(olena, receiver.url, "payment_intent.requires_action", "payment_intent.payment_failed")
    payment = olena.payment()
    olena.confirm_with_card(payment, "4000000000003220")
    receiver.wait_for_type("payment_intent.requires_action")
    olena.answer_challenge(payment, "fail")
    [event] = receiver.wait_for_type("payment_intent.payment_failed")
    assert event["data"]["object"]["last_payment_error"]["code"] == "payment_intent_authentication_failure"


def test_nothing_is_sent_to_the_internet(olena: Shop) -> None:
    register(olena, "https://192.0.43.8/hook")
    olena.payment()
    until(lambda: any(one["attempts"] for one in deliveries(olena)), "the first attempt")
    assert "never sends" in deliveries(olena)[0]["attempts"][0]["error"]


def test_webhooks_can_be_held_and_resent(olena: Shop, receiver: Receiver) -> None:
    endpoint = register(olena, receiver.url, "payment_intent.created")
    control = f"{olena.url}/simulator"
    requests.post(f"{control}/deliveries/hold", timeout=20).raise_for_status()
    olena.payment()
    [event] = olena.v1.events.list().data
    assert event.pending_webhooks == 1
    assert receiver.deliveries == []
    requests.post(f"{control}/deliveries/release", timeout=20).raise_for_status()
    receiver.wait_for_type("payment_intent.created")
    requests.post(f"{control}/events/{event.id}/resend", timeout=20).raise_for_status()
    receiver.wait_for_type("payment_intent.created", times=2)
    assert {one.id for one in receiver.verified_events(endpoint.secret)} == {event.id}
    assert requests.post(f"{control}/events/evt_none/resend", timeout=20).status_code == 404
