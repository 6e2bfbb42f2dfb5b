"""Letters: written with what they tell, posted once, by a real mail server that isn't always kind."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from storefront import emails, payments, settings, worker
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import Admin, CustomEmailText, Email, Offer, Order, Payment, now
from tests.buying import MARKO, begin, bought, pay, refreshed
from tests.conftest import browser, csrf_token
from tests.factories import connect_merchant, make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.simulator_process import Simulator


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def environment(environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
    return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}


@pytest.fixture
def offer(app: Flask) -> Offer:
    Admin.set_password("olena@example.com", "correct horse battery")
    return make_offer(connect_merchant(), title="Watercolour evening")


def test_a_paid_order_mails_one_receipt_and_tells_the_owner(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    order = bought(offer, simulator)
    emails.send_due()
    emails.send_due()
    receipt, sale = mail_server.received
    assert receipt["To"] == "marko@example.com"
    assert receipt["Subject"] == "Your receipt: Watercolour evening"
    text = receipt.get_body(("plain",)).get_content()
    html = receipt.get_body(("html",)).get_content()
    for body in (text, html):
        assert "€19.99" in body
        assert "http://shop.example.com/my/" in body
        assert str(order.number) in body
    assert sale["To"] == "olena@example.com"
    assert f"/admin/orders/{order.token}" in sale.get_body(("plain",)).get_content()


def test_the_owner_is_written_to_in_the_language_they_signed_in_with(
    app: Flask, simulator: Simulator, mail_server: MailServer
) -> None:
    Admin.set_password("olena@example.com", "correct horse battery")
    client = browser(app)
    token = csrf_token(client.get("/admin/login?lang=uk").text)
    form = {"email": "olena@example.com", "password": "correct horse battery", "csrf_token": token}
    client.post("/admin/login", data=form)
    bought(make_offer(connect_merchant(), title="Watercolour evening"), simulator)
    emails.send_due()
    receipt, sale = mail_server.received
    assert receipt["Subject"] == "Your receipt: Watercolour evening"
    assert sale["To"] == "olena@example.com"
    assert str(sale["Subject"]).startswith("Продано")


def test_fifty_at_once_write_and_post_each_letter_once(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = begin(offer)
    pay(simulator, started)

    def come_back(_number: int) -> None:
        with db.connection_context():
            payments.refresh_order(Order.get_by_id(started.order.id))
            emails.send_due()

    with ThreadPoolExecutor(50) as threads:
        list(threads.map(come_back, range(50)))
    assert sorted(mail_server.subjects()) == [
        "Sold: Watercolour evening for €19.99",
        "Your receipt: Watercolour evening",
    ]
    assert [entry.kind for entry in started.order.timeline()].count("paid") == 1


def test_a_waiting_payment_is_told_once_after_the_last_attempt(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = begin(offer)
    for number in ("4000000000000002", "4000000000009995"):
        pay(simulator, started, number)
        refreshed(started.order)
    emails.send_due()
    assert mail_server.received == [], "some minutes are left for another card"
    settings.save({"letter_after_minutes": 0})
    pay(simulator, started, "4000000000000069")
    refreshed(started.order)
    emails.send_due()
    emails.send_due()
    assert mail_server.subjects() == ["Your payment for Watercolour evening is not made yet"]
    assert f"/orders/{started.order.token}/pay" in mail_server.received[0].get_body(("plain",)).get_content()


def test_a_bank_check_that_is_simply_left_is_told_once_too(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = begin(offer)
    pay(simulator, started, "4000002760003184")
    refreshed(started.order)
    emails.send_due()
    assert mail_server.received == [], "the buyer may still be at it"
    first_due = Email.get(Email.kind == "payment_waits").due_at
    refreshed(started.order)
    worker.reconcile(everything=True)
    assert Email.get(Email.kind == "payment_waits").due_at == first_due, "looking at it is no attempt"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert mail_server.subjects() == ["Your payment for Watercolour evening is not made yet"]
    assert f"/orders/{started.order.token}/pay" in mail_server.received[0].get_body(("plain",)).get_content()


def test_nothing_is_said_to_wait_while_a_bank_works_on_it_and_all_the_same_afterwards(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    settings.save({"letter_after_minutes": 0})
    started = begin(offer)
    pay(simulator, started, "4000000000000002")
    order = refreshed(started.order)
    order.transition("processing", "processing")
    emails.send_due()
    assert (mail_server.received, Email.get(Email.kind == "payment_waits").state) == ([], "dropped")
    Order.get_by_id(order.id).transition("pending", "waiting")
    pay(simulator, started, "4000000000009995")
    refreshed(started.order)
    emails.send_due()
    assert len(mail_server.received) == 1


def test_a_letter_reaches_an_address_with_letters_of_any_script(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    bought(offer, simulator, replace(MARKO, email="marko@приклад.укр"))
    emails.send_due()
    assert mail_server.received[0]["To"] == "marko@xn--80aikifvh.xn--j1amh"


def test_a_letter_that_cannot_be_written_holds_up_no_other(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    CustomEmailText.create(kind="owner_connection", language="en", subject="{nobody}", words="{nobody}")
    emails.write("owner_connection", None, "an-account", title="Studio")
    bought(offer, simulator)
    emails.send_due()
    assert "Your receipt: Watercolour evening" in mail_server.subjects()
    broken = Email.get(Email.about == "an-account")
    assert (broken.state, bool(broken.problem)) == ("waiting", True)


def test_a_letter_that_is_no_longer_true_is_dropped(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = begin(offer)
    pay(simulator, started, "4000000000000002")
    refreshed(started.order)
    pay(simulator, started)
    refreshed(started.order)
    assert Email.get(Email.kind == "payment_waits").state == "dropped", "as soon as it is paid"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert "not made yet" not in " ".join(mail_server.subjects())
    assert Email.get(Email.kind == "payment_waits").state == "dropped"


@pytest.mark.parametrize("behaviour", ["refuse", "drop"])
def test_what_the_mail_server_doesnt_take_is_kept_shown_and_tried_again(
    behaviour: str, offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    mail_server.behave = behaviour
    bought(offer, simulator)
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    assert (letter.state, bool(letter.problem), letter.attempts) == ("waiting", True, 1)
    assert letter.due_at > now()
    mail_server.behave = "take"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert Email.get(Email.kind == "receipt").state == "sent"
    assert len(mail_server.received) == 2


def test_the_message_id_of_a_letter_never_changes(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    bought(offer, simulator)
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    emails.send_again(letter)
    emails.send_due()
    ids = [m["Message-ID"] for m in mail_server.received if m["To"] == "marko@example.com"]
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_what_people_typed_is_shown_and_does_nothing(app: Flask, simulator: Simulator, mail_server: MailServer) -> None:
    offer = make_offer(connect_merchant(), title="Tea\r\nBcc: everybody@example.com <b>*now*</b>")
    bought(offer, simulator)
    emails.send_due()
    receipt = mail_server.received[0]
    assert receipt["Bcc"] is None
    assert receipt["To"] == "marko@example.com"
    assert "<b>" not in receipt.get_body(("html",)).get_content()


def test_the_owners_words_are_used_and_their_variables_checked(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    with pytest.raises(FieldErrors) as refusal:
        emails.save_custom_text("receipt", "en", "Thanks {nam}", "Hello {name")
    assert refusal.value.errors == {"subject": ["variable_unknown"], "words": ["variable_invalid"]}
    with pytest.raises(FieldErrors):
        emails.save_custom_text("receipt", "en", "Thanks", "{name.__class__}")
    emails.save_custom_text("receipt", "en", "Thanks, {name}!", "Paid: {amount}")
    bought(offer, simulator)
    emails.send_due()
    assert mail_server.received[0]["Subject"] == "Thanks, Marko!"
    emails.delete_custom_text("receipt", "en")
    assert emails.custom_text("receipt", "en") is None


def test_a_late_or_second_payment_is_never_kept_in_silence(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = begin(offer)
    Order.update(status="expired").where(Order.id == started.order.id).execute()
    pay(simulator, started)
    payments.refresh(Payment.get())
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.timeline()[-1].kind) == ("paid", "paid_late")
    assert MARKO.email in {letter.recipient for letter in Email.select()}
