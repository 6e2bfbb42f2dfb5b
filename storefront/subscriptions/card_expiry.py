"""Emails about cards that expire soon and are still to be charged."""

import calendar
from datetime import date, timedelta
from typing import Any

from peewee import ModelSelect, Value, fn

from storefront import emails
from storefront.db import db
from storefront.isolation import Run
from storefront.models import Email, EmailKind, EmailState, Order, Subscription, SubscriptionStatus, now

# How long before a card's last valid day the email is written.
WARNING_PERIOD = timedelta(days=31)
MAX_WARNINGS_PER_RUN = 200


def warn_expiring_cards() -> int:
    """Write an email to each customer whose card expires within a month or has expired. Return how many.

    Each subscription and expiry date gets one email. Customers with an unpaid renewal get other emails (`dunning`).
    """
    return sum(
        Run().each(_with_expiring_card, _warn, name=lambda subscription: f"card of subscription {subscription.id}")
    )


def _warn(subscription: Subscription) -> bool:
    """Write the email. Return False if the card is not charged after its last valid day."""
    if not _is_charged_after_expiry(subscription):
        return False
    about = emails.card_about(subscription)
    with db.atomic():
        emails.write(EmailKind.CARD_EXPIRES, subscription.order, about, subscription=subscription)
        emails.requeue((Email.kind == EmailKind.CARD_EXPIRES) & (Email.about == about), now())
    return True


def last_valid_day(subscription: Subscription) -> date:
    """The last day on which the subscription's card is valid: the end of its expiry month."""
    year, month = subscription.card_exp_year, subscription.card_exp_month
    return date(year, month, calendar.monthrange(year, month)[1])


def _with_expiring_card() -> "ModelSelect[Subscription]":
    """Subscriptions that will be charged again and have no email about their card's expiry yet, with their orders."""
    table = Subscription
    limit = now().date() + WARNING_PERIOD + timedelta(days=1)
    is_charged_again = table.cancel_at.is_null() | (table.cancel_at > table.period_end)
    written = Email.select(Email.id).where(
        Email.subscription == table.id,
        Email.kind == EmailKind.CARD_EXPIRES,
        Email.about == _email_subject(),
        Email.state != EmailState.DROPPED,
    )
    return (
        table.select(table, Order)
        .join(Order)
        .where(
            table.status.in_([SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE])
            & ~table.paused
            & ~table.ending_with_period()
            & is_charged_again,
            table.period_end.is_null(False) & (table.card_exp_year > 0),
            # Months counted from year 0. A card is valid until its month ends.
            table.card_exp_year * 12 + table.card_exp_month < limit.year * 12 + limit.month,
            ~fn.EXISTS(written),
        )
        .order_by(table.id)
        .limit(MAX_WARNINGS_PER_RUN)
    )


def _email_subject() -> Any:
    """The email's `about` (`emails.card_about`) as an SQL expression."""
    parts = (Subscription.id, Subscription.card_exp_year, Subscription.card_exp_month)
    text: Any = Value("card").cast("TEXT")
    for part in parts:
        text = text.concat("-").concat(part.cast("TEXT"))
    return text


def _is_charged_after_expiry(subscription: Subscription) -> bool:
    """False if the subscription ends before the card expires: the end of a plan, or a planned cancellation."""
    return subscription.cancel_at is None or subscription.cancel_at.date() > last_valid_day(subscription)
