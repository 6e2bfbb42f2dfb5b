"""The security log: one JSON line for each sign-in, refusal, key change, refund, export and so on."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import AdminSession, Offer, now
from storefront.web.admin.session import first_admin_address
from stripe_simulator import accounts
from tests.factories import OWNER_EMAIL, PASSWORD, make_owner
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import STRIPE, connect, post
from tests.web_client import browser, csrf_token

NEW_PASSWORD = "another long one"


class SecurityLog:
    """The lines written since the last look, as `name=value` without time and request."""

    def __init__(self, caplog: pytest.LogCaptureFixture) -> None:
        self._caplog = caplog

    def new_lines(self) -> list[str]:
        found = [record.getMessage() for record in self._caplog.records if record.name == "storefront.security"]
        self._caplog.clear()
        assert not [text for text in found if "\n" in text]
        lines = [json.loads(text) for text in found]
        assert {line.pop("log") for line in lines} <= {"security"}
        # A command has no request.
        for line in lines:
            assert line.pop("time") and (line["from"] == "console" or re.fullmatch("[0-9a-f]{32}", line.pop("request")))
        return [" ".join(f"{name}={value}" for name, value in line.items()) for line in lines]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> SecurityLog:
    return SecurityLog(caplog)


def sign_in(client: FlaskClient, email: str, password: str) -> int:
    form = {"email": email, "password": password, "csrf_token": csrf_token(client.get("/admin/login").text)}
    environ = {**client.environ_base, "REMOTE_ADDR": "203.0.113.7"}
    return client.post("/admin/login", data=form, environ_base=environ).status_code


def test_each_sign_in_and_each_refusal_is_one_line(app: Flask, log: SecurityLog) -> None:
    make_owner()
    client = browser(app)
    assert sign_in(client, f" {OWNER_EMAIL.upper()} ", "wrong") == 422
    assert log.new_lines() == [f"what=sign_in who={OWNER_EMAIL} from=203.0.113.7 result=refused reason=wrong_password"]
    assert sign_in(client, PASSWORD, OWNER_EMAIL) == 422
    line = log.new_lines()
    assert line == ["what=sign_in who=unknown from=203.0.113.7 result=refused reason=wrong_password"]
    assert sign_in(client, OWNER_EMAIL, PASSWORD) == 303
    assert log.new_lines() == [f"what=sign_in who={OWNER_EMAIL} from=203.0.113.7 result=ok"]
    post(client, "/admin/sign-out")
    assert log.new_lines() == [f"what=sign_out who={OWNER_EMAIL} from=127.0.0.1 result=ok"]
    stranger = browser(app)
    for _guess in range(9):
        sign_in(stranger, OWNER_EMAIL, "wrong")
    log.new_lines()
    assert sign_in(stranger, OWNER_EMAIL, PASSWORD) == 429
    assert log.new_lines() == [
        f"what=sign_in who={OWNER_EMAIL} from=203.0.113.7 result=refused reason=too_many_attempts"
    ]


def test_what_an_admin_does_is_one_line_each_without_a_secret(
    admin: FlaskClient, offer: Offer, simulator: Simulator, log: SecurityLog
) -> None:
    order = buy(offer, simulator)
    merchant = order.merchant
    said: list[str] = []

    def expect(pattern: str) -> None:
        lines = log.new_lines()
        assert len(lines) == 1 and re.fullmatch(pattern, lines[0]), lines
        said.extend(lines)

    who = f"who={OWNER_EMAIL} from=127.0.0.1"
    log.new_lines()
    connect(admin, name="Kenji", publishable_key=accounts.publishable_key(accounts.KENJI), secret_key="sk_test_wrong")
    expect(f"what=key_change {who} result=refused action=connect merchant=Kenji")
    connect(admin, name="sk_test_51abcdef", publishable_key="pk_test_x", secret_key="sk_test_wrong")
    expect(f"what=key_change {who} result=refused action=connect merchant=…")
    secret_key, publishable_key = accounts.secret_key(accounts.KENJI), accounts.publishable_key(accounts.KENJI)
    connect(admin, name="Kenji\nwhat=sign_in", publishable_key=publishable_key, secret_key=secret_key)
    expect(f"what=key_change {who} result=ok action=connect merchant=Kenji what=sign_in mode=test")
    post(admin, f"{STRIPE}/{merchant.public_id}", name="Olena", publishable_key=merchant.publishable_key)
    expect(f"what=key_change {who} result=ok action=update merchant=Olena mode=test key_replaced=no")
    post(admin, f"{STRIPE}/{merchant.public_id}/webhook/by-hand", secret="whsec_" + "b" * 32)
    expect(f"what=key_change {who} result=ok action=signing_secret merchant=Olena mode=test")
    refund = f"/admin/orders/{order.token}/refunds"
    for amount, result in (("7.50", "succeeded"), ("7500.00", "refused")):
        key = re.search(r'name="key"[^>]* value="([^"]*)"', admin.get(f"{refund}/new").text)
        assert key
        post(admin, refund, amount=amount, reason="duplicate", key=key[1])
        units = amount.replace(".", "")
        expect(f"what=refund {who} result={result} order={order.number} amount={units} currency=EUR")
    admin.get("/admin/orders.csv?q=marko@example.com")
    expect(f"what=export {who} result=ok file=orders.csv")
    admin.get(f"/admin/orders/{order.token}/evidence")
    expect(f"what=export {who} result=ok file=evidence order={order.number}")
    post(admin, f"{STRIPE}/{merchant.public_id}/disconnection")
    expect(f"what=disconnect {who} result=ok merchant=Olena mode=test")
    post(admin, "/admin/password", present="wrong", new=NEW_PASSWORD, again=NEW_PASSWORD)
    expect(f"what=password_change {who} result=refused reason=wrong_password")
    post(admin, "/admin/password", present=PASSWORD, new=NEW_PASSWORD, again=NEW_PASSWORD)
    expect(f"what=password_change {who} result=ok")
    everything = "\n".join(said)
    secrets = (PASSWORD, NEW_PASSWORD, "sk_test", "whsec_", order.token, order.email, "4242")
    assert [secret for secret in secrets if secret in everything] == []


def test_a_session_that_ends_and_the_first_account_are_lines_too(
    client: FlaskClient, app: Flask, log: SecurityLog
) -> None:
    path = (first_admin_address(app.config["SHOP"]) or "").removeprefix("http://shop.example.com")
    token = csrf_token(client.get(path).text)
    client.post(path, data={"csrf_token": token, "email": OWNER_EMAIL, "password": PASSWORD})
    assert log.new_lines() == [f"what=admin_create who={OWNER_EMAIL} from=127.0.0.1 result=ok admin={OWNER_EMAIL}"]
    AdminSession.update(last_seen_at=now() - timedelta(days=2)).execute()
    client.get("/admin")
    assert log.new_lines() == [f"what=session_end who={OWNER_EMAIL} from=127.0.0.1 result=ok reason=time_limit"]


def test_backup_and_restore_are_lines_of_who_runs_the_command(app: Flask, tmp_path: object, log: SecurityLog) -> None:
    file = f"{tmp_path}/shop.backup"
    run = app.test_cli_runner()
    assert run.invoke(args=["backup", file]).exit_code == 0
    assert run.invoke(args=["restore", f"{tmp_path}/missing"]).exit_code == 1
    patterns = [
        rf"what=backup who=\S+ from=console result=ok file={file}",
        rf"what=restore who=\S+ from=console result=failed file={tmp_path}/missing",
    ]
    lines = log.new_lines()
    assert all(re.fullmatch(pattern, line) for pattern, line in zip(patterns, lines, strict=True)), lines


def test_a_customers_export_is_a_line_without_the_customer(
    client: FlaskClient, offer: Offer, simulator: Simulator, log: SecurityLog
) -> None:
    order = buy(offer, simulator)
    log.new_lines()
    assert client.post(f"/my/{emails.make_account_token(order.email)}/data").status_code == 200
    assert log.new_lines() == ["what=export who=customer from=127.0.0.1 result=ok file=my-data.json"]
