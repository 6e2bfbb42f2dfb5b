"""Emails about subscriptions: trials, prices, pauses and ends. Outdated ones are dropped."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from storefront import emails
from storefront.emails import KIND_GROUPS, KINDS
from storefront.models import (
    Admin,
    Email,
    Merchant,
    Offer,
    PaymentRequest,
    PlanSwitch,
    Subscription,
    TeamInvitation,
    TelegramChannel,
    WebhookEndpoint,
    now,
)
from storefront.money import Money
from tests.factories import connect_merchant, make_offer, make_owner
from tests.mail_server import MailServer
from tests.shop_clock import time_moved, time_set
from tests.simulator_process import Simulator
from tests.subscription_steps import email_kinds, reload, renew, subscribe

JUNE = datetime(2031, 6, 1, 12, tzinfo=UTC)
# Emails that are sent only while the switch that they are about is in this state.
SWITCH_STATES = {
    "plan_switch_scheduled": "scheduled",
    "plan_switch_waits": "waiting",
    "owner_switch_scheduled": "scheduled",
    "owner_switch_waits": "waiting",
}


@pytest.fixture
def subscription(merchant: Merchant, simulator: Simulator, mail_server: MailServer) -> Subscription:
    """An active subscription whose first emails are already sent."""
    offer = make_offer(merchant, kind="recurring", every=2, title="Weekly letters")
    return with_emails_sent(subscribe(offer, simulator), mail_server)


def with_emails_sent(subscription: Subscription, mail_server: MailServer) -> Subscription:
    emails.send_due()
    mail_server.received.clear()
    return subscription


def change(subscription: Subscription, **values: object) -> Subscription:
    Subscription.update(**values).where(Subscription.id == subscription.id).execute()
    return reload(subscription)


def posted(mail_server: MailServer) -> str:
    """Send what is due; the text of the only email sent, "" if there is none."""
    mail_server.received.clear()
    emails.send_due()
    texts = [str(one["Subject"]) + "\n" + one.get_body(("plain",)).get_content() for one in mail_server.received]
    assert len(texts) <= 1, texts
    return " ".join("".join(texts).split())


def switch(subscription: Subscription, state: str) -> PlanSwitch:
    """A switch to a yearly price."""
    terms = {"option_id": 1, "label": "Yearly", "title": "Weekly letters — Yearly", "every": 1, "interval": "year"}
    amounts = {"unit_amount": 2499, "quantity": 1, "charge": 2499, "currency": "EUR"}
    return PlanSwitch.create(subscription=subscription, by="buyer", state=state, at_once=False, **terms, **amounts)


def day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"


def test_the_email_about_a_started_trial_states_the_price_and_the_first_charge(
    trial: Subscription, mail_server: MailServer
) -> None:
    letter = posted(mail_server)
    assert "Your free trial has started: Weekly letters" in letter
    assert f"From {day(trial.trial_end)}, your card will be charged €19.99 every month" in letter
    assert "http://shop.example.com/my/" in letter


def test_the_end_of_a_trial_is_announced_three_days_before(trial: Subscription, mail_server: MailServer) -> None:
    posted(mail_server)
    with time_set(trial.trial_end - timedelta(days=3, minutes=1)):
        assert posted(mail_server) == ""
    with time_set(trial.trial_end - timedelta(days=2, hours=23)):
        letter = posted(mail_server)
    assert f"Your free trial of Weekly letters ends on {day(trial.trial_end)}" in letter
    assert "€19.99 every month" in letter and "cancel before that day and you won’t be charged" in letter


def test_an_extended_trial_is_announced_only_before_its_new_end(trial: Subscription, mail_server: MailServer) -> None:
    posted(mail_server)
    moved = change(trial, trial_end=trial.trial_end + timedelta(days=10), period_end=trial.period_end)
    emails.write_trial_ending_notice(moved)
    emails.write_trial_ending_notice(moved)
    with time_set(trial.trial_end - timedelta(days=2)):
        assert posted(mail_server) == ""
    with time_set(moved.trial_end - timedelta(days=2)):
        assert f"ends on {day(moved.trial_end)}" in posted(mail_server)


@pytest.mark.parametrize(
    "changed", [{"cancels_at_period_end": True}, {"status": "active"}, {"status": "canceled"}, {"paused": True}]
)
def test_a_trial_without_a_later_charge_sends_no_email_about_its_end(
    changed: dict[str, object], trial: Subscription, mail_server: MailServer
) -> None:
    posted(mail_server)
    change(trial, **changed)
    with time_moved(days=12):
        assert posted(mail_server) == ""


def test_a_short_trial_sends_one_email(app: Flask, simulator: Simulator) -> None:
    subscription = subscribe(make_offer(connect_merchant(), kind="recurring", trial_days=3), simulator)
    assert email_kinds(subscription) == ["trial_started"]


def test_a_short_trial_sends_one_email_even_if_stripe_started_it_late(app: Flask, simulator: Simulator) -> None:
    subscription = subscribe(make_offer(connect_merchant(), kind="recurring", trial_days=3), simulator)
    late = change(subscription, created_at=subscription.trial_end - timedelta(days=3, minutes=2))
    emails.write_trial_ending_notice(late)
    assert email_kinds(subscription) == ["trial_started"]


def test_a_trial_of_four_days_is_announced_again_before_it_ends(app: Flask, simulator: Simulator) -> None:
    subscription = subscribe(make_offer(connect_merchant(), kind="recurring", trial_days=4), simulator)
    assert email_kinds(subscription) == ["trial_started", "trial_ends"]


def test_a_price_change_email_states_both_prices_and_the_date(
    subscription: Subscription, mail_server: MailServer
) -> None:
    price, order = Money(2499, "EUR"), subscription.order
    emails.write("price_changes", order, subscription=subscription, new_amount=price, due=JUNE)
    letter = posted(mail_server)
    assert "The price of Weekly letters changes on June 1, 2031" in letter
    assert "now costs €19.99 every 2 months. Starting June 1, 2031, it will cost €24.99" in letter


def test_a_planned_end_is_emailed_with_its_date_unless_it_was_undone(
    subscription: Subscription, mail_server: MailServer
) -> None:
    planned = change(subscription, cancels_at_period_end=True)
    emails.write("subscription_ends", planned.order, "one", subscription=planned)
    assert f"You have access until {day(planned.period_end)} and won’t be charged again" in posted(mail_server)
    emails.write("subscription_ends", planned.order, "two", subscription=planned)
    change(subscription, cancels_at_period_end=False)
    assert posted(mail_server) == ""


def test_a_pause_and_its_end_are_emailed_while_they_apply(subscription: Subscription, mail_server: MailServer) -> None:
    paused = change(subscription, paused=True)
    emails.write("subscription_paused", paused.order, "one", subscription=paused)
    assert "Payments for Weekly letters are paused" in posted(mail_server)
    emails.write("subscription_paused", paused.order, "two", subscription=paused)
    resumed = change(subscription, paused=False)
    assert posted(mail_server) == ""
    emails.write("subscription_resumed", resumed.order, "three", subscription=resumed)
    assert f"€19.99 every 2 months again. Your next payment is on {day(resumed.period_end)}" in posted(mail_server)
    cancelled = change(subscription, cancels_at_period_end=True)
    emails.write("subscription_resumed", cancelled.order, "four", subscription=cancelled)
    assert posted(mail_server) == "", "no email is due"


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("canceled", "cancellation_requested", "It was canceled."),
        ("canceled", "payment_failed", "It wasn’t paid."),
        ("canceled", "payment_disputed", "One of its payments was disputed."),
    ],
)
def test_the_owners_email_states_why_a_subscription_ended(
    status: str, reason: str, words: str, subscription: Subscription, mail_server: MailServer
) -> None:
    make_owner()
    ended = change(subscription, status=status, end_reason=reason)
    emails.write("owner_subscription_ended", ended.order, subscription=ended)
    letter = posted(mail_server)
    assert f"(€19.99 every 2 months) has ended. {words}" in letter
    assert f"http://shop.example.com/admin/subscriptions/{ended.public_id}" in letter


def test_the_email_about_a_lost_subscription_links_to_the_offer(
    subscription: Subscription, mail_server: MailServer
) -> None:
    ended = change(subscription, status="canceled", end_reason="payment_failed")
    emails.write("subscription_lost", ended.order, subscription=ended)
    assert f"Subscribe again: http://shop.example.com/o/{Offer.get().slug}?lang=en" in posted(mail_server)


def team_detail(kind: str) -> dict[str, object]:
    """What an email about an account in the admin has to say, with the row that it is about."""
    owner = Admin.get()
    if kind == "team_invitation":
        return {"key": TeamInvitation.create(email="lesia@example.com", role="viewer", invited_by=owner).key}
    if kind == "password_link":
        until = (now() + timedelta(hours=1)).isoformat()
        return {"admin": owner.id, "version": owner.session_version, "until": until}
    return {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_subscription_email_renders_completely(
    kind: str, subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    make_owner()
    invoice = renew(subscription, simulator, "asks")
    if kind in ("renewal_declined", "plan_finished"):
        invoice.needs = "card"
        invoice.save()
    if kind == "card_removed":
        invoice.status = "void"
        invoice.save()
    Email.delete().execute()
    now_or_past = {
        "card_removed": {"status": "active", "card_id": "", "card_removed_at": JUNE},
        "trial_ends": {"status": "trialing", "trial_end": subscription.period_end},
        "subscription_paused": {"paused": True},
        "subscription_ends": {"cancels_at_period_end": True},
    }
    it = change(subscription, **now_or_past.get(kind, {"status": "active"}))
    detail = {"new_amount": Money(2499, "EUR"), "refund_amount": "€5.00", "due": JUNE, "email": "lesia@example.com"}
    detail["permission"], detail["received"] = "Charges and Refunds: Write", emails.moment(JUNE)
    detail["new_every"], detail["left"], detail["plan"] = {"every": 1, "interval": "year"}, 3, "Yearly"
    detail["second"] = "Second shop"
    if kind in ("payment_waits", "payment_link", "order_expired"):
        it.order.status = "expired" if kind == "order_expired" else "pending"
        it.order.save()
    if kind == "order_sent":
        it.order.sent_at = JUNE
        it.order.save()
    if kind in ("payment_request", "payment_request_reminder"):
        terms = {"title": "Ceramic bowl", "amount": 4000, "currency": "EUR", "language": "en"}
        detail["request"] = PaymentRequest.create(merchant=it.order.merchant, **terms).token
    if kind == "owner_endpoint_disabled":
        failing = {"url": "https://hooks.example.com/", "secret_encrypted": "", "disabled_reason": "failing"}
        detail["endpoint"] = WebhookEndpoint.create(**failing).public_id
    detail |= team_detail(kind)
    if kind == "owner_telegram_off":
        TelegramChannel.create(token_encrypted="", token_hint="", chat_id="1", off_reason="token")
    about = f"trial-{it.id}-{it.trial_end:%Y-%m-%d}" if it.trial_end else emails.card_about(it)
    if kind in SWITCH_STATES:
        about = f"switch-{switch(it, SWITCH_STATES[kind]).id}"
    about_invoice = invoice if kind in KIND_GROUPS["renewals"] or kind == "owner_renewal_stopped" else None
    emails.write(kind, it.order, about, subscription=it, invoice=about_invoice, **detail)
    letter = posted(mail_server)
    assert letter, "the email is still valid, so it is sent"
    assert not re.search(r"[{}]|None|—|\*\*| ,| \.|  ", letter)
    if KINDS[kind].button:
        assert "http://shop.example.com/" in letter


def test_an_email_without_a_recipient_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="buyer_link has no recipient"):
        emails.write("buyer_link", None)


def test_the_same_email_is_queued_only_once(subscription: Subscription, mail_server: MailServer) -> None:
    for _again in range(2):
        emails.write("subscription_ended", subscription.order, subscription=subscription)
    assert "Your subscription to Weekly letters has ended" in posted(mail_server)
