"""The outbox: emails are queued in a transaction, sent once, and retried when the mail server fails."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask

from storefront import emails, payments, settings, worker
from storefront.db import connection
from storefront.errors import FieldErrors
from storefront.models import CustomEmailText, Email, Merchant, Offer, Order, Payment, now
from tests.cards import ASKS, DECLINED, INSUFFICIENT_FUNDS
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer, make_owner
from tests.mail_server import MailServer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web_client import browser, csrf_token


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    make_owner()
    return make_offer(merchant, title="Watercolour evening")


def test_a_paid_order_sends_one_receipt_and_one_email_to_the_owner(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    order = buy(offer, simulator)
    emails.send_due()
    emails.send_due()
    receipt, sale = mail_server.received
    assert receipt["To"] == "marko@example.com"
    assert receipt["Subject"] == "Receipt from shop.example.com · €19.99"
    text = receipt.get_body(("plain",)).get_content()
    html = receipt.get_body(("html",)).get_content()
    for body in (text, html):
        assert "€19.99" in body
        assert "http://shop.example.com/my/" in body
        assert str(order.number) in body
    assert sale["To"] == "olena@example.com"
    assert f"/admin/orders/{order.token}" in sale.get_body(("plain",)).get_content()


def test_the_owners_emails_are_in_the_language_they_signed_in_with(
    app: Flask, simulator: Simulator, mail_server: MailServer
) -> None:
    make_owner()
    client = browser(app)
    token = csrf_token(client.get("/admin/login?lang=uk").text)
    form = {"email": "olena@example.com", "password": "correct horse battery", "csrf_token": token}
    client.post("/admin/login", data=form)
    buy(make_offer(connect_merchant(), title="Watercolour evening"), simulator)
    emails.send_due()
    receipt, sale = mail_server.received
    assert receipt["Subject"] == "Receipt from shop.example.com · €19.99"
    assert sale["To"] == "olena@example.com"
    assert str(sale["Subject"]).startswith("Новий продаж: ")


def test_fifty_concurrent_refreshes_queue_and_send_each_email_once(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = start_checkout(offer)
    confirm(simulator, started)

    def come_back(_number: int) -> None:
        with connection():
            payments.refresh_order(Order.get_by_id(started.order.id))
            emails.send_due()

    with ThreadPoolExecutor(50) as threads:
        list(threads.map(come_back, range(50)))
    assert sorted(mail_server.subjects()) == [
        "New sale: Watercolour evening · €19.99",
        "Receipt from shop.example.com · €19.99",
    ]
    assert [entry.kind for entry in started.order.timeline()].count("paid") == 1


def test_one_email_about_a_pending_payment_follows_the_last_attempt(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = start_checkout(offer)
    for number in (DECLINED, INSUFFICIENT_FUNDS):
        confirm(simulator, started, number)
        refresh(started.order)
    emails.send_due()
    assert mail_server.received == [], "the buyer has some minutes to use another card"
    settings.save({"letter_after_minutes": 0})
    confirm(simulator, started, "4000000000000069")
    refresh(started.order)
    emails.send_due()
    emails.send_due()
    assert mail_server.subjects() == ["Complete your order: Watercolour evening"]
    assert f"/orders/{started.order.token}/pay" in mail_server.received[0].get_body(("plain",)).get_content()


def test_an_abandoned_3d_secure_check_sends_one_email(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = start_checkout(offer)
    confirm(simulator, started, ASKS)
    refresh(started.order)
    emails.send_due()
    assert mail_server.received == [], "the buyer may still be paying"
    first_due = Email.get(Email.kind == "payment_waits").due_at
    refresh(started.order)
    worker.reconcile(everything=True)
    assert Email.get(Email.kind == "payment_waits").due_at == first_due, "opening the page is not an attempt"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert mail_server.subjects() == ["Complete your order: Watercolour evening"]
    assert f"/orders/{started.order.token}/pay" in mail_server.received[0].get_body(("plain",)).get_content()


def test_no_pending_email_while_the_payment_is_processing_but_after_it_fails(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    settings.save({"letter_after_minutes": 0})
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    order = refresh(started.order)
    order.transition("processing", "processing")
    emails.send_due()
    assert (mail_server.received, Email.get(Email.kind == "payment_waits").state) == ([], "dropped")
    Order.get_by_id(order.id).transition("pending", "waiting")
    confirm(simulator, started, INSUFFICIENT_FUNDS)
    refresh(started.order)
    emails.send_due()
    assert len(mail_server.received) == 1


def test_an_email_reaches_a_non_ascii_address(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    buy(offer, simulator, replace(MARKO, email="marko@приклад.укр"))
    emails.send_due()
    assert mail_server.received[0]["To"] == "marko@xn--80aikifvh.xn--j1amh"


def test_an_email_that_cannot_be_rendered_does_not_block_others(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    CustomEmailText.create(kind="owner_connection", language="en", subject="{nobody}", words="{nobody}")
    emails.write("owner_connection", None, "an-account", title="Studio")
    buy(offer, simulator)
    emails.send_due()
    assert "Receipt from shop.example.com · €19.99" in mail_server.subjects()
    broken = Email.get(Email.about == "an-account")
    assert (broken.state, bool(broken.problem)) == ("waiting", True)


def test_an_outdated_email_is_dropped(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    confirm(simulator, started)
    refresh(started.order)
    assert Email.get(Email.kind == "payment_waits").state == "dropped", "dropped when the order is paid"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert "not made yet" not in " ".join(mail_server.subjects())
    assert Email.get(Email.kind == "payment_waits").state == "dropped"


@pytest.mark.parametrize("behaviour", ["refuse", "drop"])
def test_an_email_that_the_mail_server_refuses_is_kept_and_retried(
    behaviour: str, offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    mail_server.behave = behaviour
    buy(offer, simulator)
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    assert (letter.state, bool(letter.problem), letter.attempts) == ("waiting", True, 1)
    assert letter.due_at > now()
    mail_server.behave = "take"
    Email.update(due_at=now()).execute()
    emails.send_due()
    assert Email.get(Email.kind == "receipt").state == "sent"
    assert len(mail_server.received) == 2


def test_the_message_id_of_an_email_never_changes(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    buy(offer, simulator)
    emails.send_due()
    letter = Email.get(Email.kind == "receipt")
    emails.send_again(letter)
    emails.send_due()
    ids = [m["Message-ID"] for m in mail_server.received if m["To"] == "marko@example.com"]
    assert len(ids) == 2
    assert ids[0] == ids[1]


def test_typed_text_is_escaped_in_emails(app: Flask, simulator: Simulator, mail_server: MailServer) -> None:
    offer = make_offer(connect_merchant(), title="Tea\r\nBcc: everybody@example.com <b>*now*</b>")
    buy(offer, simulator)
    emails.send_due()
    receipt = mail_server.received[0]
    assert receipt["Bcc"] is None
    assert receipt["To"] == "marko@example.com"
    assert "<b>" not in receipt.get_body(("html",)).get_content()


def test_custom_texts_are_used_and_their_variables_checked(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    with pytest.raises(FieldErrors) as refusal:
        emails.save_custom_text("receipt", "en", "Thanks {nam}", "Hello {name")
    assert refusal.value.errors == {"subject": ["variable_unknown"], "words": ["variable_invalid"]}
    with pytest.raises(FieldErrors):
        emails.save_custom_text("receipt", "en", "Thanks", "{name.__class__}")
    emails.save_custom_text("receipt", "en", "Thanks, {name}!", "Paid: {amount}")
    buy(offer, simulator)
    emails.send_due()
    assert mail_server.received[0]["Subject"] == "Thanks, Marko!"
    emails.delete_custom_text("receipt", "en")
    assert emails.custom_text("receipt", "en") is None


def test_the_owner_is_emailed_about_a_late_or_second_payment(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    started = start_checkout(offer)
    Order.update(status="expired").where(Order.id == started.order.id).execute()
    confirm(simulator, started)
    payments.refresh(Payment.get())
    order = Order.get_by_id(started.order.id)
    assert (order.status, order.timeline()[-1].kind) == ("paid", "paid_late")
    assert MARKO.email in {letter.recipient for letter in Email.select()}
