"""Reminders have a link to unsubscribe, for people and mail programs; receipts go on."""

import re

import pytest
from flask.testing import FlaskClient

from storefront import customers, delivery, emails, settings
from storefront.delivery import DeliverableFields
from storefront.emails.kinds import KINDS
from storefront.models import (
    DeliverableKind,
    Email,
    EmailKind,
    EmailOptOut,
    EmailTopic,
    Merchant,
    Offer,
    WaitingCustomer,
)
from tests.cards import DECLINED
from tests.factories import SHOP_URL, make_offer
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


def test_exactly_these_emails_can_be_ended() -> None:
    assert {kind: known.topic for kind, known in KINDS.items() if known.topic} == {
        EmailKind.PAYMENT_REMINDER: EmailTopic.REMINDERS,
        EmailKind.PAYMENT_REQUEST_REMINDER: EmailTopic.REMINDERS,
        EmailKind.RENEWAL_REMINDER: EmailTopic.REMINDERS,
        EmailKind.BACK_IN_STOCK: EmailTopic.WAITING_LIST,
        EmailKind.DELIVERY_CHANGED: EmailTopic.UPDATES,
    }


def test_updates_and_the_waiting_list_carry_the_header_each_with_a_link_of_its_own(
    offer: Offer, simulator: Simulator, mail_server: MailServer, client: FlaskClient
) -> None:
    buy(offer, simulator)
    present = DeliverableFields("A present", url="https://example.com/present", for_earlier=True)
    delivery.add_deliverable(offer, DeliverableKind.LINK, present)
    customers.announce_deliverables()
    Offer.update(waiting_list=True).execute()
    WaitingCustomer.add(offer, "lesia@example.com", "en")
    customers.write_to_waiting()
    emails.send_due()
    ended = {str(one["Subject"]).partition(":")[0]: one["List-Unsubscribe"] for one in mail_server.received}
    update, waiting = ended["There’s something new in your order"], ended["Available again"]
    assert update and waiting and update != waiting
    assert client.post(update.strip("<>").removeprefix(SHOP_URL)).status_code == 200
    assert EmailOptOut.has("marko@example.com", EmailTopic.UPDATES)
    assert not EmailOptOut.has("marko@example.com", EmailTopic.REMINDERS)
