"""Passkeys: added with a name, asked for after the password, removed. The browser's part is played by software."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Email, Passkey, PendingSignIn
from tests.web.admin.two_step import ACCOUNT, CODE_PAGE, SoftPasskey, codes_in, type_code, type_password
from tests.web.admin_pages import alerts_of, error_at, post, text_of
from tests.web_client import browser, csrf_token

ORIGIN = "http://localhost:8000"
NEW, PASSKEYS = f"{ACCOUNT}/passkeys/new", f"{ACCOUNT}/passkeys"


@pytest.fixture
def environment(environment: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """A shop on this machine, or at the address that a test asks for."""
    return {**environment, "PUBLIC_URL": getattr(request, "param", ORIGIN)}


@pytest.fixture
def key() -> SoftPasskey:
    return SoftPasskey(ORIGIN)


def options_in(html: str) -> Any:
    """What the page hands to the browser."""
    found = re.search(r'data-options="([^"]*)"', html)
    assert found, text_of(html)
    return json.loads(unescape(found[1]))


def add(admin: FlaskClient, key: SoftPasskey, name: str = "Work laptop") -> TestResponse:
    return post(admin, PASSKEYS, name=name, answer=key.register(options_in(admin.get(NEW).text)))


def asked(app: Flask) -> FlaskClient:
    """A browser that has sent the right password."""
    client = browser(app)
    assert type_password(client).location == CODE_PAGE
    return client


def use(client: FlaskClient, answer: str) -> TestResponse:
    token = csrf_token(client.get(CODE_PAGE).text)
    return client.post("/admin/login/passkey", data={"answer": answer, "csrf_token": token})


def test_a_passkey_is_added_asked_for_and_removed(admin: FlaskClient, app: Flask, key: SoftPasskey) -> None:
    codes = codes_in(add(admin, key).text)
    assert len(codes) == 10, "the first second step brings recovery codes"
    assert "Work laptop" in text_of(admin.get(ACCOUNT).text)
    client = asked(app)
    assert client.get("/admin/orders").status_code == 302
    assert use(client, key.sign(options_in(client.get(CODE_PAGE).text))).location == "/admin"
    assert client.get("/admin/orders").status_code == 200
    assert Passkey.get().sign_count == 1 and "Last used" in text_of(admin.get(ACCOUNT).text)
    assert type_code(asked(app), codes[0]).status_code == 303
    assert post(admin, f"{PASSKEYS}/{Passkey.get().id}/removal").status_code == 303
    assert type_password(browser(app)).location == "/admin"
    assert "owner_two_step_off" in [letter.kind for letter in Email.select()]


def test_answers_that_dont_fit_are_refused(admin: FlaskClient, app: Flask, key: SoftPasskey) -> None:
    add(admin, key)
    client = asked(app)
    options = options_in(client.get(CODE_PAGE).text)
    good = key.sign(options)
    elsewhere, stranger = SoftPasskey("https://evil.example"), SoftPasskey(ORIGIN, b"another credential")
    elsewhere.key = key.key
    earlier = SoftPasskey(ORIGIN, key=key.key)
    other_challenge = key.sign({**options, "challenge": "AAAA"})
    hostile = ("{}", "[" * 15_000, '{"id": 1}', good[:-40] + "}}")
    for answer in (other_challenge, elsewhere.sign(options), stranger.sign(options), *hostile):
        refused = use(client, answer)
        assert refused.status_code == 422 and "wasn’t accepted" in alerts_of(refused.text), answer
    assert PendingSignIn.select().exists() and use(client, good).status_code == 303
    again = asked(app)
    assert use(again, good).status_code == 422, "an answer of an earlier sign-in"
    cloned = earlier.sign(options_in(again.get(CODE_PAGE).text))
    assert use(again, cloned).status_code == 422, "its counter went back"
    assert use(again, "").status_code == 422


def test_a_new_passkey_needs_a_name_and_an_answer_to_its_own_page(admin: FlaskClient, key: SoftPasskey) -> None:
    nameless = post(admin, PASSKEYS, name="", answer="")
    assert nameless.status_code == 422 and error_at(nameless.text, "name") == "Enter a name for this passkey."
    answer = key.register(options_in(nameless.text))
    assert post(admin, PASSKEYS, name="Phone", answer=answer).status_code == 200
    again = post(admin, PASSKEYS, name="Phone", answer=answer)
    assert again.status_code == 422 and "wasn’t accepted" in alerts_of(again.text)
    assert Passkey.select().count() == 1
    assert options_in(admin.get(NEW).text)["excludeCredentials"], "the browser makes no second one there"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ("http://127.0.0.1:8000", "is an IP address"),
        ("http://shop.example.com", "isn’t encrypted"),
        ("http://shop.localhost", "can’t be added at this address"),
    ],
    indirect=["environment"],
)
def test_where_passkeys_dont_work_the_page_says_why(admin: FlaskClient, words: str) -> None:
    assert words in text_of(admin.get(ACCOUNT).text)
    assert admin.get(NEW).location.startswith(ACCOUNT)
