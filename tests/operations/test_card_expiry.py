"""Emails about expiring cards: one, a month ahead, only if the card will be charged."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storefront import emails, subscriptions
from storefront.models import Email, Subscription
from storefront.subscriptions import card_expiry
from tests.shop_clock import time_set
from tests.subscription_steps import reload

NOON = 12


def with_card(subscription: Subscription, year: int, month: int, **more: object) -> Subscription:
    values = {"card_exp_year": year, "card_exp_month": month, "period_end": datetime(2031, 12, 24, tzinfo=UTC)}
    Subscription.update(**{**values, **more}).where(Subscription.id == subscription.id).execute()
    return reload(subscription)


def warned(today: date) -> list[str]:
    """The subjects of the emails queued on this day."""
    Email.delete().execute()
    with time_set(datetime(today.year, today.month, today.day, NOON, tzinfo=UTC)):
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
        (date(2031, 6, 15), 0, 0, False),  # Stripe did not send the expiry date
    ],
)
def test_the_email_is_sent_from_a_month_before_the_last_valid_day(
    today: date, year: int, month: int, told: bool, subscription: Subscription
) -> None:
    with_card(subscription, year, month)
    assert warned(today) == ([f"Your card for Weekly letters is valid until {month:02}/{year}"] if told else [])


def test_the_email_names_the_card_and_the_next_payment(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    assert len(warned(date(2031, 6, 15))) == 1
    text = " ".join(Email.get().text.split())
    assert "Your card Visa •••• 4242 is valid until 06/2031" in text
    assert "The next payment of €19.99 for Weekly letters is on December 24, 2031." in text
    assert "Update card: http://shop.example.com/my/" in text


def test_one_email_is_sent_per_card(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    warned(date(2031, 6, 15))
    with time_set(datetime(2031, 7, 5, tzinfo=UTC)):
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
def test_no_email_about_a_card_that_will_not_be_charged(changed: dict[str, object], subscription: Subscription) -> None:
    with_card(subscription, 2031, 6, **changed)
    assert warned(date(2031, 6, 15)) == []


def test_an_email_not_yet_due_is_sent_when_it_is_due(subscription: Subscription) -> None:
    with_card(subscription, 2031, 6)
    with time_set(datetime(2031, 6, 15, tzinfo=UTC)):
        subscriptions.warn_expiring_cards()
        with_card(subscription, 2031, 6, cancels_at_period_end=True)
        emails.send_due()
        assert Email.get(Email.kind == "card_expires").state == "dropped"
        with_card(subscription, 2031, 6, cancels_at_period_end=False)
        subscriptions.warn_expiring_cards()
        emails.send_due()
    assert Email.get(Email.kind == "card_expires").state == "kept"


def test_a_card_is_valid_until_the_end_of_its_month(subscription: Subscription) -> None:
    assert card_expiry.last_valid_day(with_card(subscription, 2032, 2)) == date(2032, 2, 29)
    assert card_expiry.last_valid_day(with_card(subscription, 2031, 12)) + timedelta(days=1) == date(2032, 1, 1)
