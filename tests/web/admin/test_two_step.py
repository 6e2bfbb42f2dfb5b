"""Two-step verification: a code of an app after the password, recovery codes, and the way back after a lost phone."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from storefront.emails.team_links import password_token_of
from storefront.encryption import decrypt
from storefront.models import Admin, AdminSession, Email, PendingSignIn, RecoveryCode, SecondFactor, now
from storefront.models.shop import sign_in_attempt
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.shop_clock import time_moved
from tests.web.admin.two_step import ACCOUNT, CODE_PAGE, app_code, codes_in, turn_on, type_code, type_password
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of
from tests.web_client import browser, csrf_token


@pytest.fixture
def codes(admin: FlaskClient) -> list[str]:
    """Two-step verification is on for the owner; the recovery codes."""
    return turn_on(admin)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/orders").status_code == 200


def test_setting_it_up_shows_a_secret_and_asks_for_one_of_its_codes(admin: FlaskClient) -> None:
    assert "Off" in text_of(admin.get(ACCOUNT).text)
    page = admin.get(post(admin, f"{ACCOUNT}/two-step/setup").location).text
    secret = SecondFactor.get().secret
    assert secret in text_of(page).replace(" ", "") and "<svg" in page
    assert secret not in SecondFactor.get().secret_encrypted and decrypt(SecondFactor.get().secret_encrypted) == secret
    wrong = post(admin, f"{ACCOUNT}/two-step", code="12345")
    assert wrong.status_code == 422 and "Incorrect code" in error_at(wrong.text, "code")
    assert not Admin.get().has_two_step, "only begun"
    right = post(admin, f"{ACCOUNT}/two-step", code=f" {app_code()[:3]} {app_code()[3:]} ")
    assert right.status_code == 200 and len(codes_in(right.text)) == 10
    assert "10 recovery codes are left" in text_of(admin.get(ACCOUNT).text)
    assert "Two-step verification: On" in text_of(admin.get("/admin/settings/team").text)
    assert admin.get(f"{ACCOUNT}/two-step/setup").status_code == 302, "the secret isn’t shown again"


def test_after_the_password_nothing_is_open_before_the_code(codes: list[str], app: Flask) -> None:
    client = browser(app)
    asked = type_password(client)
    assert asked.location == CODE_PAGE and not AdminSession.select().where(AdminSession.id > 1).exists()
    for page in ("/admin", "/admin/orders", "/admin/orders.csv", ACCOUNT, f"{ACCOUNT}/two-step/setup"):
        answer = client.get(page)
        assert answer.status_code == 302 and answer.location.startswith("/admin/login?"), page
    refused = client.post(f"{ACCOUNT}/two-step/removal", data={"csrf_token": csrf_token(client.get(CODE_PAGE).text)})
    assert refused.status_code == 302 and SecondFactor.select().exists()
    wrong = type_code(client, "000000")
    assert wrong.status_code == 422 and alerts_of(wrong.text).startswith("Incorrect code")
    assert not is_signed_in(client)
    assert type_code(client, app_code(1)).location == "/admin" and is_signed_in(client)
    assert not PendingSignIn.select().exists()


def test_a_code_signs_in_once(codes: list[str], app: Flask) -> None:
    with time_moved(minutes=5):
        code = app_code()
        first, second = browser(app), browser(app)
        type_password(first)
        type_password(second)
        assert type_code(first, code).status_code == 303
        assert type_code(second, code).status_code == 422, "seen over the shoulder"
        assert type_code(second, app_code(-1)).status_code == 422, "older than the last one"
        assert type_code(second, app_code(3)).status_code == 422, "of a minute that is not yet"


def test_a_recovery_code_signs_in_once_and_new_ones_replace_the_rest(
    codes: list[str], admin: FlaskClient, app: Flask
) -> None:
    client = browser(app)
    type_password(client)
    assert type_code(client, f" {codes[0].upper().replace('-', ' ')} ").status_code == 303 and is_signed_in(client)
    again = browser(app)
    type_password(again)
    assert type_code(again, codes[0]).status_code == 422
    assert "9 recovery codes are left" in text_of(admin.get(ACCOUNT).text)
    new = codes_in(post(admin, f"{ACCOUNT}/two-step/recovery-codes").text)
    assert len(new) == 10 and not set(new) & set(codes)
    assert type_code(again, codes[1]).status_code == 422
    assert type_code(again, new[0]).status_code == 303
    stored = [row.code_hash for row in RecoveryCode.select()]
    assert len(stored) == 9 and not [code for code in new if code in stored or code.replace("-", "") in stored]


def test_ten_wrong_codes_lock_the_account_even_for_the_right_one(codes: list[str], app: Flask) -> None:
    client = browser(app)
    type_password(client)
    assert [type_code(client, f"{guess:06}").status_code for guess in range(11)] == [422] * 10 + [429]
    locked = type_code(client, app_code(1))
    assert locked.status_code == 429 and locked.headers["Retry-After"] and "Too many failed" in alerts_of(locked.text)
    assert type_password(client).status_code == 303, "passwords are counted apart"
    with time_moved(seconds=sign_in_attempt.WINDOW.total_seconds() + 1):
        type_password(client)
        assert type_code(client, app_code()).status_code == 303


def test_a_new_password_and_ten_minutes_end_a_sign_in_that_waits_for_its_code(codes: list[str], app: Flask) -> None:
    client = browser(app)
    type_password(client)
    with time_moved(minutes=11):
        late = client.post(CODE_PAGE, data={"code": app_code()})
        assert late.location == "/admin/login"
        assert "took too long" in alerts_of(client.get("/admin/login").text)
    type_password(client)
    Admin.set_password(OWNER_EMAIL, "another long one")
    assert client.get(CODE_PAGE).location == "/admin/login" and not is_signed_in(client)


def test_turning_it_on_and_off_asks_for_the_password_again(codes: list[str], admin: FlaskClient) -> None:
    AdminSession.update(proved_at=now() - timedelta(minutes=16)).execute()
    pages = ("two-step/setup", "two-step/recovery-codes", "two-step/removal", "passkeys/1/removal")
    for page in pages:
        answer = post(admin, f"{ACCOUNT}/{page}")
        assert answer.status_code == 403 and "Confirm your password" in answer.text, page
    assert SecondFactor.select().exists() and RecoveryCode.select().count() == 10
    assert "password/confirmation" in admin.get(f"{ACCOUNT}/two-step/setup").location


def test_turned_off_the_password_alone_signs_in_and_admins_are_told(
    codes: list[str], admin: FlaskClient, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "storefront.security")
    assert "Your password alone" in text_of(admin.get(f"{ACCOUNT}/two-step/removal").text)
    assert post(admin, f"{ACCOUNT}/two-step/removal").status_code == 303
    line = f'"what": "two_step", "who": "{OWNER_EMAIL}", "from": "127.0.0.1", "result": "ok", "action": "off"'
    assert line in caplog.text
    assert not RecoveryCode.select().exists()
    letter = Email.get()
    assert letter.kind == "owner_two_step_off" and letter.recipient == ""
    client = browser(app)
    assert type_password(client).location == "/admin" and is_signed_in(client)


def test_signing_in_above_a_page_asks_for_the_code_there(codes: list[str], app: Flask) -> None:
    client = browser(app)
    form = {"email": OWNER_EMAIL, "password": PASSWORD, "csrf_token": csrf_token(client.get("/admin/login").text)}
    asked = client.post("/admin/login", data=form, headers=HTMX)
    assert asked.status_code == 200 and 'name="code"' in asked.text and asked.headers["HX-Retarget"] == "#page-alert"
    token = csrf_token(asked.text)
    wrong = client.post(CODE_PAGE, data={"csrf_token": token, "code": "1"}, headers=HTMX)
    assert wrong.status_code == 422 and "Incorrect code" in wrong.text
    right = client.post(CODE_PAGE, data={"csrf_token": token, "code": app_code(1)}, headers=HTMX)
    assert right.status_code == 200 and "signed in again" in status_of(right.text) + text_of(right.text)
    assert is_signed_in(client)


def test_a_lost_phone_is_taken_off_on_the_command_line(
    codes: list[str], app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "storefront.security")
    run = app.test_cli_runner()
    unknown = run.invoke(args=["reset-two-step", "--email", "nobody@example.com"])
    assert unknown.exit_code == 2 and "no admin has this email" in unknown.output
    done = run.invoke(args=["reset-two-step", "--email", f" {OWNER_EMAIL.upper()}"])
    assert done.exit_code == 0 and "with the password alone" in done.output
    done = '"from": "console", "result": "ok", "action": "reset"'
    assert re.search(rf'"what": "two_step", "who": "\S+", {done}, "admin": "{OWNER_EMAIL}"', caplog.text)
    assert [letter.kind for letter in Email.select()] == ["owner_two_step_off"]
    assert type_password(browser(app)).location == "/admin"
    assert "has no two-step" in run.invoke(args=["reset-two-step", "--email", OWNER_EMAIL]).output
    assert Email.select().where(Email.kind == "owner_two_step_off").count() == 1


def test_without_the_encryption_keys_a_recovery_code_signs_in_and_the_doctor_says_so(
    codes: list[str], admin: FlaskClient, app: Flask
) -> None:
    """After a restore on another machine, for example."""
    other = Fernet(Fernet.generate_key()).encrypt(SecondFactor.get().secret.encode()).decode()
    code = app_code(1)
    SecondFactor.update(secret_encrypted=other).execute()
    client = browser(app)
    page = text_of(client.get(type_password(client).location).text)
    assert "ENCRYPTION_KEYS have changed" in page and "reset-two-step" in page
    assert type_code(client, code).status_code == 422
    assert type_code(client, codes[0]).status_code == 303 and is_signed_in(client)
    assert "ENCRYPTION_KEYS have changed" in text_of(client.get(ACCOUNT).text)
    doctor = app.test_cli_runner().invoke(args=["doctor"]).output
    assert OWNER_EMAIL in doctor and "reset-two-step" in doctor
    assert post(client, f"{ACCOUNT}/two-step/removal").status_code == 303
    assert turn_on(client)


def test_a_new_recovery_code_of_another_admin_opens_nothing(codes: list[str], app: Flask) -> None:
    other = Admin.set_password("boris@example.com", PASSWORD)
    theirs = RecoveryCode.issue(other)
    client = browser(app)
    type_password(client)
    assert type_code(client, theirs[0]).status_code == 422 and RecoveryCode.select().count() == 20


def test_a_forgotten_password_leaves_the_second_step_on(codes: list[str], app: Flask) -> None:
    client, page = browser(app), "/admin/new-password"
    client.post(page, data={"email": OWNER_EMAIL, "csrf_token": csrf_token(client.get(page).text)})
    link = f"{page}/{password_token_of(Email.get(Email.kind == 'password_link'))}"
    new = {"password": "another long one", "again": "another long one"}
    answer = client.post(link, data={**new, "csrf_token": csrf_token(client.get(link).text)})
    assert answer.location == "/admin/login" and not is_signed_in(client)
    assert type_password(client, "another long one").location == CODE_PAGE and not is_signed_in(client)
