"""The doctor page: which problems it reports."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from storefront import create_app, offers
from storefront.config import Config
from storefront.models import Email, Merchant, ShopSetting, WebhookEvent, now
from storefront.worker import heartbeat, tasks
from stripe_simulator import accounts
from tests.factories import connect_merchant, make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.simulator_process import Simulator
from tests.stripe_dashboard import move_clock
from tests.web.admin_pages import alerts_of, post, status_of, text_of
from tests.web_client import browser

ADDRESS = "/admin/doctor"


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant(name="Studio")


def words_of(client: FlaskClient, ask: bool = False) -> str:
    answer = post(client, ADDRESS) if ask else client.get(ADDRESS)
    assert answer.status_code == 200
    return text_of(answer.text)


def test_a_healthy_shop_is_reported_without_a_request_to_stripe(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    make_offer(merchant)
    heartbeat.record_heartbeat()
    asked = len(simulator.logged_requests())
    words = words_of(admin)
    assert len(simulator.logged_requests()) == asked
    for expected in (
        "OK Database schema up to date",
        "OK Database writable",
        "OK Queue running",
        "OK Background worker running, last seen",
        "OK Disk space available",
        "Action needed Email isn’t set up",
        "Action needed The shop’s address http://shop.example.com doesn’t use https.",
        "Studio OK Keys can be decrypted",
        "OK Keys verified: same Stripe account (test",
        "OK Can accept payments",
        "OK Supports the currencies of its offers: EUR",
        "OK Webhook registered",
        "Action needed No events received yet.",
    ):
        assert expected in words, expected
    assert "Failed" not in words
    assert ShopSetting.get_or_none(ShopSetting.name == "doctor_was_here") is None
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text


def test_stripe_is_asked_only_when_the_button_is_pressed(admin: FlaskClient, merchant: Merchant) -> None:
    words = words_of(admin, ask=True)
    assert "Full check done just now, including Stripe." in words
    assert "OK Clock in sync with Stripe" in words
    assert "OK The webhook in Stripe has the right address, events and API version" in words


def test_a_worker_that_stopped_or_never_ran_is_reported_as_broken(admin: FlaskClient, app: Flask) -> None:
    assert "Failed The background worker has never run." in words_of(admin)
    tasks.record_heartbeat()
    assert "OK Background worker running, last seen" in words_of(admin)
    ShopSetting.update(value=(now() - timedelta(minutes=4)).isoformat()).execute()
    assert "Failed The background worker was last seen at" in words_of(admin)


def test_a_wrong_server_clock_is_reported(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    move_clock(simulator, 120)
    assert "Action needed This server’s clock is 1" in words_of(admin, ask=True)
    move_clock(simulator, 400)
    assert "Failed This server’s clock is 5" in words_of(admin, ask=True)


def test_refused_keys_and_keys_that_cannot_be_decrypted_are_reported(
    admin: FlaskClient, merchant: Merchant, app: Flask, environment: dict[str, str]
) -> None:
    merchant.secret_key = accounts.expired_key(accounts.OLENA)
    merchant.save()
    words = words_of(admin, ask=True)
    assert "Failed The last check failed: Stripe rejected this key" in words
    assert Email.select().where(Email.kind == "owner_connection").count() == 1
    keys = {"ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    admin.application = create_app(Config.from_environment({**environment, **keys}))
    for ask in (False, True):
        assert "Failed The keys can’t be decrypted with the current ENCRYPTION_KEYS." in words_of(admin, ask)


def test_disabled_charges_and_unsupported_currencies_are_reported(admin: FlaskClient, merchant: Merchant) -> None:
    make_offer(merchant, currency="EUR")
    merchant.charges_enabled, merchant.currencies = False, ["USD"]
    merchant.save()
    words = words_of(admin)
    assert "Failed This account can’t accept payments." in words
    assert "Failed Doesn’t support these currencies of published offers: EUR." in words
    assert "Failed" not in words_of(admin, ask=True).split("Studio", 1)[1], "a check with Stripe corrects it"


def test_a_missing_moved_or_slow_webhook_is_reported(admin: FlaskClient, merchant: Merchant) -> None:
    Merchant.update(webhook_url="http://former.example.com/webhooks/stripe/x").execute()
    assert (
        "Action needed The shop’s address has changed; the webhook should be at http://shop.example.com/"
        in words_of(admin)
    )
    Merchant.update(webhook_problem="unreachable", webhook_url=None).execute()
    assert "Action needed Webhook not registered (Couldn’t reach Stripe). Payments" in words_of(admin)
    assert "OK Webhook registered" in words_of(admin, ask=True), "the check registers it again"
    event = WebhookEvent.create(
        merchant=merchant, event_id="evt_1", type="payment_intent.succeeded", occurred_at=now() - timedelta(minutes=10)
    )
    WebhookEvent.update(handled_at=now()).execute()
    assert "Action needed Last event received" in words_of(admin)
    WebhookEvent.update(occurred_at=event.received_at - timedelta(seconds=2)).execute()
    assert "delivered in 2 s" in words_of(admin)
    WebhookEvent.update(handled_at=None, problem="StripeBroken").execute()
    assert "Action needed Events not handled yet: 1." in words_of(admin)


def test_offers_whose_image_files_are_missing_are_named(admin: FlaskClient, merchant: Merchant) -> None:
    image = io.BytesIO()
    Image.new("RGB", (1000, 600), "teal").save(image, "PNG")
    titles = {"Tea": "published", "Coffee": "published", "Cocoa": "archived"}
    made = [
        make_offer(merchant, title=title, status=status, picture=image.getvalue()) for title, status in titles.items()
    ]
    assert "missing image files" not in words_of(admin)
    for offer in made[1:]:
        offers.upload_store().delete(f"{offer.picture}-960.webp")
    found = words_of(admin)
    assert "Action needed Offers with missing image files (1): Coffee." in found
    assert "Tea" not in found and "Cocoa" not in found


def test_live_keys_without_https_are_reported_as_broken(admin: FlaskClient, merchant: Merchant) -> None:
    connect_merchant(accounts.KENJI, "live", "Tokyo")
    assert "Failed The shop’s address http://shop.example.com doesn’t use https." in words_of(admin)


class TestMail:
    @pytest.fixture
    def mail_server(self) -> Iterator[MailServer]:
        with running_mail_server() as server:
            yield server

    @pytest.fixture
    def environment(self, environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
        return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}

    def test_a_test_email_goes_to_the_admin_who_asked(self, admin: FlaskClient, mail_server: MailServer) -> None:
        assert "OK Email is set up" in words_of(admin)
        post(admin, f"{ADDRESS}/mail")
        assert status_of(admin.get(ADDRESS).text) == "Test email sent to olena@example.com."
        assert [m["To"] for m in mail_server.received] == ["olena@example.com"]
        mail_server.behave = "refuse"
        post(admin, f"{ADDRESS}/mail")
        assert "refused the email: 554 5.7.1 Not today" in alerts_of(admin.get(ADDRESS).text)
        Email.create(kind="receipt", about="order-1", language="en", state="failed", problem="x", done_at=now())
        assert "Action needed Emails that couldn’t be sent: 1." in words_of(admin)


def test_without_a_mail_server_no_test_email_is_sent(admin: FlaskClient) -> None:
    post(admin, f"{ADDRESS}/mail")
    assert "Email isn’t set up" in alerts_of(admin.get(ADDRESS).text)


def test_only_admins_can_open_it(app: Flask) -> None:
    assert browser(app).get(ADDRESS).status_code == 302
