"""Links and cookies that version 0.1 gave out still open what they opened."""

import hmac
import json
import re
import time
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, db
from storefront.config import Config
from storefront.emails import send_due
from storefront.models import Email, Order
from storefront.worker import tasks
from tests.shop_clock import time_set
from tests.web_client import browser, csrf_token, stay_signed_in

pytestmark = pytest.mark.sqlite

Recorded = dict[str, Any]
OPENS = {
    "customer": "Watercolour evening",
    "subscription": "Weekly letters",
    "order": "Watercolour evening",
    "pending_order": "lesia@example.com",
    "offer": "Watercolour evening",
}


@pytest.mark.parametrize("name", OPENS)
def test_a_link_opens_its_page(name: str, old_app: Flask, recorded: Recorded, made_at: datetime) -> None:
    with time_set(made_at + timedelta(days=29)):
        answer = browser(old_app).get(recorded["links"][name])
    assert answer.status_code == 200, answer.text
    assert OPENS[name] in answer.text


@pytest.mark.parametrize("name", ["customer", "subscription"])
def test_a_link_to_the_customers_page_works_for_30_days_without_showing_the_address(
    name: str, old_app: Flask, recorded: Recorded, made_at: datetime
) -> None:
    client, link = browser(old_app), recorded["links"][name]
    with time_set(made_at + timedelta(days=29)):
        shown = client.get(link).text
        assert OPENS[name] in shown and "marko@example.com" not in shown
        assert client.post(f"{recorded['links']['customer']}/data").status_code == 403, "only a new link does that"
    with time_set(made_at + timedelta(days=31)):
        shown = client.get(link).text
        assert "Send me a new link" in shown and OPENS[name] not in shown
        # A shop without a name is called by its host, which ends like the customer's address.
        without_the_shops_name = shown.replace("shop.example.com", "")
        assert "marko" not in shown and "example.com" not in without_the_shops_name
        assert client.post(f"{recorded['links']['customer']}/link").status_code == 200
        tasks.send_emails()
        (asked,) = Email.select().where(Email.kind == "buyer_link", Email.created_at > made_at + timedelta(days=30))
        assert asked.recipient == "marko@example.com"


def test_a_change_of_email_ends_the_links_to_the_customers_page_even_if_it_is_undone(
    old_app: Flask, recorded: Recorded, made_at: datetime
) -> None:
    client, link = browser(old_app), recorded["links"]["customer"]
    with time_set(made_at + timedelta(hours=1)):
        assert "Watercolour evening" in client.get(link).text
        assert client.post(recorded["links"]["email_change"]).status_code == 303
        ended = client.get(link).text
        send_due()
        undo = re.search(r"/my/undo/\S+", Email.get(Email.kind == "email_changed").text)
        assert undo and client.post(undo[0]).status_code == 200
        assert Order.select().where(Order.email == "marko@example.com").exists()
        for shown in (ended, client.get(link).text):
            assert "Send me a new link" in shown and "Watercolour evening" not in shown


def test_a_link_with_another_signature_opens_nothing(old_app: Flask, recorded: Recorded) -> None:
    link = recorded["links"]["customer"]
    assert browser(old_app).get(f"{link[:-3]}AAA").status_code == 404


def test_the_key_in_a_payment_link_opens_the_saved_card(old_app: Flask, recorded: Recorded, made_at: datetime) -> None:
    link, card = recorded["links"]["pay"], recorded["saved_card"]
    with time_set(made_at + timedelta(days=13)):
        assert card in browser(old_app).get(link).text
        assert card not in browser(old_app).get(link.partition("?")[0]).text, "only the key opens it"
    with time_set(made_at + timedelta(days=15)):
        assert card not in browser(old_app).get(link).text, "keys are valid for 14 days"


def test_a_change_of_email_can_be_confirmed(old_app: Flask, recorded: Recorded, made_at: datetime) -> None:
    link = recorded["links"]["email_change"]
    with time_set(made_at + timedelta(hours=1)):
        assert "marko@new.example.com" in browser(old_app).get(link).text
        changed = browser(old_app).post(link)
        assert changed.status_code == 303
        assert "Watercolour evening" in browser(old_app).get(changed.location).text
    with time_set(made_at + timedelta(days=3)):
        assert browser(old_app).get(link).status_code == 404, "it is valid for two days"


def test_every_link_of_an_email_opens(
    old_app: Flask, old_admin: FlaskClient, recorded: Recorded, made_at: datetime
) -> None:
    assert len(recorded["email_links"]) > 15
    with time_set(made_at + timedelta(hours=1)):
        for kind, link in recorded["email_links"].items():
            stay_signed_in()
            client = old_admin if link.startswith("/admin") else browser(old_app)
            answer = client.get(link)
            assert answer.status_code in (200, 302), f"{kind}: {link}"
            assert "/login" not in (answer.location or ""), f"{kind}: {link}"


def test_the_first_admins_link_opens_while_nobody_can_sign_in(environment: dict[str, str], recorded: Recorded) -> None:
    app = create_app(Config.from_environment(environment))
    assert app.test_cli_runner().invoke(args=["migrate"]).exit_code == 0
    link = recorded["links"]["first_admin"]
    assert csrf_token(browser(app).get(link).text)
    assert browser(app).get(f"{link[:-3]}AAA").status_code == 404
    db.close_connections()


def test_a_former_address_and_a_picture_are_found(old_app: Flask, recorded: Recorded) -> None:
    moved = browser(old_app).get(recorded["links"]["former_offer"])
    assert moved.status_code in (301, 302, 308) and moved.location.endswith("/o/new-address")
    picture = browser(old_app).get(recorded["links"]["picture"])
    assert (picture.status_code, picture.content_type) == (200, "image/webp")


def test_a_browser_keeps_the_key_of_its_visit(old_app: Flask, recorded: Recorded) -> None:
    assert f'"{recorded["visit_key"]}"' in browser(old_app).get("/o/evening").text


def test_the_session_cookie_of_then_asks_to_sign_in(old_app: Flask, recorded: Recorded) -> None:
    """It could not be revoked: sessions have a row now."""
    client = browser(old_app)
    client.set_cookie("session", recorded["cookies"]["session"])
    assert client.get("/admin").location == "/admin/login?next=/admin"


def test_the_password_still_signs_in(old_app: Flask, recorded: Recorded) -> None:
    client = browser(old_app)
    token = csrf_token(client.get("/admin/login").text)
    answer = client.post("/admin/login", data={**recorded["admin"], "csrf_token": token})
    assert answer.status_code in (302, 303), answer.text
    assert client.get_cookie("session"), "the cookie has the same name"


def test_the_language_cookie_is_still_read(old_app: Flask, recorded: Recorded) -> None:
    client = browser(old_app)
    client.set_cookie("lang", recorded["cookies"]["lang"])
    assert re.search(r'<html[^>]* lang="uk"', client.get("/").text)
    assert browser(old_app).get("/?lang=uk").headers["Set-Cookie"].startswith("lang=uk;")


def test_stripe_still_delivers_to_the_registered_address(old_app: Flask, recorded: Recorded) -> None:
    event = {"id": "evt_1", "object": "event", "type": "customer.updated", "created": int(time.time())}
    body = json.dumps({**event, "livemode": False, "data": {"object": {"id": "cus_1", "object": "customer"}}})
    signed = f"{int(time.time())}.{body}"
    for secret, status in ((recorded["webhook_secret_without_prefix"], 200), ("another", 400)):
        signature = hmac.new(f"whsec_{secret}".encode(), signed.encode(), sha256).hexdigest()
        header = {"Stripe-Signature": f"t={signed.partition('.')[0]},v1={signature}"}
        answer = old_app.test_client().post(recorded["links"]["webhook"], data=body, headers=header)
        assert answer.status_code == status, answer.text
