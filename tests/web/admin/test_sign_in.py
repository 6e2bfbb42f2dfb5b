"""Signing in to the admin, and what every admin page requires."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from werkzeug.test import TestResponse

from storefront import emails, settings
from storefront.models import Admin, Email, Merchant, SignInAttempt
from storefront.models.shop import sign_in_attempt
from storefront.web.admin.session.first_admin import first_admin_address
from tests.factories import OWNER_EMAIL as EMAIL
from tests.factories import PASSWORD, make_owner
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, text_of
from tests.web_client import browser, csrf_token

WEAK = "This password is easy to guess. Use several words, or more characters."


@pytest.fixture
def olena(app: Flask) -> Admin:
    return make_owner()


def sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, query: str = "", ip: str = ""
) -> TestResponse:
    token = csrf_token(client.get("/admin/login").text)
    form = {"email": email, "password": password, "csrf_token": token}
    environ = {"REMOTE_ADDR": ip} if ip else {}
    return client.post(f"/admin/login{query}", data=form, environ_base={**client.environ_base, **environ})


def record_failure(email: str, address: str) -> None:
    attempt, _wait = SignInAttempt.begin(email, address)
    attempt.fail(email)


def test_the_owner_signs_in_and_out(client: FlaskClient, olena: Admin) -> None:
    page = client.get("/admin/login")
    assert (
        "<label" in page.text and "Email" in page.text and "Password" in page.text and ">Sign in</button>" in page.text
    )
    answer = sign_in(client, email=" Olena@Example.com ")
    assert (answer.status_code, answer.location) == (303, "/admin")
    assert "Dashboard" in client.get("/admin").text
    assert post(client, "/admin/sign-out").location == "/admin/login"
    assert client.get("/admin").location == "/admin/login?next=/admin"


@pytest.mark.parametrize("who", [(EMAIL, "wrong password"), ("nobody@example.com", PASSWORD)])
def test_a_refusal_does_not_say_whether_the_account_exists(
    client: FlaskClient, olena: Admin, who: tuple[str, str]
) -> None:
    answer = sign_in(client, *who)
    assert answer.status_code == 422
    assert "Incorrect email or password." in answer.text and who[1] not in answer.text


def test_after_ten_failures_even_the_right_password_is_refused(client: FlaskClient, olena: Admin) -> None:
    for _attempt in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900
    assert "Too many failed attempts. Try again in 15 minutes." in answer.text
    assert sign_in(client, ip="203.0.113.9").status_code == 429, "the limit holds for every client address"


def test_sign_in_works_again_fifteen_minutes_after_the_failures(client: FlaskClient, olena: Admin) -> None:
    for _attempt in range(10):
        record_failure(EMAIL, "127.0.0.1")
    assert sign_in(client).status_code == 429
    SignInAttempt.update(at=SignInAttempt.get().at - timedelta(minutes=15)).execute()
    assert sign_in(client).status_code == 303


def test_fifty_failures_block_a_client_address_for_every_account(client: FlaskClient, olena: Admin) -> None:
    for number in range(50):
        record_failure(f"somebody{number}@example.com", "203.0.113.5")
    assert sign_in(client, ip="203.0.113.5").status_code == 429
    assert sign_in(client, ip="203.0.113.6").status_code == 303


def test_successful_sign_ins_neither_count_nor_reset_failures(client: FlaskClient, app: Flask, olena: Admin) -> None:
    for _attempt in range(9):
        sign_in(client, password="wrong")
    for _visit in range(3):
        assert sign_in(browser(app)).status_code == 303
    assert SignInAttempt.select().count() == 9
    sign_in(client, password="wrong")
    assert sign_in(client).status_code == 429


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/admin/offers?page=2", "/admin/offers?page=2"),
        ("https://evil.example.com/admin", "/admin"),
        ("//evil.example.com/admin", "/admin"),
        ("/admin\\@evil.example.com", "/admin"),
        ("/o/other", "/admin"),
    ],
)
def test_the_next_parameter_accepts_only_admin_addresses(
    client: FlaskClient, olena: Admin, target: str, goes_to: str
) -> None:
    assert sign_in(client, query="?" + urlencode({"next": target})).location == goes_to


def test_signing_in_starts_a_new_session(client: FlaskClient, olena: Admin) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    before = csrf_token(client.get("/admin/login").text)
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
    assert client.post("/admin/sign-out", data={"csrf_token": before}).status_code == 400


def test_the_cookies_of_a_sign_in_are_httponly_and_samesite(client: FlaskClient, olena: Admin) -> None:
    cookies = {cookie.split("=")[0]: cookie for cookie in sign_in(client).headers.getlist("Set-Cookie")}
    assert set(cookies) == {"session", "device"}
    assert all("HttpOnly" in cookie and PASSWORD not in cookie for cookie in cookies.values())
    assert "SameSite=Lax" in cookies["session"] and "SameSite=Strict" in cookies["device"]


def first_words(rule: str) -> dict[str, str]:
    """The first of the words that a part takes: {"kind": "csv"} of `/orders.<any(csv,xlsx):kind>`."""
    return {name: word for word, name in re.findall(r"<any\((\w+)[^>]*:(\w+)>", rule)}


def addresses_of_admin(app: Flask) -> list[tuple[str, set[str]]]:
    """(address, methods) of every route under /admin, with example values."""
    adapter = app.url_map.bind("localhost")
    return [
        (
            # A number is a value of every part, but for one that takes certain words.
            adapter.build(
                rule.endpoint,
                {**dict.fromkeys(rule.arguments, "1"), **first_words(rule.rule), **(rule.defaults or {})},
                force_external=False,
            ),
            rule.methods or set(),
        )
        for rule in app.url_map.iter_rules()
        # Those that need no sign-in have blueprints of their own.
        if rule.endpoint.startswith("admin.")
    ]


def test_every_admin_page_requires_sign_in(client: FlaskClient, app: Flask) -> None:
    addresses = addresses_of_admin(app)
    assert len(addresses) > 15
    for address, methods in addresses:
        if "GET" in methods:
            answer = client.get(address)
            assert answer.status_code == 302 and answer.location.startswith("/admin/login"), address
        if "POST" in methods:
            data = {"csrf_token": csrf_token(client.get("/admin/login").text)}
            answer = client.post(address, data=data)
            assert answer.status_code == 302 and answer.location.startswith("/admin/login"), address


def test_htmx_requests_without_a_session_show_the_sign_in_form_above_the_page(client: FlaskClient) -> None:
    answer = client.get("/admin/settings/payment-systems/stripe/new", headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "#page-alert")
    assert (
        "Your session has ended." in answer.text and ">Sign in</button>" in answer.text and "<html" not in answer.text
    )


def test_every_admin_post_requires_a_csrf_token(admin: FlaskClient, app: Flask) -> None:
    for address, methods in addresses_of_admin(app):
        for method in methods - {"GET", "HEAD", "OPTIONS"}:
            assert admin.open(address, method=method, data={}).status_code == 400, (method, address)


def test_no_admin_page_is_cached(admin: FlaskClient, app: Flask) -> None:
    for address, methods in addresses_of_admin(app):
        if "GET" in methods:
            assert "no-store" in admin.get(address).headers["Cache-Control"], address
    assert "no-store" in browser(app).get("/admin/login").headers["Cache-Control"]


def test_every_admin_page_complies_with_its_content_security_policy(admin: FlaskClient, app: Flask) -> None:
    for address, methods in addresses_of_admin(app):
        if "GET" in methods:
            answer = admin.get(address)
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            # Some are spreadsheets.
            html = answer.get_data().decode(errors="replace") if answer.mimetype == "text/html" else ""
            assert not re.search(r"<style|<script>|\sstyle=|\son[a-z]+=|hx-on|js:|hx-trigger", html), address


def test_a_shop_without_an_admin_says_how_to_create_one(client: FlaskClient) -> None:
    assert "This shop has no admin yet." in client.get("/admin/login").text
    make_owner()
    assert "This shop has no admin yet." not in client.get("/admin/login").text


def test_a_new_password_ends_other_sessions_and_keeps_this_one(admin: FlaskClient, app: Flask) -> None:
    other = browser(app)
    sign_in(other)
    answer = post(admin, "/admin/password", present=PASSWORD, new="another long one", again="another long one")
    assert answer.status_code == 303
    assert "Password changed" in admin.get("/admin/password").text
    assert other.get("/admin").status_code == 302
    assert sign_in(other).status_code == 422
    assert sign_in(other, password="another long one").status_code == 303


@pytest.mark.parametrize(
    ("fields", "at", "words"),
    [
        ({"present": "wrong"}, "present", "This isn’t your current password."),
        ({"new": "short", "again": "short"}, "new", "Use at least 8 characters."),
        ({"again": "something else"}, "again", "The new passwords don’t match."),
        ({"new": EMAIL, "again": EMAIL}, "new", "This is your email address. Choose another password."),
        ({"new": "12345678", "again": "12345678"}, "new", WEAK),
    ],
)
def test_a_password_change_validates_both_passwords(
    admin: FlaskClient, fields: dict[str, str], at: str, words: str
) -> None:
    good = {"present": PASSWORD, "new": "another long one", "again": "another long one"}
    answer = post(admin, "/admin/password", **{**good, **fields})
    assert answer.status_code == 422 and error_at(answer.text, at) == words
    assert Admin.authenticate(EMAIL, PASSWORD)


def test_the_first_admin_is_created_through_a_one_time_address(client: FlaskClient, app: Flask) -> None:
    address = first_admin_address(app.config["SHOP"])
    assert address and address.startswith("http://shop.example.com/admin/first/")
    path = address.removeprefix("http://shop.example.com")
    assert client.get(path + "x").status_code == 404
    token = csrf_token(client.get(path).text)
    refused = client.post(path, data={"csrf_token": token, "email": "nonsense", "password": "short"})
    assert refused.status_code == 422
    assert error_at(refused.text, "email") == "This is not an email address."
    assert error_at(refused.text, "password") == "Use at least 8 characters."
    made = client.post(
        path, data={"csrf_token": token, "email": EMAIL, "password": PASSWORD, "time_zone": "Europe/Kyiv"}
    )
    assert (made.status_code, made.location) == (303, "/admin")
    assert settings.time_zone() == "Europe/Kyiv", "the shop takes the first admin's time zone"
    assert "Welcome!" in client.get("/admin").text
    assert client.get(path).status_code == 404
    assert first_admin_address(app.config["SHOP"]) is None


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "12345678",
        "qwertyuiop",
        "Passw0rd!",
        "olena2026",  # from the email
        "shop.example.com",
        "Storefront1",
        "olenasstudio",  # a merchant's name
        "пароль123",
        "йцукенгш",
        "aaaaaaaaaaaa" * 80,
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_wherever_it_is_set(
    client: FlaskClient, app: Flask, merchant: Merchant, password: str
) -> None:
    path = (first_admin_address(app.config["SHOP"]) or "").removeprefix("http://shop.example.com")
    form = {"csrf_token": csrf_token(client.get(path).text), "email": EMAIL, "password": password}
    refused = client.post(path, data=form)
    assert (refused.status_code, error_at(refused.text, "password")) == (422, WEAK)
    command = app.test_cli_runner().invoke(args=["create-admin", "--email", EMAIL, "--password", password])
    assert command.exit_code == 2 and "is easy to guess" in command.output
    assert not Admin.select().exists()
    make_owner()
    sign_in(client)
    answer = post(client, "/admin/password", present=PASSWORD, new=password, again=password)
    assert (answer.status_code, error_at(answer.text, "new")) == (422, WEAK)
    assert Admin.authenticate(EMAIL, PASSWORD)


@pytest.mark.parametrize("password", ["long one!", "kT7#pq9x", "жовтий потяг мовчить", "shop for many horses"])
def test_other_passwords_are_accepted(app: Flask, password: str) -> None:
    command = app.test_cli_runner().invoke(args=["create-admin", "--email", EMAIL, "--password", password])
    assert command.exit_code == 0, command.output


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("uk", "Цей пароль легко вгадати."),
        ("ru", "Этот пароль легко угадать."),
        ("en", "This password is easy to guess."),
    ],
)
def test_a_weak_password_is_explained_in_the_pages_language(admin: FlaskClient, language: str, words: str) -> None:
    admin.get(f"/admin/password?lang={language}")
    answer = post(admin, "/admin/password", present=PASSWORD, new="password1", again="password1")
    assert words in error_at(answer.text, "new")


def test_the_admins_get_an_email_about_each_new_password(admin: FlaskClient, app: Flask) -> None:
    new = "another long one"
    assert post(admin, "/admin/password", present="wrong", new=new, again=new).status_code == 422
    assert not Email.select().exists()
    assert post(admin, "/admin/password", present=PASSWORD, new=new, again=new).status_code == 303
    command = ["create-admin", "--email", EMAIL, "--password-stdin"]
    assert app.test_cli_runner().invoke(args=command, input=f"{PASSWORD}\n").exit_code == 0
    assert Admin.authenticate(EMAIL, PASSWORD)
    emails.send_due()
    assert [email.kind for email in Email.select()] == ["owner_password_changed"] * 2
    email = Email.get()
    assert email.subject == "Password changed at shop.example.com"
    assert EMAIL in email.text and new not in email.text and PASSWORD not in email.text
    assert app.test_cli_runner().invoke(args=["create-admin", "--email", "new@example.com", "--password", new])
    assert Email.select().count() == 2, "none about a new account"


def test_guesses_of_the_current_password_end_the_session_and_lock_no_sign_in(admin: FlaskClient, app: Flask) -> None:
    new = {"new": "another long one", "again": "another long one"}
    for _guess in range(sign_in_attempt.PER_ACCOUNT):
        assert post(admin, "/admin/password", present="wrong", **new).status_code == 422
    answer = post(admin, "/admin/password", present=PASSWORD, **new)
    assert (answer.status_code, answer.location) == (303, "/admin/login")
    assert "Too many failed attempts. Try again in 15 minutes." in alerts_of(admin.get("/admin/login").text)
    assert admin.get("/admin/password").status_code == 302, "the session has ended"
    assert sign_in(browser(app)).status_code == 303, "with the old password"


def test_strangers_cannot_lock_the_owners_browser_out(client: FlaskClient, app: Flask, olena: Admin) -> None:
    assert sign_in(client).status_code == 303
    post(client, "/admin/sign-out")
    for number in range(10):
        assert sign_in(browser(app), password="wrong", ip=f"203.0.113.{number}").status_code == 422
    assert sign_in(browser(app)).status_code == 429, "an unknown browser"
    assert sign_in(client, email="Olena@Example.com").status_code == 303
    post(client, "/admin/sign-out")
    for _guess in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    assert sign_in(client).status_code == 429, "a known browser has the same limit"


def test_a_known_browser_is_known_for_its_own_account_only(client: FlaskClient, app: Flask, olena: Admin) -> None:
    sign_in(client)
    post(client, "/admin/sign-out")
    Admin.create(email="iryna@example.com", password_hash=olena.password_hash)
    for number in range(10):
        sign_in(browser(app), "iryna@example.com", "wrong", ip=f"203.0.113.{number}")
    assert sign_in(client, "iryna@example.com").status_code == 429
    forged = browser(app)
    forged.set_cookie("device", client.get_cookie("device", path="/admin/login").value[:-2] + "xx", path="/admin/login")
    for number in range(10):
        sign_in(browser(app), password="wrong", ip=f"203.0.113.{number}")
    assert sign_in(forged).status_code == 429


def test_a_new_password_makes_the_browsers_that_knew_the_old_one_unknown(admin: FlaskClient, app: Flask) -> None:
    """Whoever knew the old password could have collected any number of known browsers to guess the new one with."""
    others = [browser(app) for _ in range(2)]
    assert [sign_in(other).status_code for other in others] == [303, 303]
    new = "another long one"
    assert post(admin, "/admin/password", present=PASSWORD, new=new, again=new).status_code == 303
    for number in range(10):
        client = others[number % 2]
        assert sign_in(client, password="wrong", ip=f"203.0.113.{number}").status_code == 422
    assert [sign_in(other, password=new).status_code for other in others] == [429, 429], "one limit for all"
    post(admin, "/admin/sign-out")
    assert sign_in(admin, password=new).status_code == 303, "the browser that changed the password"


def test_the_browser_of_the_first_admin_is_known(client: FlaskClient, app: Flask) -> None:
    path = (first_admin_address(app.config["SHOP"]) or "").removeprefix("http://shop.example.com")
    client.post(path, data={"csrf_token": csrf_token(client.get(path).text), "email": EMAIL, "password": PASSWORD})
    post(client, "/admin/sign-out")
    for _failure in range(10):
        record_failure(EMAIL, "203.0.113.5")
    assert sign_in(browser(app)).status_code == 429
    assert sign_in(client).status_code == 303


def test_no_typed_email_is_the_key_of_another_counter(admin: FlaskClient, app: Flask) -> None:
    stranger, new = browser(app), "another long one"
    for _guess in range(10):
        assert sign_in(stranger, email=f"password of admin {Admin.get().id}", password="wrong").status_code == 422
    answer = post(admin, "/admin/password", present=PASSWORD, new=new, again=new)
    assert answer.location == "/admin/password", "the owner is not signed out"


@pytest.mark.parametrize("form", ["203.0.113.5:{}", "[2001:db8:1:2::{:x}]:443", "[2001:db8:1:2::{:x}]"])
def test_an_address_to_which_a_proxy_adds_a_port_counts_as_one_client(
    client: FlaskClient, olena: Admin, form: str
) -> None:
    for number in range(50):
        record_failure(f"somebody{number}@example.com", form.format(1000 + number))
    assert sign_in(client, ip=form.format(2000)).status_code == 429


def test_a_session_of_a_clock_that_is_slightly_ahead_is_valid(app: Flask, olena: Admin) -> None:
    """Another server of the shop, or this one before its clock was set right, signs with its own clock."""
    for seconds, status in ((90, 200), (3600, 302)):
        client = browser(app)
        sign_in(client)
        client.set_cookie("session", signed_ahead(app, client, seconds))
        assert client.get("/admin").status_code == status, seconds


def signed_ahead(app: Flask, client: FlaskClient, seconds: int) -> str:
    """The client's session cookie, as a server signs it whose clock is ahead."""

    class Ahead(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() + seconds

    cookie, serializer = client.get_cookie("session"), SecureCookieSessionInterface().get_signing_serializer(app)
    assert cookie is not None and serializer is not None
    content = serializer.loads(cookie.value)
    serializer.signer = Ahead
    return str(serializer.dumps(content))


def test_an_ipv6_network_of_64_bits_counts_as_one_client(client: FlaskClient, olena: Admin) -> None:
    for number in range(50):
        record_failure(f"somebody{number}@example.com", f"2001:db8:1:2::{number:x}")
    assert sign_in(client, ip="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(client, ip="2001:db8:1:3::1").status_code == 303


@pytest.mark.parametrize(("lang", "word"), [("en", "Sign in"), ("uk", "UA"), ("ru", "RU")])
def test_the_sign_in_page_has_the_language_switch(client: FlaskClient, lang: str, word: str) -> None:
    page = client.get(f"/admin/login?lang={lang}")
    assert f'lang="{lang}"' in page.text and word in text_of(page.text)
