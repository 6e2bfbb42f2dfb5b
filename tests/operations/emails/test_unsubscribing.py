"""Reminders have a link to unsubscribe, for people and mail programs; receipts go on."""

import re

import pytest

from storefront import emails, settings
from storefront.models import Email, EmailTopic, Merchant, Offer
from tests.cards import DECLINED
from tests.factories import make_offer
from tests.mail_server import MailServer
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    settings.save({"letter_after_minutes": 0})
    return make_offer(merchant)


def remind(offer: Offer, simulator: Simulator) -> None:
    started = start_checkout(offer)
    confirm(simulator, started, DECLINED)
    refresh(started.order)
    emails.send_due()


def test_a_reminder_carries_the_link_in_its_headers_and_both_bodies(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    remind(offer, simulator)
    (reminder,) = mail_server.received
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(r"<(http://shop\.example\.com/unsubscribe/\S+)>", reminder["List-Unsubscribe"])[1]
    assert f"Unsubscribe: {url}" in reminder.get_body(("plain",)).get_content()
    assert f'href="{url}"' in reminder.get_body(("html",)).get_content()


def test_who_has_unsubscribed_gets_no_reminder_but_receipts(
    offer: Offer, simulator: Simulator, mail_server: MailServer
) -> None:
    emails.unsubscribe("marko@example.com", EmailTopic.REMINDERS)
    remind(offer, simulator)
    assert mail_server.received == [] and Email.get(Email.kind == "payment_waits").state == "dropped"
    buy(offer, simulator)
    emails.send_due()
    (receipt,) = mail_server.received
    assert str(receipt["Subject"]).startswith("Receipt") and "List-Unsubscribe" not in receipt
