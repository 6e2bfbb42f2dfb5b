"""Outgoing webhooks: what other programs are told, signed as Standard Webhooks says, and repeated until it works."""

import re
import socket
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook, WebhookVerificationError

from storefront import customers, integrations, payments, subscriptions
from storefront.config import Config, ConfigError
from storefront.db import db
from storefront.integrations import networks, requests, signing
from storefront.models import (
    Email,
    EmailKind,
    EventType,
    Merchant,
    Offer,
    OutgoingEvent,
    Payment,
    Subscription,
    WebhookDelivery,
    WebhookEndpoint,
    now,
)
from storefront.worker import retention, tasks
from tests.architecture.source import ROOT
from tests.cast import MARKO
from tests.factories import make_offer
from tests.other_program import OtherProgram, Received
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.stripe_dashboard import dispute_at_stripe, pay_at_stripe
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of

ADDRESS = "/admin/settings/webhooks"
ALL = [str(kind) for kind in EventType]


@pytest.fixture
def endpoint(offer: Offer, program: OtherProgram) -> WebhookEndpoint:
    return integrations.add_endpoint(f"{program.url}/hooks?shop=1", ALL)


def deliver() -> None:
    """What the worker's job does each minute."""
    tasks.deliver_outgoing()
    db.connect(reuse_if_open=True)


def verified(received: Received, secret: str) -> dict[str, object]:
    """The event, checked by the library of Standard Webhooks."""
    found = Webhook(secret).verify(received.body, received.headers)
    assert found["id"] == received.headers["webhook-id"]
    return found  # type: ignore[no-any-return]


def test_a_sale_is_told_with_a_signature(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    assert program.received == [], "nothing leaves the shop inside a payment"
    deliver()
    (received,) = program.received
    assert received.path == "/hooks?shop=1" and received.headers["content-type"] == "application/json"
    event = verified(received, endpoint.secret)
    assert (event["type"], event["mode"]) == ("order.paid", "test")
    data = event["data"]["order"]  # type: ignore[index]
    assert (data["id"], data["status"], data["amount"], data["currency"]) == (str(order.number), "paid", 1999, "EUR")
    assert (data["email"], data["offer"]["title"]) == (order.email, "Watercolour evening")
    assert order.token not in received.body.decode(), "whoever has the token can open the customer’s pages"
    deliver()
    assert len(program.received) == 1
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(received.body + b" ", received.headers)


def test_the_code_of_the_documentation_checks_signatures(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/webhooks.md").read_text(), flags=re.S)
    names: dict[str, Any] = {}
    exec(code, names)
    check = names["is_from_the_shop"]
    buy(offer, simulator)
    deliver()
    (received,) = program.received
    assert check(received.headers, received.body, endpoint.secret)
    assert not check(received.headers, received.body + b" ", endpoint.secret)
    assert not check(received.headers, received.body, signing.new_secret())
    late = {**received.headers, "webhook-timestamp": str(int(received.headers["webhook-timestamp"]) - 301)}
    assert not check(late, received.body, endpoint.secret)


def test_every_event_is_documented() -> None:
    words = (ROOT / "docs/webhooks.md").read_text()
    assert [kind for kind in EventType if f"| `{kind}` |" not in words] == []


def types_told(program: OtherProgram) -> list[str]:
    deliver()
    types = [received.json["type"] for received in program.received]
    program.received.clear()
    return types


def test_each_renewal_of_a_subscription_is_told(
    endpoint: WebhookEndpoint, merchant: Merchant, program: OtherProgram, simulator: Simulator
) -> None:
    subscription = subscribe(make_offer(merchant, kind="recurring"), simulator)
    assert types_told(program) == ["order.paid", "subscription.started"]
    renew(subscription, simulator)
    assert types_told(program) == ["subscription.renewed"]
    invoice = renew(subscription, simulator, "declines")
    deliver()
    failed = program.received.pop().json
    assert failed["type"] == "subscription.needs_action" and failed["data"]["invoice"]["needs"] == "card"
    assert failed["data"]["subscription"]["status"] == "past_due"
    pay_at_stripe(simulator, invoice)
    subscriptions.refresh(subscription)
    assert types_told(program) == ["subscription.renewed", "subscription.recovered"]
    subscriptions.cancel(subscription, immediately=True, by="owner")
    subscriptions.refresh(subscription)
    assert types_told(program) == ["subscription.ended"]


def test_a_trial_starts_with_its_saved_card(
    endpoint: WebhookEndpoint, merchant: Merchant, program: OtherProgram, simulator: Simulator
) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=14)
    abandoned = start_checkout(offer)
    unfinished = Subscription.current(abandoned.order)
    assert unfinished is not None
    subscriptions.refresh(unfinished)
    assert types_told(program) == [], "Stripe says that it is trialing, but no card was saved"
    confirm(simulator, abandoned)
    refresh(abandoned.order)
    assert types_told(program) == ["order.paid", "subscription.started"]


def test_refunds_disputes_withdrawals_and_payment_requests_are_told(
    endpoint: WebhookEndpoint, merchant: Merchant, program: OtherProgram, simulator: Simulator
) -> None:
    order = buy(make_offer(merchant, withdrawal_days=14), simulator)
    assert types_told(program) == ["order.paid"]
    customers.withdraw(order)
    assert types_told(program) == ["order.withdrawn"]
    payments.request_refund(order, 500, "requested_by_customer", "a-refund-of-this-test")
    deliver()
    told = program.received.pop().json
    assert told["type"] == "order.refunded" and told["data"]["refund"]["amount"] == 500
    assert told["data"]["order"]["status"] == "partially_refunded"
    payment = Payment.get(Payment.order == order)
    dispute_at_stripe(simulator, payment.intent_id, amount=700)
    payments.sync_disputes(payment)
    deliver()
    told = program.received.pop().json
    assert told["type"] == "order.disputed" and told["data"]["dispute"]["amount"] == 700
    asked = payments.create_request(
        payments.RequestFields("A portrait", "45", "EUR", merchant, "", "", now() + timedelta(days=9), "en")
    )
    started = payments.start_request(asked, MARKO)
    confirm(simulator, started)
    refresh(started.order)
    assert types_told(program) == ["order.paid", "payment_request.paid"]


def test_without_endpoints_nothing_is_written(offer: Offer, simulator: Simulator) -> None:
    buy(offer, simulator)
    assert not OutgoingEvent.select().exists()


def test_a_failed_delivery_is_retried_for_three_days_with_the_same_id(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    buy(offer, simulator)
    program.will_answer(500, "Out of paper <b>")
    deliver()
    deliver()
    assert len(program.received) == 1, "the next attempt waits a minute"
    delivery = WebhookDelivery.get()
    assert (delivery.state, delivery.status, delivery.answer) == ("waiting", 500, "Out of paper <b>")
    with time_moved(minutes=2):
        deliver()
    assert WebhookDelivery.get().state == "delivered"
    first, second = program.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.body == second.body
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"], "each attempt has its own time"


def test_an_endpoint_that_keeps_failing_is_disabled_and_the_owner_is_told(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator, admin: FlaskClient
) -> None:
    buy(offer, simulator)
    for _attempt in range(20):
        program.will_answer(503)
    hours = [0, 0.1, 0.2, 1, 4, 9, 18, 27, 40, 53, 66, 80]
    for hour in hours:
        with time_moved(hours=hour):
            deliver()
    assert len(program.received) == len(hours) and WebhookDelivery.get().state == "failed"
    found = WebhookEndpoint.get()
    assert (found.is_enabled, found.disabled_reason) == (False, "failing")
    assert Email.select().where(Email.kind == EmailKind.OWNER_ENDPOINT_DISABLED).count() == 1
    page = text_of(admin.get(f"{ADDRESS}/{endpoint.public_id}").text)
    assert "Disabled because deliveries failed for 3 days." in page
    assert "Webhook endpoints that were disabled" in text_of(admin.get("/admin/doctor").text)
    # The owner enables it again and resends what was missed.
    refused = post(admin, f"{ADDRESS}/deliveries/{WebhookDelivery.get().id}/resend")
    assert "This endpoint is disabled." in alerts_of(admin.get(refused.location).text)
    post(admin, f"{ADDRESS}/{endpoint.public_id}/state", enabled="1")
    program.answers.clear()
    post(admin, f"{ADDRESS}/deliveries/{WebhookDelivery.get().id}/resend")
    deliver()
    assert WebhookDelivery.get().state == "delivered"
    assert program.received[-1].headers["webhook-id"] == program.received[0].headers["webhook-id"]


def test_an_endpoint_that_is_gone_is_disabled_at_once(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    buy(offer, simulator)
    program.will_answer(410)
    deliver()
    assert WebhookEndpoint.get().disabled_reason == "gone" and WebhookDelivery.get().state == "failed"


def test_a_redirect_is_not_followed(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    buy(offer, simulator)
    program.will_answer(302, "", Location=f"{program.url}/elsewhere")
    deliver()
    assert [received.path for received in program.received] == ["/hooks?shop=1"]
    assert WebhookDelivery.get().problem == "redirected"


def test_after_a_rotation_both_secrets_sign_for_a_day(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator, admin: FlaskClient
) -> None:
    old = endpoint.secret
    answer = post(admin, f"{ADDRESS}/{endpoint.public_id}/secret")
    new = WebhookEndpoint.get().secret
    assert new != old and new in admin.get(answer.location).text
    page = admin.get(f"{ADDRESS}/{endpoint.public_id}").text
    assert new not in page and old not in page and new not in WebhookEndpoint.get().secret_encrypted
    order = buy(offer, simulator)
    deliver()
    for secret in (old, new):
        verified(program.received[0], secret)
    integrations.resend(WebhookDelivery.get())
    with time_moved(hours=25):
        deliver()
    assert len(program.received[1].headers["webhook-signature"].split()) == 1
    assert order.status == "paid"


def test_erasing_a_customer_erases_what_was_sent(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator, admin: FlaskClient
) -> None:
    order = buy(offer, simulator)
    program.will_answer(500, f"unknown user {order.email}")
    deliver()
    delivery = WebhookDelivery.get()
    assert order.email in text_of(admin.get(f"{ADDRESS}/deliveries/{delivery.id}").text)
    customers.erase_customer(order.email, "Erased customer")
    page = admin.get(f"{ADDRESS}/deliveries/{delivery.id}").text
    assert order.email not in page and "The data of this customer was erased." in text_of(page)
    assert WebhookDelivery.get().state == "dropped"
    post(admin, f"{ADDRESS}/deliveries/{delivery.id}/resend")
    with time_moved(hours=1):
        deliver()
    assert len(program.received) == 1


def test_old_deliveries_are_deleted(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    buy(offer, simulator)
    deliver()
    with time_moved(days=91):
        retention.delete_old_rows().log_failures()
    assert not WebhookDelivery.select().exists() and not OutgoingEvent.select().exists()


def test_an_endpoint_is_added_changed_and_removed(admin: FlaskClient, program: OtherProgram) -> None:
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text
    form = admin.get(f"{ADDRESS}/new").text
    assert form.count(" checked") == len(ALL)
    answer = post(admin, ADDRESS, url=f"{program.url}/hooks", types="order.paid")
    endpoint = WebhookEndpoint.get()
    assert (endpoint.types, answer.location) == (["order.paid"], f"{ADDRESS}/{endpoint.public_id}/secret")
    page = admin.get(answer.location).text
    assert endpoint.secret in page and "Endpoint added." in status_of(page)
    own = f"{ADDRESS}/{endpoint.public_id}"
    refused = post(admin, own, url="", types="order.refunded")
    assert refused.status_code == 422 and error_at(refused.text, "url") == "Enter the URL of your endpoint."
    assert 'value="order.refunded" checked' in refused.text
    assert post(admin, own, url=f"{program.url}/other", types="order.refunded").status_code == 303
    assert WebhookEndpoint.get().types == ["order.refunded"]
    assert "This can’t be undone." in text_of(admin.get(f"{own}/removal").text)
    post(admin, f"{own}/removal")
    assert not WebhookEndpoint.select().exists() and admin.get(own).status_code == 404


def test_without_a_recent_password_no_endpoint_is_added(admin: FlaskClient, program: OtherProgram) -> None:
    with time_moved(minutes=20):
        answer = post(admin, ADDRESS, url=program.url, types="order.paid")
        assert answer.status_code == 403 and "Password" in text_of(answer.text)
    assert not WebhookEndpoint.select().exists()


@pytest.mark.parametrize("environment", [{"WEBHOOK_ALLOW_NETWORKS": ""}], indirect=True)
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("example.com", "Enter a URL such as"),
        ("https://", "Enter a URL such as"),
        ("https://user:secret@example.com/", "Enter a URL such as"),
        ("ftp://example.com/", "Enter a URL that starts with https://."),
        ("http://example.com/", "Enter a URL that starts with https://."),
        ("https://127.0.0.1/", "This host has a private address."),
        ("https://localhost/hooks", "This host has a private address."),
        ("https://[::1]/", "This host has a private address."),
        ("https://[::ffff:10.0.0.1]/", "This host has a private address."),
        ("https://169.254.169.254/latest/meta-data", "This host has a private address."),
        ("https://2130706433/", "This host has a private address."),
        ("https://" + "x" * 2000, "Enter a URL such as"),
    ],
)
def test_an_address_that_webhooks_may_not_reach_is_told_at_the_field(admin: FlaskClient, url: str, words: str) -> None:
    answer = post(admin, ADDRESS, url=url, types="order.paid")
    assert answer.status_code == 422 and words in error_at(answer.text, "url")
    assert url in answer.text.replace("&#39;", "'") and not WebhookEndpoint.select().exists()


@pytest.mark.parametrize("environment", [{"WEBHOOK_ALLOW_NETWORKS": ""}], indirect=True)
def test_an_address_that_becomes_private_later_is_not_reached(
    app: Flask, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    endpoint = integrations.add_endpoint("https://hooks.example.com/", ALL)
    # What its DNS could answer by the time of the delivery.
    WebhookEndpoint.update(url=program.url.replace("http://", "https://")).where(
        WebhookEndpoint.id == endpoint.id
    ).execute()
    buy(offer, simulator)
    deliver()
    assert program.received == [] and WebhookDelivery.get().problem == "forbidden_address"


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("64:ff9b::8.8.8.8", True),
        *[
            (address, False)
            for address in (
                *("10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "0.0.0.0", "100.64.0.1", "169.254.169.254"),
                *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fd00:ec2::254"),
                *("ff02::1", "::ffff:127.0.0.1", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2001:0:4136:e378::1"),
            )
        ],
    ],
)
def test_only_public_addresses_are_reached(address: str, is_public: bool) -> None:
    assert networks.is_public(ip_address(address)) is is_public


def test_start_and_doctor_say_that_private_networks_are_allowed(admin: FlaskClient, tmp_path: Path) -> None:
    assert "WEBHOOK_ALLOW_NETWORKS is 127.0.0.0/8" in text_of(admin.get("/admin/doctor").text)
    for wrong in ("10.0.0.0/8,office", "10.0.0.1/8"):
        with pytest.raises(ConfigError, match="WEBHOOK_ALLOW_NETWORKS: must be networks"):
            Config.from_environment({"WEBHOOK_ALLOW_NETWORKS": wrong, "INSTANCE_DIR": str(tmp_path)})


def test_a_slow_endpoint_is_given_up_on_and_does_not_hold_up_others(
    endpoint: WebhookEndpoint, offer: Offer, program: OtherProgram, simulator: Simulator
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        requests.TOTAL_SECONDS, before = 0.2, requests.TOTAL_SECONDS
        try:
            integrations.add_endpoint(f"http://127.0.0.1:{port}/", ALL)
            buy(offer, simulator)
            deliver()
        finally:
            requests.TOTAL_SECONDS = before
    states = {delivery.endpoint_id: (delivery.state, delivery.problem) for delivery in WebhookDelivery.select()}
    assert sorted(states.values()) == [("delivered", ""), ("waiting", "timed_out")]
