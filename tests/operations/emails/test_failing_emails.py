"""Whatever raises while an email is built or sent fails its attempt, is shown to the owner and costs no other email."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import create_app, emails, operations, runtime
from storefront.config import Config, ConfigError
from storefront.db import db as database
from storefront.models import Admin, CustomEmailText, Email, Merchant, Offer, Role, now
from tests import databases
from tests.cast import MARKO, OLHA
from tests.factories import make_offer
from tests.mail_server import MailServer
from tests.purchase_steps import buy, start_checkout
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of

PASSWORD = "пароль/з#секретом"


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Watercolour evening")


@pytest.fixture
def shop_with_smtp_url(environment: dict[str, str], app: Flask) -> Iterator[Callable[..., Flask]]:
    """A function that starts the same shop with another SMTP_URL or sender."""

    def start(**changes: str) -> Flask:
        database.obj.close_all()
        return create_app(Config.from_environment({**environment, **changes}))

    yield start
    database.obj.close_all()


def send_at(minutes: float) -> None:
    """Send what is due after so many minutes."""
    with time_set(now() + timedelta(minutes=minutes)):
        emails.send_due()


def findings() -> dict[str, str]:
    """{code: grade} of the doctor's findings."""
    return {finding.code: finding.grade for finding in operations.diagnose(runtime.current().config)}


@pytest.mark.parametrize("login", [f"shop:{quote(PASSWORD, safe='')}", "крамниця:secret"])
def test_defect_36_a_sign_in_that_can_never_work_is_named_by_the_doctor_and_on_each_email(
    login: str,
    offer: Offer,
    simulator: Simulator,
    mail_server: MailServer,
    shop_with_smtp_url: Callable[..., Flask],
    admin: FlaskClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    buy(offer, simulator)
    app = shop_with_smtp_url(SMTP_URL=f"smtp://{login}@127.0.0.1:{mail_server.port}")
    assert findings()["mail_misconfigured"] == "red"
    emails.send_due()
    emails.send_due()
    letters = list(Email.select())
    assert [(letter.state, letter.problem) for letter in letters] == [("waiting", "smtp_login_not_ascii")] * 2
    client = app.test_client()
    cookie = admin.get_cookie("session")
    assert cookie is not None
    client.set_cookie("session", cookie.value)
    for address in ("/admin", "/admin/emails", f"/admin/emails/{letters[0].id}", "/admin/doctor"):
        page = client.get(address).text
        assert "SMTP_URL" in text_of(page), address
        for part in (PASSWORD, "секретом", "крамниця", quote(PASSWORD, safe="")):
            assert part not in page + caplog.text, (address, part)


@pytest.mark.parametrize(
    "url", ["smtp://shop:sec/ret@mail", "smtp://shop:sec℀ret@mail", "smtp://shop:secret@[mail", "smtp://:s@mail:99999"]
)
def test_defect_36_a_password_in_an_unreadable_address_is_not_shown_at_the_start(
    url: str, environment: dict[str, str]
) -> None:
    with pytest.raises(ConfigError) as error:
        Config.from_environment({**environment, "SMTP_URL": url})
    assert str(error.value).startswith("SMTP_URL") and "sec" not in str(error.value)
    assert error.value.__context__ is None, "a traceback would show the parser's error, which quotes the URL"


def test_defect_36_a_refused_sign_in_is_shown_without_the_password(
    offer: Offer, simulator: Simulator, mail_server: MailServer, shop_with_smtp_url: Callable[..., Flask]
) -> None:
    buy(offer, simulator)
    shop_with_smtp_url(SMTP_URL=mail_server.url.replace("://", "://shop:letters-2026@"))
    emails.send_due()
    problem = Email.get().problem
    assert problem and "letters-2026" not in problem
    assert findings()["mail_server_away"] == "red"
    assert emails.send_test("olena@example.com", "Hello", "Hello") == problem


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("recipient", "marko@example..com"),
        ("recipient", "марко@example.com"),
        ("recipient", "marko@example.com\r\nBcc: everybody@example.com"),
        ("recipient", "marko@" + "ї" * 70 + ".ua"),
        ("detail", '"not what was written"'),
        ("detail", "{broken"),
        ("kind", "of_no_kind"),
        ("language", "xx"),
    ],
)
def test_defect_36_an_email_that_cant_be_built_fails_alone_with_its_words_and_is_given_up(
    column: str, value: str, offer: Offer, simulator: Simulator, mail_server: MailServer, admin: FlaskClient
) -> None:
    for buyer in (MARKO, OLHA):
        buy(offer, simulator, buyer)
    broken = Email.select(Email.id).where(Email.kind == "receipt").order_by(Email.id).first().id
    databases.store("letter", column, value, broken)
    emails.send_due()
    assert [m["To"] for m in mail_server.received] == ["olena@example.com", OLHA.email, "olena@example.com"]
    assert findings()["mail_failing"] == "amber"
    assert "1 email couldn’t be sent recently." in text_of(admin.get("/admin").text)

    def row() -> tuple[str, int, str]:
        columns = Email.select(Email.state, Email.attempts, Email.problem)
        return columns.where(Email.id == broken).tuples().get()

    assert row()[:2] == ("waiting", 1) and row()[2]
    for hours in range(48):
        send_at(hours * 60)
    state, attempts, problem = row()
    assert (state, bool(problem)) == ("failed", True) and attempts < 30
    assert "everybody@example.com" not in str([m.as_string() for m in mail_server.received])
    assert findings()["mail_failing"] == "amber"


def test_defect_36_the_pages_of_an_email_that_cant_be_built_show_why(
    offer: Offer, simulator: Simulator, mail_server: MailServer, admin: FlaskClient
) -> None:
    CustomEmailText.create(kind="receipt", language="en", subject="{nobody}", words="{nobody}")
    buy(offer, simulator)
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    assert (letter.state, letter.problem) == ("waiting", "KeyError: 'nobody'")
    page = text_of(admin.get(f"/admin/emails/{letter.id}").text)
    assert "KeyError: 'nobody'" in page and "can’t be built from its template" in page
    assert "nobody" in admin.get("/admin/emails").text
    editor = admin.get("/admin/emails/words/receipt/en")
    assert editor.status_code == 200 and "can’t be built from its template" in editor.text
    emails.delete_custom_text("receipt", "en")
    send_at(2)
    assert Email.get(Email.kind == "receipt").state == "sent"


def test_defect_36_an_admin_who_cant_be_reached_costs_the_other_admins_nothing(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    for address in ("олена@example.com", "olena@example.com", "gone@example.com", "taras@приклад.укр"):
        Admin.create(email=address, password_hash="x", role=Role.OWNER)
    mail_server.refused_recipients = {"gone@example.com"}
    buy(offer, simulator)
    for minutes in (0, 2, 5):
        send_at(minutes)
    sale = Email.get(Email.kind == "owner_sale")
    assert [m["To"] for m in mail_server.received] == [
        MARKO.email,
        "olena@example.com",
        "taras@xn--80aikifvh.xn--j1amh",
    ], "each reachable admin gets it once"
    assert (sale.state, sale.attempts) == ("waiting", 3)
    assert re.search(r"олена@example.com: .*ASCII; gone@example.com: 550 5.1.1 No such user here", sale.problem)
    assert findings()["admins_unreachable"] == "amber"
    mail_server.refused_recipients = set()
    Admin.delete().where(Admin.email == "олена@example.com").execute()
    send_at(30)
    assert Email.get(Email.kind == "owner_sale").state == "sent"
    assert [m["To"] for m in mail_server.received][3:] == ["gone@example.com"]


def test_defect_36_an_email_whose_attempts_kill_the_worker_is_given_up(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    buy(offer, simulator)
    Email.update(attempts=1000).where(Email.kind == "receipt").execute()
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    assert letter.state == "failed" and letter.problem


def test_defect_36_a_shop_and_a_sender_on_internationalized_domains_send_emails(
    offer: Offer, simulator: Simulator, mail_server: MailServer, shop_with_smtp_url: Callable[..., Flask]
) -> None:
    buy(offer, simulator)
    shop_with_smtp_url(PUBLIC_URL="https://магазин.укр", MAIL_FROM="Магазин «Ї» <shop@пошта.укр>")
    emails.send_due()
    receipt = mail_server.received[0]
    assert receipt["From"].addresses[0].addr_spec == "shop@xn--80a1acn3a.xn--j1amh"
    assert receipt["From"].addresses[0].display_name == "Магазин «Ї»"
    assert receipt["Message-ID"].endswith("@xn--80aairftm.xn--j1amh>")


@pytest.mark.parametrize("sender", ["продаж@example.com", "shop@exa_mple-.com"])
def test_defect_36_a_sender_that_cant_be_posted_is_named_by_the_doctor(
    sender: str, offer: Offer, simulator: Simulator, mail_server: MailServer, shop_with_smtp_url: Callable[..., Flask]
) -> None:
    buy(offer, simulator)
    shop_with_smtp_url(MAIL_FROM=sender)
    assert findings()["mail_misconfigured"] == "red"
    emails.send_due()
    assert {letter.problem for letter in Email.select()} == {"mail_from_invalid"}
    assert emails.send_test("olena@example.com", "Hello", "Hello") == "mail_from_invalid"


@pytest.mark.parametrize("address", ["марко@example.com", "marko@example..com", "marko@exa mple.com", "marko@-.ua"])
def test_defect_36_addresses_that_cant_be_posted_are_refused_when_typed(
    address: str, app: Flask, offer: Offer, simulator: Simulator, client: FlaskClient
) -> None:
    origin = {"Sec-Fetch-Site": "same-origin"}
    bought = client.post(f"/o/{offer.slug}/checkout", data={"email": address, "name": "Marko"}, headers=origin)
    assert (bought.status_code, list(bought.get_json()["errors"])) == (422, ["email"])
    order = start_checkout(offer, replace(MARKO, visit="v")).order
    paid = client.post(f"/orders/{order.token}/pay", data={"email": address, "name": "Marko"}, headers=origin)
    assert (paid.status_code, list(paid.get_json()["errors"])) == (422, ["email"])
    account = emails.make_account_token(order.email)
    for page in (f"/my/{account}/email", "/my"):
        answer = client.post(page, data={"email": address}, headers=origin)
        assert answer.status_code == 422, page
    made = app.test_cli_runner().invoke(
        args=["create-admin", "--email", address, "--password", "correct horse battery"]
    )
    assert made.exit_code != 0 and "must be an email address" in made.output
    assert not Admin.select().exists()
