"""A card that runs out is told of a month ahead, once, while it is still to be charged."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from storefront import emails, subscriptions
from storefront.models import Email, Subscription
from storefront.subscriptions import card_expiry
from tests.clocks import at
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.subscribing import fresh, subscribed

NOON = 12


@pytest.fixture
def subscription(app: Flask, simulator: Simulator) -> Subscription:
    return subscribed(make_offer(connect_merchant(), kind="recurring", title="Weekly letters"), simulator)


def with_card(subscription: Subscription, year: int, month: int, **more: object) -> Subscription:
    values = {"card_exp_year": year, "card_exp_month": month, "period_end": datetime(2031, 12, 24, tzinfo=UTC)}
    Subscription.update(**{**values, **more}).where(Subscription.id == subscription.id).execute()
    return fresh(subscription)


def warned(today: date) -> list[str]:
    """Subjects of what is written on a day."""
    Email.delete().execute()
    with at(datetime(today.year, today.month, today.day, NOON, tzinfo=UTC)):
        subscriptions.warn_expiring_cards()
        emails.send_due()
    return [letter.subject for letter in Email.select().where(Email.state != "dropped")]


@pytest.mark.parametrize(
    ("today", "year", "month", "told"),
    [
        (date(2031, 1, 27), 2031, 2, False),
        (date(2031, 1, 28), 2031, 2, True),  # 31 days before the last day of February
        (date(2031, 1, 31), 2031, 3, False),
        (date(2031, 11, 30), 2031, 12, True),
        (date(2031, 11, 29), 2031, 12, False),
        (date(2031, 12, 1), 2032, 1, False),
        (date(2031, 12, 31), 2032, 1, True),
        (date(2031, 6, 15), 2031, 5, True),
        (date(2031, 6, 15), 2029, 12, True),
        (date(2031, 6, 15), 2031, 12, False),
        (date(2031, 6, 15), 0, 0, False),  # Stripe has not told
    ],
)
def test_a_card_is_told_of_from_a_month_before_its_last_day(
    today: date, year: int, month: int, told: bool, subscription: Subscription
) -> None:
    with_card(subscription, year, month)
    assert warned(today) == ([f"Your card for Weekly letters is valid until {month:02}/{year}"] if told else [])


def test_the_letter_names_the_card_and_the_next_payment(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    assert len(warned(date(2031, 6, 15))) == 1
    text = " ".join(Email.get().text.split())
    assert "your card Visa •••• 4242 pays for Weekly letters and is valid until 06/2031" in text
    assert "The next payment of €19.99 is due on December 24, 2031." in text
    assert "Change the card: http://shop.example.com/my/" in text


def test_it_is_told_once_until_there_is_another_card(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    warned(date(2031, 6, 15))
    with at(datetime(2031, 7, 5, tzinfo=UTC)):
        assert subscriptions.warn_expiring_cards() == 0
        with_card(subscription, 2031, 7)
        assert subscriptions.warn_expiring_cards() == 1
    assert Email.select().count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "canceled"},
        {"status": "past_due"},
        {"paused": True},
        {"cancels_at_period_end": True},
        {"cancel_at": datetime(2031, 12, 24, tzinfo=UTC)},
        {"cancel_at": datetime(2031, 6, 30, tzinfo=UTC), "period_end": datetime(2031, 6, 20, tzinfo=UTC)},
    ],
)
def test_nobody_is_asked_for_a_card_that_will_not_be_charged(
    changed: dict[str, object], subscription: Subscription
) -> None:
    with_card(subscription, 2031, 6, **changed)
    assert warned(date(2031, 6, 15)) == []


def test_a_letter_that_came_too_early_is_written_when_it_is_true(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    with at(datetime(2031, 6, 15, tzinfo=UTC)):
        subscriptions.warn_expiring_cards()
        with_card(subscription, 2031, 6, cancels_at_period_end=True)
        emails.send_due()
        assert Email.get(Email.kind == "card_expires").state == "dropped"
        with_card(subscription, 2031, 6, cancels_at_period_end=False)
        subscriptions.warn_expiring_cards()
        emails.send_due()
    assert Email.get(Email.kind == "card_expires").state == "kept"


def test_the_last_day_is_the_months(subscription: Subscription) -> None:
    assert card_expiry.last_valid_day(with_card(subscription, 2032, 2)) == date(2032, 2, 29)
    assert card_expiry.last_valid_day(with_card(subscription, 2031, 12)) + timedelta(days=1) == date(2032, 1, 1)
