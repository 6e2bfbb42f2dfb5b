"""The mail server is away for days: emails wait, the owner is told, and what is still true is sent afterwards."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from storefront import emails, payments, runtime
from storefront.models import Email, MailOutage, Merchant, Offer, Order, Refund, now
from storefront.worker import tasks
from tests.cards import DECLINED
from tests.cast import MARKO, OLHA
from tests.factories import make_offer, make_owner
from tests.mail_server import MailServer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.shop_clock import time_set
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, title="Watercolour evening")


def run_worker_for(hours: int) -> None:
    """Let the worker send emails once an hour for so long."""
    started = now()
    for hour in range(hours + 1):
        with time_set(started + timedelta(hours=hour)):
            tasks.send_emails()


def metrics(app: Flask) -> dict[str, float]:
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    families = text_string_to_metric_families(answer.text)
    return {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}


@pytest.mark.parametrize("behaviour", ["away", "drop", "refuse"])
def test_defect_37_a_mail_server_that_comes_back_after_30_hours_sends_what_is_still_true(
    behaviour: str, app: Flask, offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    make_owner()
    if behaviour == "away":
        mail_server.stop()
    mail_server.behave = behaviour
    declined = start_checkout(offer, OLHA)
    confirm(simulator, declined, DECLINED)
    refresh(declined.order)
    paid = buy(offer, simulator)
    run_worker_for(30)
    assert mail_server.received == []
    assert {letter.state for letter in Email.select()} == {"waiting"}
    assert all(letter.problem for letter in Email.select())
    confirm(simulator, declined)
    refresh(declined.order)
    mail_server.behave = "take"
    if behaviour == "away":
        mail_server.start()
    with time_set(now() + timedelta(hours=33)):
        emails.send_due()
        emails.send_due()
    assert sorted((m["To"], str(m["Subject"])) for m in mail_server.received) == [
        (MARKO.email, "Receipt from shop.example.com · €19.99"),
        ("olena@example.com", "New sale: Watercolour evening · €19.99"),
        ("olena@example.com", "New sale: Watercolour evening · €39.98"),
        (OLHA.email, "Receipt from shop.example.com · €39.98"),
    ]
    assert Email.get(Email.kind == "payment_waits").state == "dropped"
    assert Email.get((Email.kind == "receipt") & (Email.order == paid)).problem == ""


def test_defect_37_the_owner_is_told_while_the_mail_server_is_away(
    app: Flask, offer: Offer, simulator: Simulator, mail_server: MailServer, admin: FlaskClient
) -> None:
    def pages() -> dict[str, bool]:
        """On which pages the outage is shown."""
        texts = {
            "dashboard": ("/admin", "The mail server is unavailable"),
            "emails": ("/admin/emails", "The mail server is unavailable"),
            "doctor": ("/admin/doctor", "The mail server has been unavailable since"),
        }
        return {name: words in text_of(admin.get(path).text) for name, (path, words) in texts.items()}

    buy(offer, simulator)
    assert set(pages().values()) == {False}
    assert metrics(app)["storefront_mail_server_away_seconds"] == 0
    mail_server.stop()
    emails.send_due()
    assert set(pages().values()) == {True}
    assert "Connection refused" in text_of(admin.get("/admin").text)
    with time_set(now() + timedelta(hours=30)):
        assert metrics(app)["storefront_mail_server_away_seconds"] > 29 * 3600
    assert metrics(app)["storefront_letters_failing"] == 2
    mail_server.start()
    emails.send_due()
    assert set(pages().values()) == {False}
    assert len(mail_server.received) == 2
    assert metrics(app)["storefront_mail_server_away_seconds"] == 0


def test_defect_37_the_end_of_an_outage_is_noticed_without_an_email_to_send(
    app: Flask, mail_server: MailServer, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator)
    mail_server.stop()
    emails.send_due()
    Email.delete().execute()
    mail_server.start()
    emails.send_due()
    assert MailOutage.current() is None
    assert MailOutage.get().ended_at is not None


def test_defect_37_attempts_to_reach_a_mail_server_do_not_count_as_attempts_to_send(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    buy(offer, simulator)
    mail_server.stop()
    for _ in range(50):
        emails.send_due()
    assert {letter.attempts for letter in Email.select()} == {0}
    assert MailOutage.select().count() == 1


def test_defect_37_emails_that_are_not_true_any_more_are_dropped_after_an_outage(
    app: Flask, merchant: Merchant, offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    mail_server.stop()
    late = start_checkout(offer, OLHA)
    Order.update(status="expired").where(Order.id == late.order.id).execute()
    order = buy(offer, simulator)
    emails.write("order_expired", late.order)
    payment = order.payments.get()
    refund = Refund.create(order=order, payment=payment, amount=500, currency="EUR", status="pending")
    emails.write("refund_made", order, f"refund-{refund.id}", refund_amount="€5.00")
    emails.write("owner_connection", None, f"merchant-{merchant.id}-2026-11-28", title=merchant.name)
    Merchant.update(check_problem="key_invalid").execute()
    emails.send_due()
    confirm(simulator, late)
    payments.refresh_order(Order.get_by_id(late.order.id))
    Refund.update(status="failed").execute()
    Merchant.update(check_problem="").execute()
    mail_server.start()
    emails.send_due()
    for kind in ("order_expired", "refund_made", "owner_connection"):
        assert Email.get(Email.kind == kind).state == "dropped", kind
    assert {str(m["Subject"]) for m in mail_server.received} == {
        "Receipt from shop.example.com · €19.99",
        "Receipt from shop.example.com · €39.98",
    }


def test_defect_37_the_owner_sends_given_up_emails_again_and_only_those_that_still_apply(
    offer: Offer, simulator: Simulator, mail_server: MailServer, admin: FlaskClient
) -> None:
    mail_server.behave = "refuse"
    declined = start_checkout(offer, OLHA)
    confirm(simulator, declined, DECLINED)
    refresh(declined.order)
    buy(offer, simulator)
    Email.update(attempts=1000, due_at=now()).execute()
    emails.send_due()
    assert {letter.state for letter in Email.select()} == {"failed"}
    confirm(simulator, declined)
    refresh(declined.order)
    mail_server.behave = "take"
    emails.send_due()
    assert [m["To"] for m in mail_server.received] == [OLHA.email, "olena@example.com"]
    assert "3 emails couldn’t be sent recently." in text_of(admin.get("/admin").text)
    assert post(admin, "/admin/emails/again").status_code == 303
    emails.send_due()
    assert [m["To"] for m in mail_server.received][2:] == [MARKO.email, "olena@example.com"]
    assert Email.get(Email.kind == "payment_waits").state == "dropped"
    assert "couldn’t be sent recently" not in admin.get("/admin").text


@contextmanager
def silent_server() -> Iterator[int]:
    """A server that accepts connections and says nothing; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_defect_37_a_mail_server_that_does_not_answer_is_not_asked_all_the_time(
    offer: Offer, simulator: Simulator, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    buy(offer, simulator)
    monkeypatch.setattr("storefront.emails.mail_server.TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr("storefront.emails.delivery.SLOW_SECONDS", 0.5)
    monkeypatch.setattr("storefront.emails.delivery.WAIT_PER_SECOND", 1000)
    with silent_server() as port:
        object.__setattr__(runtime.current().config, "smtp_url", f"smtp://127.0.0.1:{port}")
        emails.send_due()
        outage = MailOutage.current()
        assert outage is not None and outage.next_attempt_at > now()
        emails.send_due()
        again = MailOutage.current()
        assert again is not None and again.next_attempt_at == outage.next_attempt_at, "not asked a second time"
    assert {letter.state for letter in Email.select()} == {"waiting"}
