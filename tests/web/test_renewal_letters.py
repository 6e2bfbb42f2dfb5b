"""Letters about a renewal that needs its customer: at once, then reminders, none of them a moment too long."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from storefront import emails, settings, subscriptions
from storefront.models import Admin, Email, Invoice, Offer, Subscription
from storefront.subscriptions import dunning
from tests.buying import MARKO
from tests.clocks import later
from tests.factories import connect_merchant, make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.simulator_process import Simulator
from tests.subscribing import fresh, letters_of, newest, renewed, subscribed

CONFIRM = "Please confirm your payment for Weekly letters"
DECLINED = "Your payment for Weekly letters has not come through"
REMINDER = "A reminder: your payment for Weekly letters is open"
TO_OWNER = "A renewal has stopped: €19.99, order no. 1001"


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
    return make_offer(connect_merchant(), kind="recurring", title="Weekly letters")


@pytest.fixture
def subscription(offer: Offer, simulator: Simulator, mail_server: MailServer) -> Subscription:
    """It runs, and the letters of its beginning are out of the way."""
    found = subscribed(offer, simulator)
    emails.send_due()
    mail_server.received.clear()
    return found


def posted(mail_server: MailServer) -> list[str]:
    """What the mail server gets now: subjects, the owner's apart."""
    mail_server.received.clear()
    emails.send_due()
    return [str(message["Subject"]) for message in mail_server.received if message["To"] != "olena@example.com"]


def text_of(mail_server: MailServer, subject: str) -> str:
    (message,) = [message for message in mail_server.received if message["Subject"] == subject]
    return " ".join(message.get_body(("plain",)).get_content().split())


def change_needs(invoice: Invoice, needs: str) -> Invoice:
    """Stripe says otherwise now: "" while a bank thinks."""
    Invoice.update(needs=needs).where(Invoice.id == invoice.id).execute()
    changed = Invoice.get_by_id(invoice.id)
    (dunning.start_dunning if needs else dunning.stop_dunning)(changed)
    return changed


def test_the_customer_gets_one_press_and_the_owner_the_amount_at_risk(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renewed(subscription, simulator, "asks")
    emails.send_due()
    assert sorted(mail_server.subjects()) == sorted([TO_OWNER, CONFIRM])
    letter = text_of(mail_server, CONFIRM)
    assert "your bank asks you to confirm the payment of €19.99" in letter
    assert "Nothing is wrong with your card" in letter
    token = subscription.order.token
    assert re.search(rf"Confirm the payment: http://shop\.example\.com/orders/{token}/pay\?key=[\w.-]+&lang=en", letter)
    owner = text_of(mail_server, TO_OWNER)
    assert "The bank asks the customer to confirm it (3-D Secure)." in owner
    assert f"http://shop.example.com/admin/subscriptions/{subscription.public_id}?" in owner


def test_a_declined_card_is_explained_to_its_holder_and_named_to_the_owner(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    Invoice.update(decline_code="insufficient_funds").where(Invoice.id == invoice.id).execute()
    emails.send_due()
    assert "There isn’t enough money on this card. Try another card." in text_of(mail_server, DECLINED)
    assert "The bank declined the card: insufficient_funds." in text_of(mail_server, TO_OWNER)


def test_a_stolen_card_reads_like_any_other(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    Invoice.update(decline_code="stolen_card").where(Invoice.id == invoice.id).execute()
    emails.send_due()
    letter = text_of(mail_server, DECLINED)
    assert "Your bank declined this card." in letter and "stolen" not in letter


def test_letters_come_in_the_customers_language(offer: Offer, simulator: Simulator, mail_server: MailServer) -> None:
    subscription = subscribed(offer, simulator, buyer=replace(MARKO, language="uk"))
    renewed(subscription, simulator, "declines")
    emails.send_due()
    (message,) = [one for one in mail_server.received if "/pay?key=" in one.get_body(("plain",)).get_content()]
    text = " ".join(message.get_body(("plain",)).get_content().split())
    assert "lang=uk" in text
    assert "Банк відхилив" in text, "the reason too"


def test_reminders_name_what_is_needed(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renewed(subscription, simulator, "asks")
    posted(mail_server)
    with later(days=1.1):
        assert posted(mail_server) == [REMINDER]
    assert "Your bank asks you to confirm it; nothing is wrong with your card." in text_of(mail_server, REMINDER)


def test_days_without_a_mail_server_end_in_one_reminder(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renewed(subscription, simulator, "asks")
    with later(days=4):
        assert posted(mail_server) == [CONFIRM, REMINDER]
    with later(days=6):
        assert posted(mail_server) == [REMINDER]


@pytest.mark.parametrize(
    ("days", "expected"),
    [((0, 3, 5), [CONFIRM, REMINDER]), ((0, 0, 0), [CONFIRM, REMINDER]), ((1000, 1000, 1000), [CONFIRM])],
)
def test_the_owner_says_when_reminders_come_and_zero_is_at_once(
    days: tuple[int, int, int],
    expected: list[str],
    subscription: Subscription,
    simulator: Simulator,
    mail_server: MailServer,
) -> None:
    names = ("first_reminder_days", "second_reminder_days", "third_reminder_days")
    settings.save(dict(zip(names, days, strict=True)))
    renewed(subscription, simulator, "asks")
    assert posted(mail_server) == expected
    assert letters_of(subscription).count("renewal_reminder") == len(set(days))


def test_another_need_has_its_own_letter_once(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    assert posted(mail_server) == [DECLINED]
    invoice = change_needs(invoice, "authentication")
    assert posted(mail_server) == [CONFIRM]
    for needs in ("card", "authentication"):
        invoice = change_needs(invoice, needs)
        assert posted(mail_server) == []
    assert letters_of(subscription).count("renewal_reminder") == 3
    assert Email.select().where(Email.kind == "owner_renewal_stopped").count() == 1


def test_a_letter_that_could_not_be_said_before_the_need_changed_is_said_when_it_is_true_again(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    change_needs(invoice, "card")
    assert posted(mail_server) == [DECLINED]
    change_needs(invoice, "authentication")
    assert posted(mail_server) == [CONFIRM]


def test_what_stops_for_a_while_goes_on_where_it_was(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    posted(mail_server)
    with later(days=1.1):
        assert posted(mail_server) == [REMINDER]
        change_needs(invoice, "")
        assert "renewal_reminder" not in letters_of(subscription, "waiting")
    with later(days=4):
        assert posted(mail_server) == []
        change_needs(invoice, "authentication")
        assert posted(mail_server) == [], "the reminder of the third day has been missed, and that is all"
    with later(days=5.1):
        assert posted(mail_server) == [REMINDER]


@pytest.mark.parametrize("status", ["paid", "void", "uncollectible"])
def test_nothing_is_asked_for_what_is_settled(
    status: str, subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    Invoice.update(status=status).where(Invoice.id == invoice.id).execute()
    with later(days=10):
        assert posted(mail_server) == []
    assert mail_server.received == [], "the owner need not know either"
    assert not subscriptions.send_reminder_now(Invoice.get_by_id(invoice.id))


def test_nothing_is_asked_for_a_subscription_that_has_ended(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    Subscription.update(status="canceled").where(Subscription.id == subscription.id).execute()
    dunning.start_dunning(Invoice.get_by_id(invoice.id))
    with later(days=10):
        assert posted(mail_server) == []


def test_a_plans_open_instalment_is_asked_for_after_its_end(
    app: Flask, simulator: Simulator, mail_server: MailServer
) -> None:
    offer = make_offer(connect_merchant(), kind="plan", instalments=2, title="Weekly letters")
    subscription = subscribed(offer, simulator)
    posted(mail_server)
    renewed(subscription, simulator, "asks")
    assert posted(mail_server) == [CONFIRM]
    Subscription.update(status="canceled").where(Subscription.id == subscription.id).execute()
    with later(days=1.1):
        assert posted(mail_server) == [REMINDER]


def test_send_again_sends_one_for_each_press_that_was_answered(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    assert posted(mail_server) == [CONFIRM]
    for _time in range(3):
        assert subscriptions.send_reminder_now(invoice)
        assert subscriptions.send_reminder_now(invoice)
        assert posted(mail_server) == [CONFIRM]
    ids = {letter.about for letter in Email.select().where(Email.kind == "renewal_authentication")}
    assert len(ids) == 4, "each is a message of its own to a mail program"


def test_send_again_hurries_the_letter_that_a_mail_server_did_not_take(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "asks")
    mail_server.behave = "refuse"
    posted(mail_server)
    mail_server.behave = "take"
    assert posted(mail_server) == [], "it waits a while before it is tried again"
    subscriptions.send_reminder_now(invoice)
    assert posted(mail_server) == [CONFIRM]


def test_send_again_says_what_is_needed_now(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    invoice = renewed(subscription, simulator, "declines")
    posted(mail_server)
    subscriptions.send_reminder_now(change_needs(invoice, "authentication"))
    assert posted(mail_server) == [CONFIRM]


def test_a_new_email_address_gets_what_waits(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renewed(subscription, simulator, "asks")
    emails.write("email_changed", subscription.order, "email-1", recipient="marko@example.com", email="m@example.com")
    emails.change_recipient("Marko@example.com", "m@example.com")
    with later(days=1.1):
        emails.send_due()
    to = {str(message["Subject"]): message["To"] for message in mail_server.received}
    assert to[CONFIRM] == to[REMINDER] == "m@example.com"
    assert to["Your email address at shop.example.com has changed"] == "marko@example.com"


def test_a_paid_renewal_has_a_receipt_and_no_reminders(
    subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    renewed(subscription, simulator)
    assert newest(fresh(subscription)).status == "paid"
    with later(days=10):
        assert posted(mail_server) == ["Your receipt: Weekly letters"]
    receipt = text_of(mail_server, "Your receipt: Weekly letters")
    assert "€19.99 for Weekly letters has been paid" in receipt
    assert "http://shop.example.com/my/" in receipt
