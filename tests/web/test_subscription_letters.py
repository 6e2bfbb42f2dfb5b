"""Letters about what is charged again: each says what and when, and none says what is no longer true."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from storefront import emails
from storefront.emails import KIND_GROUPS, KINDS
from storefront.models import Admin, Email, Offer, Subscription
from storefront.money import Money
from tests.clocks import at, later
from tests.factories import connect_merchant, make_offer
from tests.mail_server import MailServer, running_mail_server
from tests.simulator_process import Simulator
from tests.subscribing import fresh, letters_of, renewed, subscribed

JUNE = datetime(2031, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with running_mail_server() as server:
        yield server


@pytest.fixture
def environment(environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
    return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}


@pytest.fixture
def subscription(app: Flask, simulator: Simulator, mail_server: MailServer) -> Subscription:
    """It runs, and the letters of its beginning are out of the way."""
    offer = make_offer(connect_merchant(), kind="recurring", every=2, title="Weekly letters")
    return quiet(subscribed(offer, simulator), mail_server)


@pytest.fixture
def trial(app: Flask, simulator: Simulator) -> Subscription:
    offer = make_offer(connect_merchant(), kind="recurring", trial_days=14, title="Weekly letters")
    return subscribed(offer, simulator)


def quiet(subscription: Subscription, mail_server: MailServer) -> Subscription:
    emails.send_due()
    mail_server.received.clear()
    return subscription


def change(subscription: Subscription, **values: object) -> Subscription:
    Subscription.update(**values).where(Subscription.id == subscription.id).execute()
    return fresh(subscription)


def posted(mail_server: MailServer) -> str:
    """The words of the one letter that the mail server gets now, "" where there is none."""
    mail_server.received.clear()
    emails.send_due()
    texts = [str(one["Subject"]) + "\n" + one.get_body(("plain",)).get_content() for one in mail_server.received]
    assert len(texts) <= 1, texts
    return " ".join("".join(texts).split())


def day(moment: datetime) -> str:
    return f"{moment:%B} {moment.day}, {moment.year}"


def test_a_trial_that_starts_says_what_it_will_cost_and_from_when(trial: Subscription, mail_server: MailServer) -> None:
    letter = posted(mail_server)
    assert "Your free trial of Weekly letters has begun" in letter
    assert f"From {day(trial.trial_end)} on it costs €19.99 every month" in letter
    assert "http://shop.example.com/my/" in letter


def test_the_end_of_a_trial_is_told_three_days_before(trial: Subscription, mail_server: MailServer) -> None:
    posted(mail_server)
    with at(trial.trial_end - timedelta(days=3, minutes=1)):
        assert posted(mail_server) == ""
    with at(trial.trial_end - timedelta(days=2, hours=23)):
        letter = posted(mail_server)
    assert f"Your free trial of Weekly letters ends on {day(trial.trial_end)}" in letter
    assert "€19.99 every month" in letter and "cancel before that day, and nothing is charged" in letter


def test_a_trial_that_moved_is_told_on_its_new_day_only(trial: Subscription, mail_server: MailServer) -> None:
    posted(mail_server)
    moved = change(trial, trial_end=trial.trial_end + timedelta(days=10), period_end=trial.period_end)
    emails.write_trial_ending_notice(moved)
    emails.write_trial_ending_notice(moved)
    with at(trial.trial_end - timedelta(days=2)):
        assert posted(mail_server) == ""
    with at(moved.trial_end - timedelta(days=2)):
        assert f"ends on {day(moved.trial_end)}" in posted(mail_server)


@pytest.mark.parametrize(
    "changed", [{"cancels_at_period_end": True}, {"status": "active"}, {"status": "canceled"}, {"paused": True}]
)
def test_a_trial_that_costs_nothing_later_has_no_letter_about_its_end(
    changed: dict[str, object], trial: Subscription, mail_server: MailServer
) -> None:
    posted(mail_server)
    change(trial, **changed)
    with later(days=12):
        assert posted(mail_server) == ""


def test_a_short_trial_is_told_of_once(app: Flask, simulator: Simulator) -> None:
    subscription = subscribed(make_offer(connect_merchant(), kind="recurring", trial_days=3), simulator)
    assert letters_of(subscription) == ["trial_started"]


def test_a_short_trial_is_told_of_once_however_long_stripe_took_to_begin_it(app: Flask, simulator: Simulator) -> None:
    subscription = subscribed(make_offer(connect_merchant(), kind="recurring", trial_days=3), simulator)
    late = change(subscription, created_at=subscription.trial_end - timedelta(days=3, minutes=2))
    emails.write_trial_ending_notice(late)
    assert letters_of(subscription) == ["trial_started"]


def test_a_trial_of_four_days_is_told_of_again_before_it_ends(app: Flask, simulator: Simulator) -> None:
    subscription = subscribed(make_offer(connect_merchant(), kind="recurring", trial_days=4), simulator)
    assert letters_of(subscription) == ["trial_started", "trial_ends"]


def test_a_price_that_changes_says_both_prices_and_the_day(subscription: Subscription, mail_server: MailServer) -> None:
    price, order = Money(2499, "EUR"), subscription.order
    emails.write("price_changes", order, subscription=subscription, new_amount=price, due=JUNE)
    letter = posted(mail_server)
    assert "The price of Weekly letters changes on June 1, 2031" in letter
    assert "costs €19.99 every 2 months now. From June 1, 2031 on it costs €24.99" in letter


def test_a_planned_end_says_its_day_unless_the_buyer_has_changed_their_mind(
    subscription: Subscription, mail_server: MailServer
) -> None:
    planned = change(subscription, cancels_at_period_end=True)
    emails.write("subscription_ends", planned.order, "one", subscription=planned)
    assert f"You have it until {day(planned.period_end)}, and nothing more is charged" in posted(mail_server)
    emails.write("subscription_ends", planned.order, "two", subscription=planned)
    change(subscription, cancels_at_period_end=False)
    assert posted(mail_server) == ""


def test_a_pause_and_its_end_are_told_while_they_are_true(subscription: Subscription, mail_server: MailServer) -> None:
    paused = change(subscription, paused=True)
    emails.write("subscription_paused", paused.order, "one", subscription=paused)
    assert "Payments for Weekly letters are paused" in posted(mail_server)
    emails.write("subscription_paused", paused.order, "two", subscription=paused)
    resumed = change(subscription, paused=False)
    assert posted(mail_server) == ""
    emails.write("subscription_resumed", resumed.order, "three", subscription=resumed)
    assert f"€19.99 every 2 months again. The next payment is due on {day(resumed.period_end)}" in posted(mail_server)
    cancelled = change(subscription, cancels_at_period_end=True)
    emails.write("subscription_resumed", cancelled.order, "four", subscription=cancelled)
    assert posted(mail_server) == "", "nothing is due any more"


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        ("canceled", "cancellation_requested", "It was cancelled."),
        ("canceled", "payment_failed", "It could not be paid."),
        ("canceled", "payment_disputed", "A payment of it was disputed."),
    ],
)
def test_the_owner_reads_why_a_subscription_has_ended(
    status: str, reason: str, words: str, subscription: Subscription, mail_server: MailServer
) -> None:
    Admin.set_password("olena@example.com", "correct horse battery")
    ended = change(subscription, status=status, end_reason=reason)
    emails.write("owner_subscription_ended", ended.order, subscription=ended)
    letter = posted(mail_server)
    assert f"(€19.99 every 2 months) has ended. {words}" in letter
    assert f"http://shop.example.com/admin/subscriptions/{ended.public_id}" in letter


def test_a_subscription_that_was_lost_leads_to_a_new_one(subscription: Subscription, mail_server: MailServer) -> None:
    ended = change(subscription, status="canceled", end_reason="payment_failed")
    emails.write("subscription_lost", ended.order, subscription=ended)
    assert f"Subscribe again: http://shop.example.com/o/{Offer.get().slug}?lang=en" in posted(mail_server)


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_about_a_subscription_says_all_it_means_to(
    kind: str, subscription: Subscription, simulator: Simulator, mail_server: MailServer
) -> None:
    Admin.set_password("olena@example.com", "correct horse battery")
    invoice = renewed(subscription, simulator, "asks")
    if kind in ("renewal_declined", "plan_finished"):
        invoice.needs = "card"
        invoice.save()
    Email.delete().execute()
    now_or_past = {
        "trial_ends": {"status": "trialing", "trial_end": subscription.period_end},
        "subscription_paused": {"paused": True},
        "subscription_ends": {"cancels_at_period_end": True},
    }
    it = change(subscription, **now_or_past.get(kind, {"status": "active"}))
    detail = {"new_amount": Money(2499, "EUR"), "refund_amount": "€5.00", "due": JUNE, "email": "lesia@example.com"}
    if kind == "payment_waits":
        it.order.status = "pending"
        it.order.save()
    about = f"trial-{it.id}-{it.trial_end:%Y-%m-%d}" if it.trial_end else "one"
    about_invoice = invoice if kind in KIND_GROUPS["renewals"] or kind == "owner_renewal_stopped" else None
    emails.write(kind, it.order, about, subscription=it, invoice=about_invoice, **detail)
    letter = posted(mail_server)
    assert letter, "it is true, so it goes out"
    assert not re.search(r"[{}]|None|—|\*\*| ,| \.|  ", letter)
    if KINDS[kind].button:
        assert "http://shop.example.com/" in letter


def test_a_letter_to_nobody_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="buyer_link has no recipient"):
        emails.write("buyer_link", None)


def test_what_was_once_written_is_one_letter(subscription: Subscription, mail_server: MailServer) -> None:
    for _again in range(2):
        emails.write("subscription_ended", subscription.order, subscription=subscription)
    assert "Your subscription to Weekly letters has ended" in posted(mail_server)
