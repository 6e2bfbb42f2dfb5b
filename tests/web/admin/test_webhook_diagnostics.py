"""A merchant's webhook page: deliveries, refusals, the test, a manual endpoint, a changed address."""

import re
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, merchants, runtime, webhooks
from storefront.config import Config
from storefront.merchants import webhook_endpoint
from storefront.models import Merchant, WebhookEvent, WebhookRefusal, now
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.app_server import served
from tests.factories import SHOP_URL, connect_merchant
from tests.processes import free_port, until
from tests.simulator_process import Simulator
from tests.web.admin.test_merchants import endpoints
from tests.web.admin_pages import HTMX, STRIPE, alerts_of, error_at, post, status_of, text_of
from tests.web_client import browser
from tests.webhook_deliveries import deliver_event, deliver_payload, payment_intent_event

BY_HAND = "whsec_made_by_hand_0001"


def page_of(client: FlaskClient, merchant: Merchant) -> str:
    return client.get(f"{STRIPE}/{merchant.public_id}/webhook").text


def words_of(client: FlaskClient, merchant: Merchant) -> str:
    return text_of(page_of(client, merchant))


def secrets_in(html: str) -> list[str]:
    return re.findall(r"whsec_[A-Za-z0-9_]{8,}|sk_(?:test|live)_\w+", html)


def test_the_page_shows_the_last_event_and_the_waiting_ones(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    address = f"{SHOP_URL}/webhooks/stripe/{merchant.public_id}"
    words = words_of(admin, merchant)
    assert address in words and "Registered in Stripe by the shop." in words
    assert "No events received yet." in words and "None" in words
    assert f'href="{STRIPE}/{merchant.public_id}/webhook"' in admin.get(STRIPE).text
    event = payment_intent_event("pi_of_somebody")
    assert deliver_event(client, merchant, event).status_code == 200
    WebhookEvent.update(occurred_at=now() - timedelta(seconds=90), received_at=now()).execute()
    words = words_of(admin, merchant)
    assert "payment_intent.succeeded" in words and "Delivery time" in words
    assert "1 event not handled yet" in words
    WebhookEvent.update(problem="StripeUnreachable", attempts=2).execute()
    assert "Couldn’t reach Stripe. 2 attempts; next:" in words_of(admin, merchant)
    tasks.handle_waiting_events()
    assert "not handled yet" not in words_of(admin, merchant)
    assert secrets_in(page_of(admin, merchant)) == []


def test_defect_20_refused_deliveries_are_counted_with_their_reason(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant
) -> None:
    event = payment_intent_event("pi_1")
    for _ in range(2):
        assert deliver_event(client, merchant, event, secret="whsec_of_another_endpoint").status_code == 400
    assert deliver_event(client, merchant, event, age=400).status_code == 400
    assert deliver_event(client, merchant, {"id": "evt_1"}).status_code == 400
    words = words_of(admin, merchant)
    assert "2 × Wrong signature." in words
    for expected in (
        "1 × The signature was too old.",
        "1 × The request wasn’t a Stripe event.",
    ):
        assert expected in words
    assert WebhookEvent.select().count() == 0


def test_defect_42_signed_deliveries_that_are_not_for_the_shop_are_accepted_and_counted(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant
) -> None:
    event = payment_intent_event("pi_1")
    ping = {
        "id": "evt_test_1",
        "object": "v2.core.event",
        "type": "v2.core.event_destination.ping",
        "livemode": False,
        "created": "2026-11-28T10:00:00.000Z",
        "related_object": {"id": "ed_test_1", "type": "event_destination", "url": "/v2/core/event_destinations/1"},
    }
    thin = {**ping, "type": "v1.billing.meter.no_meter_found"}
    not_ours = (
        (ping, "1 × Test ping from Stripe."),
        (thin, "1 × A thin event, which this shop doesn’t use."),
        ({**event, "type": "topup.created"}, "1 × An event type that this shop doesn’t use."),
        ({**event, "livemode": True}, "1 × Wrong mode"),
        ({**event, "account": "acct_of_another"}, "1 × An event from another Stripe account."),
    )
    for delivered, _ in not_ours:
        assert deliver_event(client, merchant, delivered).status_code == 200, delivered
        assert deliver_event(client, merchant, delivered, secret="whsec_forged").status_code == 400, delivered
    words = words_of(admin, merchant)
    for _, expected in not_ours:
        assert expected in words
    assert WebhookEvent.select().count() == 0
    assert deliver_event(client, merchant, {**event, "account": merchant.stripe_account_id}).status_code == 200
    assert WebhookEvent.select().count() == 1


@pytest.mark.parametrize("body", ["[]", "null", "7", '"evt_1"', "{", '{"type": 7}', '{"object": "event"}'])
def test_defect_42_a_signed_body_that_is_no_event_is_refused(
    client: FlaskClient, merchant: Merchant, body: str
) -> None:
    assert deliver_payload(client, merchant, body).status_code == 400
    assert WebhookRefusal.get().reason == "content"


def test_a_delivery_that_cannot_be_verified_is_counted_and_retried(
    environment: dict[str, str], merchant: Merchant
) -> None:
    keys = {"ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    client = browser(create_app(Config.from_environment({**environment, **keys})))
    answer = client.post(f"/webhooks/stripe/{merchant.public_id}", data="{}", headers={"Stripe-Signature": "t=1,v1=2"})
    assert (answer.status_code, answer.text) == (503, "refused: unreadable\n")
    assert WebhookRefusal.get().reason == "unreadable"


def test_deliveries_for_unknown_merchants_are_shown_on_the_payment_systems_page(
    admin: FlaskClient, client: FlaskClient
) -> None:
    page = "/admin/settings/payment-systems"
    assert "webhook event came" not in admin.get(page).text
    for _ in range(3):
        assert client.post("/webhooks/stripe/nobody", data="{}").status_code == 404
    assert "3 webhook events came for addresses of no connected account." in text_of(admin.get(page).text)


def test_a_delivery_that_is_too_large_is_refused_and_counted(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant
) -> None:
    large = {**payment_intent_event("pi_1"), "padding": "x" * webhooks.MAX_PAYLOAD_BYTES}
    assert deliver_event(client, merchant, large).status_code == 413
    assert deliver_event(client, merchant, {**large, "padding": "x" * 2_000_000}).status_code == 413
    assert "2 × The request was too large for a Stripe event." in words_of(admin, merchant)


class TestAtARealAddress:
    """The shop is served at a real address, so that the simulator can deliver to it."""

    @pytest.fixture
    def port(self) -> int:
        return free_port()

    @pytest.fixture
    def environment(self, environment: dict[str, str], port: int) -> dict[str, str]:
        return {**environment, "PUBLIC_URL": f"http://127.0.0.1:{port}"}

    @pytest.fixture
    def shop_url(self, app: Flask, port: int) -> Iterator[str]:
        with served(app, port):
            yield f"http://127.0.0.1:{port}"

    @pytest.fixture
    def merchant(self, shop_url: str) -> Merchant:
        return merchants.connect(
            "Studio", accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA), shop_url
        )

    def test_a_webhook_test_proves_the_round_trip_and_changes_nothing(
        self, admin: FlaskClient, merchant: Merchant, simulator: Simulator
    ) -> None:
        answer = post(admin, f"{STRIPE}/{merchant.public_id}/webhook/tests")
        assert answer.status_code == 303
        until(lambda: WebhookEvent.select().exists(), "the event arrives")
        page = admin.get(answer.location).text
        assert "Webhook works Test event received and verified in" in text_of(page)
        assert "hx-trigger" not in page, "the page stops polling"
        fragment = admin.get(answer.location, headers=HTMX).text
        assert "<html" not in fragment and "Webhook works" in fragment
        event = WebhookEvent.get()
        assert event.type == "payment_intent.canceled"
        tasks.handle_waiting_events()
        assert WebhookEvent.get().handled_at is not None
        assert len(simulator.logged_requests("/v1/payment_intents", "GET")) == 0

    def test_a_body_longer_than_its_declared_length_is_not_read_beyond_the_limit(
        self, merchant: Merchant, port: int, shop_url: str
    ) -> None:
        path = f"/webhooks/stripe/{merchant.public_id}"

        def chunks() -> Iterator[bytes]:
            for _ in range(20):
                yield b"x" * 100_000

        # No Content-Length.
        answer = requests.post(f"{shop_url}{path}", data=chunks(), headers={"Stripe-Signature": "t=1,v1=1"}, timeout=60)
        assert answer.status_code == 413
        assert WebhookRefusal.get(WebhookRefusal.reason == "size").count == 1
        # A Content-Length smaller than the body: the rest is never read.
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
            line.sendall(head.encode() + b"{}" + b"x" * 10_000)
            assert b" 400 " in line.recv(100)
        assert WebhookRefusal.get(WebhookRefusal.reason == "signature").count == 1

    def test_a_webhook_test_that_never_arrives_says_what_to_do(
        self, admin: FlaskClient, merchant: Merchant, simulator: Simulator
    ) -> None:
        merchant.webhook_secret = "whsec_of_another_endpoint"
        merchant.save()
        answer = post(admin, f"{STRIPE}/{merchant.public_id}/webhook/tests")
        until(lambda: WebhookRefusal.select().exists(), "the delivery is refused")
        waiting = admin.get(answer.location).text
        assert 'hx-trigger="load delay:1s"' in waiting and "Waiting for Stripe’s event" in waiting
        intent = answer.location.split("/tests/")[1].split("/")[0]
        late = f"{STRIPE}/{merchant.public_id}/webhook/tests/{intent}/{int(now().timestamp()) - 61}"
        words = text_of(admin.get(late).text)
        assert "No event received within a minute" in words
        assert "Event rejected: Wrong signature." in words
        assert "Check that Stripe can reach this shop" in words


def test_when_stripe_cannot_be_reached_the_webhook_test_says_so(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/payment_intents", "error_before", times=2)
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/webhook/tests")
    assert answer.location == f"{STRIPE}/{merchant.public_id}/webhook"
    assert "Stripe returned an error." in alerts_of(admin.get(answer.location).text)


def save_manual_secret(client: FlaskClient, merchant: Merchant, secret: str = BY_HAND):
    return post(client, f"{STRIPE}/{merchant.public_id}/webhook/by-hand", secret=secret)


def test_a_manual_endpoint_is_accepted_and_never_changed(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    old = merchant.webhook_secret
    answer = save_manual_secret(admin, merchant, f"  {BY_HAND} ")
    assert answer.status_code == 303
    page = admin.get(answer.location).text
    assert "You added this webhook manually in Stripe" in page and BY_HAND not in page
    merchant = Merchant.get()
    assert merchant.webhook_by_hand and BY_HAND not in (merchant.webhook_secret_encrypted or "")
    assert endpoints(simulator, accounts.secret_key(accounts.OLENA)) == [], "the shop's own endpoint is deleted"
    assert deliver_event(client, merchant, payment_intent_event("pi_1"), secret=BY_HAND).status_code == 200
    assert deliver_event(client, merchant, payment_intent_event("pi_2"), secret=old).status_code == 200, (
        "the old secret stays valid for a day"
    )
    merchants.check(merchant, SHOP_URL)
    assert endpoints(simulator, accounts.secret_key(accounts.OLENA)) == []
    assert Merchant.get().webhook_secret == BY_HAND
    assert "Manual" in text_of(admin.get(STRIPE).text)


def test_a_replaced_secret_stays_valid_for_a_day(admin: FlaskClient, client: FlaskClient, merchant: Merchant) -> None:
    save_manual_secret(admin, merchant)
    save_manual_secret(admin, merchant, "whsec_made_by_hand_0002")
    assert deliver_event(client, Merchant.get(), payment_intent_event("pi_1"), secret=BY_HAND).status_code == 200
    Merchant.update(previous_webhook_secret_until=now() - timedelta(seconds=1)).execute()
    assert deliver_event(client, Merchant.get(), payment_intent_event("pi_2"), secret=BY_HAND).status_code == 400
    newest = deliver_event(client, Merchant.get(), payment_intent_event("pi_3"), secret="whsec_made_by_hand_0002")
    assert newest.status_code == 200


def test_an_invalid_signing_secret_is_refused_and_never_sent_back(admin: FlaskClient, merchant: Merchant) -> None:
    key = accounts.secret_key(accounts.OLENA)
    for typed in (key, "whsec_", "whsec_with space", "whatever"):
        answer = save_manual_secret(admin, merchant, typed)
        assert answer.status_code == 422
        assert error_at(answer.text, "secret") == "Not a signing secret. It starts with whsec_."
        assert typed not in answer.text or typed == "whsec_"
    assert error_at(save_manual_secret(admin, merchant, "").text, "secret").startswith("Enter the signing secret")
    assert not Merchant.get().webhook_by_hand


def test_the_shop_can_manage_the_endpoint_again(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    save_manual_secret(admin, merchant)
    answer = post(admin, f"{STRIPE}/{merchant.public_id}/webhook/automatic")
    assert status_of(admin.get(answer.location).text) == "Webhook registered in Stripe."
    merchant = Merchant.get()
    (endpoint,) = endpoints(simulator, accounts.secret_key(accounts.OLENA))
    assert not merchant.webhook_by_hand and merchant.webhook_endpoint_id == endpoint["id"]
    assert merchant.webhook_secret != BY_HAND


def test_defect_11_a_new_public_address_takes_over_the_endpoint_when_the_owner_says_so(
    environment: dict[str, str], app: Flask, admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    by_hand = connect_merchant(accounts.TARAS)
    webhook_endpoint.save_signing_secret(by_hand, BY_HAND, SHOP_URL)
    asked = len(simulator.logged_requests())
    tasks.register_moved()
    assert len(simulator.logged_requests()) == asked, "the address has not changed"
    moved = "http://moved.example.com"
    runtime.start(Config.from_environment({**environment, "PUBLIC_URL": moved}))
    tasks.on_worker_start()
    tasks.register_moved()
    tasks.watch_connections()
    (endpoint,) = endpoints(simulator, accounts.secret_key(accounts.OLENA))
    assert endpoint["url"] == f"{SHOP_URL}/webhooks/stripe/{merchant.public_id}", "a copy must not take it"
    moved_app = create_app(Config.from_environment({**environment, "PUBLIC_URL": moved}))
    owner = browser(moved_app)
    owner.set_cookie("session", admin.get_cookie("session").value)
    words = words_of(owner, merchant)
    assert "The webhook moves only when you press the button" in words and "Take over the webhook" in words
    post(owner, f"{STRIPE}/{merchant.public_id}/webhook/automatic")
    (endpoint,) = endpoints(simulator, accounts.secret_key(accounts.OLENA))
    assert endpoint["url"] == f"{moved}/webhooks/stripe/{merchant.public_id}"
    assert Merchant.get_by_id(merchant.id).webhook_url == endpoint["url"]
    assert Merchant.get_by_id(by_hand.id).webhook_url.startswith(SHOP_URL)
