"""Emails about an open renewal: the first one, reminders, and when they stop."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from storefront import emails, settings, subscriptions
from storefront.models import Email, Invoice, Merchant, Offer, Subscription
from storefront.subscriptions import dunning
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer, make_owner
from tests.mail_server import MailServer
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe

CONFIRM = "Action needed: confirm your €19.99 payment"
DECLINED = "Your €19.99 payment failed"
REMINDER = "Reminder: your €19.99 payment is due"
TO_OWNER = "Renewal failed: €19.99, order #1001"


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    make_owner()
    return make_offer(merchant, kind="recurring", title="Weekly letters")


@pytest.fixture
def subscription(offer: Offer, simulator: Simulator, mail_server: MailServer) -> Subscription:
    """An active subscription whose first emails are already sent."""
    found = subscribe(offer, simulator)
    emails.send_due()
    mail_server.received.clear()
    return found


def posted(mail_server: MailServer) -> list[str]:
    """Send what is due; the subjects of the emails to the customer."""
    mail_server.received.clear()
    emails.send_due()
    return [str(message["Subject"]) for message in mail_server.received if message["To"] != "olena@example.com"]


def text_of(mail_server: MailServer, subject: str) -> str:
    (message,) = [message for message in mail_server.received if message["Subject"] == subject]
    return " ".join(message.get_body(("plain",)).get_content().split())


def change_needs(invoice: Invoice, needs: str) -> Invoice:
    """Set what the invoice needs; "" while the bank processes the payment."""
    Invoice.update(needs=needs).where(Invoice.id == invoice.id).execute()
    changed = Invoice.get_by_id(invoice.id)
    (dunning.start_dunning if needs else dunning.stop_dunning)(changed)
    return changed


def test_the_customer_gets_a_payment_link_and_the_owner_the_amount_at_risk(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renew(subscription, simulator, "asks")
    emails.send_due()
    assert sorted(mail_server.subjects()) == sorted([TO_OWNER, CONFIRM])
    letter = text_of(mail_server, CONFIRM)
    assert "Your bank needs you to confirm the €19.99 payment" in letter
    assert "Nothing is wrong with your card" in letter
    token = subscription.order.token
    assert re.search(rf"Confirm payment: http://shop\.example\.com/orders/{token}/pay\?key=[\w.-]+&lang=en", letter)
    owner = text_of(mail_server, TO_OWNER)
    assert "The bank needs the customer to confirm it (3D Secure)." in owner
    assert f"http://shop.example.com/admin/subscriptions/{subscription.public_id}?" in owner


def test_the_customer_gets_the_decline_reason_and_the_owner_its_code(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "declines")
    Invoice.update(decline_code="insufficient_funds").where(Invoice.id == invoice.id).execute()
    emails.send_due()
    assert "Insufficient funds. Try a different card." in text_of(mail_server, DECLINED)
    assert "The bank declined the card: insufficient_funds." in text_of(mail_server, TO_OWNER)


def test_a_stolen_card_is_explained_like_any_other_decline(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "declines")
    Invoice.update(decline_code="stolen_card").where(Invoice.id == invoice.id).execute()
    emails.send_due()
    letter = text_of(mail_server, DECLINED)
    assert "Your bank declined this card." in letter and "stolen" not in letter


def test_emails_are_in_the_customers_language(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    subscription = subscribe(offer, simulator, buyer=replace(MARKO, language="uk"))
    renew(subscription, simulator, "declines")
    emails.send_due()
    (message,) = [one for one in mail_server.received if "/pay?key=" in one.get_body(("plain",)).get_content()]
    text = " ".join(message.get_body(("plain",)).get_content().split())
    assert "lang=uk" in text
    assert "Банк відхилив" in text, "the decline reason is translated, too"


def test_reminders_say_what_is_needed(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renew(subscription, simulator, "asks")
    posted(mail_server)
    with time_moved(days=1.1):
        assert posted(mail_server) == [REMINDER]
    assert "Your bank needs you to confirm it. Your card is fine." in text_of(mail_server, REMINDER)


def test_after_days_without_a_mail_server_one_reminder_is_sent(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renew(subscription, simulator, "asks")
    with time_moved(days=4):
        assert posted(mail_server) == [CONFIRM, REMINDER]
    with time_moved(days=6):
        assert posted(mail_server) == [REMINDER]


@pytest.mark.parametrize(
    ("days", "expected"),
    [((0, 3, 5), [CONFIRM, REMINDER]), ((0, 0, 0), [CONFIRM, REMINDER]), ((1000, 1000, 1000), [CONFIRM])],
)
def test_the_owner_sets_the_reminder_days_and_zero_means_immediately(
    days: tuple[int, int, int],
    expected: list[str],
    subscription: Subscription,
    simulator: Simulator,
    mail_server: MailServer,
) -> None:
    names = ("first_reminder_days", "second_reminder_days", "third_reminder_days")
    settings.save(dict(zip(names, days, strict=True)))
    renew(subscription, simulator, "asks")
    assert posted(mail_server) == expected
    assert email_kinds(subscription).count("renewal_reminder") == len(set(days))


def test_a_changed_need_sends_one_new_email(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "declines")
    assert posted(mail_server) == [DECLINED]
    invoice = change_needs(invoice, "authentication")
    assert posted(mail_server) == [CONFIRM]
    for needs in ("card", "authentication"):
        invoice = change_needs(invoice, needs)
        assert posted(mail_server) == []
    assert email_kinds(subscription).count("renewal_reminder") == 3
    assert Email.select().where(Email.kind == "owner_renewal_stopped").count() == 1


def test_an_unsent_email_is_sent_when_its_need_returns(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    change_needs(invoice, "card")
    assert posted(mail_server) == [DECLINED]
    change_needs(invoice, "authentication")
    assert posted(mail_server) == [CONFIRM]


def test_reminders_continue_after_an_interruption(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    posted(mail_server)
    with time_moved(days=1.1):
        assert posted(mail_server) == [REMINDER]
        change_needs(invoice, "")
        assert "renewal_reminder" not in email_kinds(subscription, "waiting")
    with time_moved(days=4):
        assert posted(mail_server) == []
        change_needs(invoice, "authentication")
        assert posted(mail_server) == [], "only the reminder of the third day was missed"
    with time_moved(days=5.1):
        assert posted(mail_server) == [REMINDER]


@pytest.mark.parametrize("status", ["paid", "void", "uncollectible"])
def test_a_settled_renewal_sends_no_email(
    status: str, subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    Invoice.update(status=status).where(Invoice.id == invoice.id).execute()
    with time_moved(days=10):
        assert posted(mail_server) == []
    assert mail_server.received == [], "the owner gets no email either"
    assert not subscriptions.send_reminder_now(Invoice.get_by_id(invoice.id))


def test_an_ended_subscription_sends_no_renewal_email(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    Subscription.update(status="canceled").where(Subscription.id == subscription.id).execute()
    dunning.start_dunning(Invoice.get_by_id(invoice.id))
    with time_moved(days=10):
        assert posted(mail_server) == []


def test_the_open_installment_of_an_ended_plan_still_sends_emails(
    app: Flask, simulator: Simulator, mail_server: MailServer
) -> None:
    offer = make_offer(connect_merchant(), kind="plan", instalments=2, title="Weekly letters")
    subscription = subscribe(offer, simulator)
    posted(mail_server)
    renew(subscription, simulator, "asks")
    assert posted(mail_server) == [CONFIRM]
    Subscription.update(status="canceled").where(Subscription.id == subscription.id).execute()
    with time_moved(days=1.1):
        assert posted(mail_server) == [REMINDER]


def test_send_again_sends_one_email_per_press(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    assert posted(mail_server) == [CONFIRM]
    for _time in range(3):
        assert subscriptions.send_reminder_now(invoice)
        assert subscriptions.send_reminder_now(invoice)
        assert posted(mail_server) == [CONFIRM]
    ids = {letter.about for letter in Email.select().where(Email.kind == "renewal_authentication")}
    assert len(ids) == 4, "each has its own Message-ID"


def test_send_again_retries_a_refused_email_immediately(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "asks")
    mail_server.behave = "refuse"
    posted(mail_server)
    mail_server.behave = "take"
    assert posted(mail_server) == [], "without it, the retry waits"
    subscriptions.send_reminder_now(invoice)
    assert posted(mail_server) == [CONFIRM]


def test_send_again_uses_the_current_need(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renew(subscription, simulator, "declines")
    posted(mail_server)
    subscriptions.send_reminder_now(change_needs(invoice, "authentication"))
    assert posted(mail_server) == [CONFIRM]


def test_waiting_emails_go_to_the_new_address(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renew(subscription, simulator, "asks")
    emails.write("email_changed", subscription.order, "email-1", recipient="marko@example.com", email="m@example.com")
    emails.change_recipient("Marko@example.com", "m@example.com", [subscription.order_id])
    with time_moved(days=1.1):
        emails.send_due()
    to = {str(message["Subject"]): message["To"] for message in mail_server.received}
    assert to[CONFIRM] == to[REMINDER] == "m@example.com"
    assert to["Your email address at shop.example.com has changed"] == "marko@example.com"


def test_a_paid_renewal_sends_a_receipt_and_no_reminders(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renew(subscription, simulator)
    assert newest_invoice(reload(subscription)).status == "paid"
    with time_moved(days=10):
        assert posted(mail_server) == ["Receipt for Weekly letters · €19.99"]
    receipt = text_of(mail_server, "Receipt for Weekly letters · €19.99")
    assert "We’ve received your payment of €19.99 for Weekly letters" in receipt
    assert "http://shop.example.com/my/" in receipt
