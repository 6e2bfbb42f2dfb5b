"""Cards that will soon be worth nothing though they are still to be charged: their holders are told in time."""

import calendar
from datetime import date, timedelta
from typing import Any

from peewee import Value, fn

from storefront import emails
from storefront.db import db
from storefront.isolation import Run
from storefront.models import Email, Order, Subscription, now

# How long before its last valid day a card's holder is told.
AHEAD = timedelta(days=31)
# In one run; the next one takes those behind them.
MOST = 200


def warn_expiring_cards() -> int:
    """Tell whoever's card runs out within a month, or has run out: once per subscription and expiry.

    How many letters that were. One query finds them; those who owe something have other letters.
    """
    return sum(Run().each(_expiring, _warn, name=lambda subscription: f"card of subscription {subscription.id}"))


def _warn(subscription: Subscription) -> bool:
    """Write the letter; False when the card is not charged after its last day."""
    if not _is_charged_later(subscription):
        return False
    about = f"card-{subscription.id}-{subscription.card_exp_year}-{subscription.card_exp_month}"
    with db.atomic():
        emails.write("card_expires", subscription.order, about, subscription=subscription)
        emails.requeue((Email.kind == "card_expires") & (Email.about == about), now())
    return True


def last_valid_day(subscription: Subscription) -> date:
    """The last day its card is valid: cards run out with their month."""
    year, month = subscription.card_exp_year, subscription.card_exp_month
    return date(year, month, calendar.monthrange(year, month)[1])


def _expiring() -> list[Subscription]:
    """Those to be charged again whose holder hasn't been told of this expiry, with their orders, oldest first."""
    on = Subscription
    after = now().date() + AHEAD + timedelta(days=1)
    ends = on.cancel_at.is_null() | (on.cancel_at > on.period_end)
    told = Email.select(Email.id).where(
        Email.subscription == on.id, Email.kind == "card_expires", Email.about == _about(), Email.state != "dropped"
    )
    return list(
        on.select(on, Order)
        .join(Order)
        .where(
            on.status.in_(["trialing", "active"]) & ~on.paused & ~on.cancels_at_period_end & ends,
            on.period_end.is_null(False) & (on.card_exp_year > 0),
            # Its last day is the one before the first of the next month.
            on.card_exp_year * 12 + on.card_exp_month < after.year * 12 + after.month,
            ~fn.EXISTS(told),
        )
        .order_by(on.id)
        .limit(MOST)
    )


def _about() -> Any:
    """The subject of the letter, as `_warn` writes it, in the database."""
    parts = (Subscription.id, Subscription.card_exp_year, Subscription.card_exp_month)
    text: Any = Value("card").cast("TEXT")
    for part in parts:
        text = text.concat("-").concat(part.cast("TEXT"))
    return text


def _is_charged_later(subscription: Subscription) -> bool:
    """Not where its last charge comes before the card's last day: the end of a plan, a cancellation that is planned."""
    return subscription.cancel_at is None or subscription.cancel_at.date() > last_valid_day(subscription)
