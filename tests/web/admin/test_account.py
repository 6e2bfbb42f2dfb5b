"""One's own account: the list of sessions, signing out elsewhere, and emails about new browsers."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails
from storefront.models import AdminSession, Email, EmailKind, Role
from storefront.team import browser_name
from tests.factories import OWNER_EMAIL, PASSWORD, make_admin, make_owner
from tests.web.admin.two_step import ACCOUNT, turn_on, type_password
from tests.web.admin_pages import post, status_of, text_of
from tests.web_client import browser, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def another(app: Flask, user_agent: str = FIREFOX, address: str = "203.0.113.7") -> FlaskClient:
    """Another browser of the owner, signed in."""
    client = browser(app)
    client.environ_base.update(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    assert type_password(client).status_code == 303
    return client


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/orders").status_code == 200


def test_sessions_are_listed_with_device_and_address_and_ended_one_by_one(admin: FlaskClient, app: Flask) -> None:
    phone, laptop = another(app), another(app, "curl/8", "2001:db8::1")
    page = text_of(admin.get(ACCOUNT).text)
    assert "Firefox, Linux" in page and "203.0.113.7" in page and "2001:db8::1" in page and "This browser" in page
    row = AdminSession.get(AdminSession.address == "203.0.113.7")
    assert post(admin, f"{ACCOUNT}/sessions/{row.id}/end").status_code == 303
    assert not is_signed_in(phone) and is_signed_in(laptop) and is_signed_in(admin)
    assert "203.0.113.7" not in text_of(admin.get(ACCOUNT).text)


def test_nobody_ends_the_sessions_of_another_admin(admin: FlaskClient, app: Flask) -> None:
    make_admin("boris@example.com", Role.OWNER)
    other = browser(app)
    sign_in(other, "boris@example.com", PASSWORD)
    mine = AdminSession.select().order_by(AdminSession.id).first()
    post(other, f"{ACCOUNT}/sessions/{mine.id}/end")
    post(other, f"{ACCOUNT}/sign-out-everywhere")
    assert is_signed_in(admin) and not is_signed_in(other)


def test_sign_out_everywhere_ends_all_sessions_and_sign_ins_that_wait_for_a_code(
    admin: FlaskClient, app: Flask
) -> None:
    phone = another(app)
    turn_on(admin)
    waiting = browser(app)
    type_password(waiting)
    answer = post(admin, f"{ACCOUNT}/sign-out-everywhere")
    assert answer.location == "/admin/login" and "signed out everywhere" in status_of(admin.get(answer.location).text)
    assert not is_signed_in(admin) and not is_signed_in(phone) and not AdminSession.select().exists()
    assert waiting.get("/admin/login/code").location == "/admin/login"


def test_a_sign_in_from_a_new_browser_is_told_to_its_admin_alone(app: Flask) -> None:
    make_owner()
    first = another(app)
    assert not Email.select().exists(), "the first sign-in of the account"
    post(first, "/admin/sign-out")
    assert type_password(first).status_code == 303
    assert not Email.select().exists(), "a browser that is known"
    another(app)
    letter = Email.get()
    assert (letter.kind, letter.recipient) == (EmailKind.OWNER_NEW_SIGN_IN, OWNER_EMAIL)
    emails.send_due()
    text = Email.get().text
    assert "203.0.113.7" in text and "Firefox, Linux" in text and re.search(r"/admin/account", text)


def test_the_password_is_changed_on_the_page_of_the_account(admin: FlaskClient) -> None:
    page = admin.get(ACCOUNT).text
    assert 'action="/admin/password"' in page and 'name="present"' in page
    wrong = post(admin, "/admin/password", present="wrong", new="another long one", again="another long one")
    assert wrong.status_code == 422 and "This isn’t your current password." in wrong.text
    right = post(admin, "/admin/password", present=PASSWORD, new="another long one", again="another long one")
    assert right.status_code == 303


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) CriOS/131.0 Mobile Safari/604.1", "Chrome, iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/26.0 Chrome/122.0 Safari/537", "Samsung Internet, Android"),
        ("curl/8.5.0", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(user_agent: str, name: str) -> None:
    assert browser_name(user_agent) == name
