"""To buyers, about what is charged again: how it goes on, changes and ends."""

from datetime import datetime, timedelta

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, Subscription


def trial_about(subscription: Subscription) -> str:
    """The subject of a letter about the end of a trial: another day is another letter."""
    return f"trial-{subscription.id}-{subscription.trial_end:%Y-%m-%d}"


def _trial_end(subscription: Subscription) -> datetime | None:
    """As Stripe says it; what was promised where it hasn't been asked yet."""
    begun: datetime = subscription.created_at
    return subscription.trial_end or begun + timedelta(days=subscription.trial_days)


def _end(subscription: Subscription) -> datetime | None:
    end: datetime | None = subscription.cancel_at or subscription.period_end
    return end


def _trial_goes_on(letter: Email) -> bool:
    """Neither over nor cancelled, nor moved to another day, which has a letter of its own.

    At Stripe it begins with the press; without a card it never does for its buyer.
    """
    it = letter.subscription
    if (
        it is None
        or not it.payment_has_come()
        or it.status != "trialing"
        or it.trial_end is None
        or it.next_charge_at is None
    ):
        return False
    return bool(letter.about == trial_about(it))


def _will_be_charged(letter: Email) -> bool:
    return letter.subscription is not None and letter.subscription.next_charge_at is not None


def _will_end(letter: Email) -> bool:
    it = letter.subscription
    return it is not None and it.is_running and (it.cancels_at_period_end or it.cancel_at is not None)


def _is_paused(letter: Email) -> bool:
    return letter.subscription is not None and letter.subscription.is_running and letter.subscription.paused


PAGE = N_("Your orders and subscriptions")

KINDS: dict[str, Kind] = {
    "trial_started": Kind(
        subject=N_("Your free trial of {title} has begun"),
        words=N_(
            "Hello {name},\n\nyour free trial of *{title}* has begun, and today you pay nothing. From **{due}** on it "
            "costs **{amount}** {every}, charged to your card.\n\nIf you cancel before that day, nothing is charged. "
            "Your order is no. {number}."
        ),
        button=PAGE,
        link="my",
        due=_trial_end,
    ),
    "trial_ends": Kind(
        subject=N_("Your free trial of {title} ends on {due}"),
        words=N_(
            "Hello {name},\n\nyour free trial of *{title}* ends on **{due}**. From then on it costs **{amount}** "
            "{every}, charged to your card.\n\nIf you want to keep it, there is nothing to do. If not, cancel before "
            "that day, and nothing is charged."
        ),
        button=PAGE,
        link="my",
        holds=_trial_goes_on,
        due=_trial_end,
    ),
    "subscription_ends": Kind(
        subject=N_("{title} ends on {due}"),
        words=N_(
            "Hello {name},\n\nyour subscription to *{title}* is cancelled. You have it until **{due}**, and nothing "
            "more is charged.\n\nIf you change your mind before that day, you can keep it: one press on your page is "
            "enough."
        ),
        button=PAGE,
        link="my",
        holds=_will_end,
        due=_end,
    ),
    "subscription_ended": Kind(
        subject=N_("Your subscription to {title} has ended"),
        words=N_(
            "Hello {name},\n\nyour subscription to *{title}* has ended, and nothing more is charged. Thank you for "
            "having been with us.\n\nIf you want it again, you are welcome at any time."
        ),
        button=N_("Subscribe again"),
        link="offer",
    ),
    "plan_ended": Kind(
        subject=N_("Your payment plan for {title} has ended"),
        words=N_(
            "Hello {name},\n\nyour payment plan for *{title}*, order no. {number}, has ended before its last "
            "instalment, and no further instalments are charged."
        ),
        button=N_("Your orders and receipts"),
        link="my",
    ),
    "subscription_lost": Kind(
        subject=N_("{title} could not be renewed"),
        words=N_(
            "Hello {name},\n\nthe payment of **{amount}** for *{title}* has not come through, so it has ended and "
            "nothing more is charged.\n\nIf you would like to go on, you can subscribe again, with any card."
        ),
        button=N_("Subscribe again"),
        link="offer",
    ),
    "plan_finished": Kind(
        subject=N_("Paid in full: {title}"),
        words=N_(
            "Hello {name},\n\nthat was the last instalment: *{title}*, order no. {number}, is paid in full, and "
            "nothing more is charged. Thank you!"
        ),
        button=N_("Your orders and receipts"),
        link="my",
    ),
    "subscription_paused": Kind(
        subject=N_("Payments for {title} are paused"),
        words=N_(
            "Hello {name},\n\npayments for *{title}* are paused: nothing is charged until they go on. We write to you "
            "when they do."
        ),
        button=PAGE,
        link="my",
        holds=_is_paused,
    ),
    "subscription_resumed": Kind(
        subject=N_("Payments for {title} go on"),
        words=N_(
            "Hello {name},\n\nthe pause is over: *{title}* costs **{amount}** {every} again. The next payment is due "
            "on **{due}**."
        ),
        button=PAGE,
        link="my",
        holds=_will_be_charged,
    ),
    "price_changes": Kind(
        subject=N_("The price of {title} changes on {due}"),
        words=N_(
            "Hello {name},\n\n*{title}* costs **{amount}** {every} now. From **{due}** on it costs "
            "**{new_amount}**.\n\nIf that is all right, there is nothing to do. If not, cancel before that day, and "
            "the new price is never charged."
        ),
        button=PAGE,
        link="my",
        holds=_will_be_charged,
    ),
    "card_expires": Kind(
        subject=N_("Your card for {title} is valid until {expires}"),
        words=N_(
            "Hello {name},\n\nyour card {card} pays for *{title}* and is valid until **{expires}**. The next payment "
            "of **{amount}** is due on **{due}**.\n\nSo that all goes on smoothly, please give us your new card on "
            "your page. It takes a minute, and nothing is charged for it."
        ),
        button=N_("Change the card"),
        link="my",
        holds=_will_be_charged,
    ),
}
