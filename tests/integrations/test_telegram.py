"""Messages to the owner's Telegram: set up, told, worded, repeated, and turned off when Telegram refuses them."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from storefront import customers, delivery, integrations, payments, subscriptions
from storefront.config import Config, ConfigError
from storefront.db import db
from storefront.models import (
    DeliverableKind,
    Email,
    EmailKind,
    Merchant,
    Offer,
    OutgoingEvent,
    Payment,
    TelegramChannel,
    TelegramKind,
    TelegramMessage,
)
from storefront.worker import retention, tasks
from stripe_simulator import accounts
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.stripe_dashboard import dispute_at_stripe
from tests.subscription_steps import renew, subscribe
from tests.telegram import CHAT, TOKEN, Telegram, running_telegram
from tests.web.admin_pages import alerts_of, error_at, post, status_of, text_of, token_of

ADDRESS = "/admin/settings/notifications"
ALL = [str(kind) for kind in TelegramKind]


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with running_telegram() as running:
        yield running


@pytest.fixture
def environment(environment: dict[str, str], telegram: Telegram) -> dict[str, str]:
    return {**environment, "TELEGRAM_API_BASE": telegram.url}


@pytest.fixture
def channel(merchant: Merchant, telegram: Telegram) -> TelegramChannel:
    integrations.save_telegram(TOKEN, CHAT, ALL, [], "en")
    return TelegramChannel.get()


def save(admin: FlaskClient, action: str = "", **changes: object) -> TestResponse:
    """Press Save, or Send test."""
    form = {"token": TOKEN, "chat_id": CHAT, "kinds": ALL, "details": [], "language": "en", **changes}
    pressed = {"csrf_token": token_of(admin), **({"action": action} if action else {})}
    return admin.post(ADDRESS, data=MultiDict({**form, **pressed}))


def told(telegram: Telegram) -> list[str]:
    """What arrives when the worker runs."""
    tasks.deliver_outgoing()
    db.connect(reuse_if_open=True)
    return telegram.texts()


def test_the_owner_sets_up_telegram_and_sends_a_test(admin: FlaskClient, telegram: Telegram) -> None:
    assert f'href="{ADDRESS}"' in admin.get("/admin/settings").text
    page = admin.get(ADDRESS).text
    assert page.count(" checked") == len(ALL), "nothing personal is chosen"
    answer = save(admin, "test", kinds=["sale", "dispute"])
    assert answer.status_code == 303 and "Test message sent." in status_of(admin.get(ADDRESS).text)
    assert telegram.texts() == ["This is a test. Messages from shop.example.com arrive here."]
    assert TelegramChannel.get().kinds == ["sale", "dispute"]
    page = admin.get(ADDRESS).text
    assert TOKEN not in page and f"(ends in {TOKEN[-4:]})" in text_of(page) and f'value="{CHAT}"' in page
    assert TOKEN not in TelegramChannel.get().token_encrypted
    # Without the token the stored one stays.
    assert save(admin, token="", kinds=[], details=["name"]).status_code == 303
    saved = TelegramChannel.get()
    assert (saved.token, saved.kinds, saved.details) == (TOKEN, [], ["name"])
    assert "Disconnect Telegram" in admin.get(f"{ADDRESS}/removal").text
    post(admin, f"{ADDRESS}/removal")
    assert not TelegramChannel.select().exists() and admin.get(f"{ADDRESS}/removal").status_code == 303


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"token": ""}, "token", "Enter the token that BotFather gave you."),
        ({"token": "my bot"}, "token", "Not a bot token."),
        ({"token": f"{TOKEN}x"}, "token", "Telegram doesn’t know this token."),
        ({"chat_id": ""}, "chat_id", "Enter the ID of the chat."),
        ({"chat_id": "my group"}, "chat_id", "Enter a number like"),
        ({"chat_id": "-100777"}, "chat_id", "The bot can’t find this chat."),
    ],
)
def test_a_wrong_token_or_chat_is_told_at_its_field(
    admin: FlaskClient, telegram: Telegram, changes: dict[str, object], field: str, words: str
) -> None:
    answer = save(admin, kinds=["sale"], details=["email"], language="uk", **changes)
    assert answer.status_code == 422 and words in error_at(answer.text, field)
    assert 'value="email" checked' in answer.text and 'value="withdrawal" checked' not in answer.text
    assert not TelegramChannel.select().exists()
    assert f"{TOKEN}x" not in answer.text


def test_a_test_tells_that_the_bot_was_blocked_or_that_telegram_is_away(admin: FlaskClient, telegram: Telegram) -> None:
    telegram.blocked.add(CHAT)
    answer = save(admin, "test")
    assert answer.status_code == 422 and "it was blocked or removed" in error_at(answer.text, "chat_id")
    telegram.blocked.clear()
    telegram.fail(502)
    answer = save(admin, "test", token="")
    assert "Settings saved, but the test message wasn’t sent. Telegram doesn’t answer." in alerts_of(answer.text)


def test_each_chosen_event_is_told_once(
    channel: TelegramChannel, merchant: Merchant, telegram: Telegram, simulator: Simulator
) -> None:
    order = buy(make_offer(merchant, withdrawal_days=14, title="Ink & <b>brush"), simulator)
    assert telegram.sent == [], "nothing leaves the shop inside a payment"
    (sale,) = told(telegram)
    link = f'<a href="http://shop.example.com/admin/orders/{order.number}">View order</a>'
    lines = ("<b>New sale: €19.99</b>", "Ink &amp; &lt;b&gt;brush", f"Order #{order.number} · Test mode", link)
    assert sale == "\n".join(lines), "neither the customer nor the key of the order’s pages"
    assert told(telegram) == [] and not OutgoingEvent.select().exists()
    customers.withdraw(order)
    assert told(telegram)[0].startswith("<b>Withdrawal from the contract: €19.99</b>")
    payment = Payment.get(Payment.order == order)
    dispute_at_stripe(simulator, payment.intent_id, amount=700)
    payments.sync_disputes(payment)
    assert told(telegram)[0].startswith("<b>A payment is disputed: €7.00</b>")
    subscription = subscribe(make_offer(merchant, kind="recurring", price="5"), simulator)
    assert told(telegram)[0].startswith("<b>New sale")
    renew(subscription, simulator)
    assert told(telegram) == []
    renew(subscription, simulator, "declines")
    assert told(telegram)[0].startswith("<b>Renewal failed: ")
    subscriptions.cancel(subscription, immediately=True, by="owner")
    keyed = make_offer(merchant)
    fields = delivery.DeliverableFields("Program", keys="AAA-111\nAAA-222")
    delivery.add_deliverable(keyed, DeliverableKind.KEYS, fields)
    buy(keyed, simulator, replace(MARKO, visit="a-visit-for-a-key-0001"))
    found = told(telegram)
    assert any("<b>License keys are running low</b>" in text and "Keys left: 1" in text for text in found)
    assert not any("AAA" in text for text in found)


def test_the_link_in_a_message_leads_to_the_order(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    order = buy(offer, simulator)
    assert admin.get(f"/admin/orders/{order.number}").location == f"/admin/orders/{order.token}"
    assert admin.get("/admin/orders/999999").status_code == 404


def test_only_what_was_chosen_is_told_in_the_chosen_language(
    channel: TelegramChannel, offer: Offer, telegram: Telegram, simulator: Simulator
) -> None:
    integrations.save_telegram("", CHAT, ["sale"], ["name", "email"], "uk")
    order = buy(offer, simulator)
    (sale,) = told(telegram)
    assert sale.startswith("<b>Новий продаж: 19,99\xa0€</b>") and order.email in sale and order.name in sale
    customers.withdraw(buy(make_offer(offer.merchant, withdrawal_days=14), simulator))
    (second,) = told(telegram)
    assert "Новий продаж" in second, "withdrawals were not chosen"


def test_a_failed_message_is_repeated_and_a_pause_is_kept(
    channel: TelegramChannel, offer: Offer, telegram: Telegram, simulator: Simulator, admin: FlaskClient
) -> None:
    buy(offer, simulator)
    telegram.fail(502)
    assert told(telegram) == [] == told(telegram)
    assert "Messages have failed since" in text_of(admin.get(ADDRESS).text)
    assert "Messages to Telegram have failed" in text_of(admin.get("/admin/doctor").text)
    telegram.fail(429, "Too Many Requests: retry after 300", retry_after=300)
    with time_moved(minutes=2):
        assert told(telegram) == []
        buy(offer, simulator, replace(MARKO, visit="a-second-visit-0001"))
    calls = telegram.calls
    with time_moved(minutes=6):
        assert told(telegram)[0].startswith("<b>New sale"), "the second one was written after the pause began"
    assert telegram.calls == calls + 1
    with time_moved(minutes=8):
        assert len(told(telegram)) == 1
    assert TelegramChannel.get().failing_since is None
    assert "Last message sent:" in text_of(admin.get(ADDRESS).text)


def test_a_refusal_for_good_turns_telegram_off_and_is_told_once(
    channel: TelegramChannel, offer: Offer, telegram: Telegram, simulator: Simulator, admin: FlaskClient
) -> None:
    telegram.blocked.add(CHAT)
    buy(offer, simulator)
    assert told(telegram) == []
    page = text_of(admin.get(ADDRESS).text)
    assert "Messages have been off since" in page and "The bot was blocked" in page
    assert "Telegram refused the bot or the chat" in text_of(admin.get("/admin/doctor").text)
    buy(offer, simulator, replace(MARKO, visit="a-second-visit-0001"))
    assert told(telegram) == [] and TelegramMessage.get().state == "failed"
    assert TelegramMessage.select().count() == 1, "nothing is queued for a chat that is off"
    assert Email.select().where(Email.kind == EmailKind.OWNER_TELEGRAM_OFF).count() == 1
    # The owner unblocks the bot and saves.
    telegram.blocked.clear()
    save(admin, token="")
    buy(offer, simulator, replace(MARKO, visit="a-third-visit-00001"))
    assert len(told(telegram)) == 1


def test_a_group_that_gets_another_id_is_followed(
    channel: TelegramChannel, offer: Offer, telegram: Telegram, simulator: Simulator
) -> None:
    telegram.chats.add("-1004242")
    buy(offer, simulator)
    telegram.fail(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1004242)
    assert told(telegram) == [] and len(told(telegram)) == 1
    assert TelegramChannel.get().chat_id == "-1004242"


def test_the_token_is_in_no_log_and_an_unreadable_one_is_asked_for_again(
    channel: TelegramChannel,
    offer: Offer,
    telegram: Telegram,
    simulator: Simulator,
    admin: FlaskClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    buy(offer, simulator)
    for status in (400, 500, 429):
        telegram.fail(status, "no")
        with time_moved(hours=1):
            told(telegram)
    assert TOKEN not in caplog.text and TOKEN.partition(":")[2] not in caplog.text
    telegram.faults.clear()
    TelegramChannel.update(token_encrypted="of another shop").execute()
    buy(offer, simulator, replace(MARKO, visit="a-second-visit-0001"))
    assert told(telegram) == [] and TelegramChannel.get().problem == "unreadable"
    assert "Enter the token again." in text_of(admin.get(ADDRESS).text)
    assert "can’t be decrypted" in text_of(admin.get("/admin/doctor").text)
    assert "Enter the token" in error_at(save(admin, token="").text, "token")
    assert save(admin).status_code == 303
    assert len(told(telegram)) == 1


def test_the_owner_is_told_once_that_new_orders_go_to_another_account(
    channel: TelegramChannel, merchant: Merchant, simulator: Simulator, telegram: Telegram
) -> None:
    offer = make_offer(merchant, second_merchant=connect_merchant(accounts.TARAS))
    simulator.change_account(accounts.OLENA.id, charges_enabled=False)
    assert buy(offer, simulator).merchant == offer.second_merchant
    for _minute in range(3):
        tasks.watch_outages()
        db.connect(reuse_if_open=True)
    texts = [text for text in told(telegram) if "New sale" not in text]
    assert len(texts) == 1
    assert "<b>New orders go to another account</b>" in texts[0] and escape(merchant.name) in texts[0]
    assert f"They are paid to: {escape(offer.second_merchant.name)}" in texts[0]
    assert "/admin/settings/payment-systems/stripe" in texts[0]


def test_an_erased_customer_is_not_told_and_old_messages_are_deleted(
    channel: TelegramChannel, offer: Offer, telegram: Telegram, simulator: Simulator
) -> None:
    order = buy(offer, simulator)
    customers.erase_customer(order.email, "Erased customer")
    assert told(telegram) == [] and TelegramMessage.get().state == "dropped"
    with time_moved(days=91):
        retention.delete_old_rows().log_failures()
    assert not TelegramMessage.select().exists()


def test_without_a_recent_password_nothing_is_saved(admin: FlaskClient, telegram: Telegram) -> None:
    with time_moved(minutes=20):
        assert save(admin).status_code == 403 == post(admin, f"{ADDRESS}/removal").status_code
    assert not TelegramChannel.select().exists() and telegram.calls == 0


def test_the_address_of_the_api_is_checked_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="TELEGRAM_API_BASE: must begin with https://"):
        Config.from_environment({"TELEGRAM_API_BASE": "http://api.example.com", "INSTANCE_DIR": str(tmp_path)})
