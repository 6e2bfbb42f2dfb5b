"""Emails to customers about a subscription: start, changes, pause, price, card and end."""

from datetime import datetime, timedelta

from storefront.emails.kinds.kind import Kind
from storefront.i18n import N_
from storefront.models import Email, EmailKind, Invoice, Subscription, SubscriptionStatus


def trial_about(subscription: Subscription) -> str:
    """Return the subject key (`Email.about`) of a trial's ending: one email for each date."""
    return f"trial-{subscription.id}-{subscription.trial_end:%Y-%m-%d}"


def _trial_end(subscription: Subscription) -> datetime | None:
    """When the trial ends: Stripe's date, or the date that the offer promised if Stripe's is not known yet."""
    started: datetime = subscription.created_at
    return subscription.trial_end or started + timedelta(days=subscription.trial_days)


def _end(subscription: Subscription) -> datetime | None:
    return subscription.planned_end or subscription.cancel_at or subscription.period_end


def _trial_ends_as_announced(email: Email) -> bool:
    """The trial is active, not canceled, and still ends on the date in `about`; a new date has its own email.

    At Stripe a trial starts with checkout. For the customer it starts when a card is saved.
    """
    subscription = email.subscription
    if (
        subscription is None
        or not subscription.first_payment_succeeded
        or subscription.status != SubscriptionStatus.TRIALING
        or subscription.trial_end is None
        or subscription.next_charge_at is None
        or subscription.lacks_card
    ):
        return False
    return bool(email.about == trial_about(subscription))


def _will_be_charged(email: Email) -> bool:
    return email.subscription is not None and email.subscription.next_charge_at is not None


def _card_is_missing(email: Email) -> bool:
    """An open renewal has its own emails."""
    subscription = email.subscription
    if subscription is None or not subscription.lacks_card or not _will_be_charged(email):
        return False
    return Invoice.newest_payable(subscription) is None


def _will_end(email: Email) -> bool:
    subscription = email.subscription
    return subscription is not None and subscription.is_running and subscription.ends_with_period


def _is_paused(email: Email) -> bool:
    return email.subscription is not None and email.subscription.is_running and email.subscription.paused


def card_about(subscription: Subscription) -> str:
    """Return the subject key (`Email.about`) of a card's expiry: one email for each subscription and expiry date."""
    return f"card-{subscription.id}-{subscription.card_exp_year}-{subscription.card_exp_month}"


def _card_expires_as_announced(email: Email) -> bool:
    """The subscription is still charged to a card with this expiry date."""
    subscription = email.subscription
    return subscription is not None and _will_be_charged(email) and bool(email.about == card_about(subscription))


ACCOUNT_BUTTON = N_("Your orders and subscriptions")

KINDS: dict[str, Kind] = {
    EmailKind.TRIAL_STARTED: Kind(
        subject=N_("Your free trial of {title} has begun"),
        body=N_(
            "Hello {name},\n\nyour free trial of *{title}* has begun, and today you pay nothing. From **{due}** on it "
            "costs **{amount}** {every}, charged to your card.\n\nIf you cancel before that day, nothing is charged. "
            "Your order is no. {number}."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        due_date=_trial_end,
    ),
    EmailKind.TRIAL_ENDS: Kind(
        subject=N_("Your free trial of {title} ends on {due}"),
        body=N_(
            "Hello {name},\n\nyour free trial of *{title}* ends on **{due}**. From then on it costs **{amount}** "
            "{every}, charged to your card.\n\nIf you want to keep it, there is nothing to do. If not, cancel before "
            "that day, and nothing is charged."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        still_applies=_trial_ends_as_announced,
        due_date=_trial_end,
    ),
    EmailKind.SUBSCRIPTION_ENDS: Kind(
        subject=N_("{title} ends on {due}"),
        body=N_(
            "Hello {name},\n\nyour subscription to *{title}* is cancelled. You have it until **{due}**, and nothing "
            "more is charged.\n\nIf you change your mind before that day, you can keep it: one press on your page is "
            "enough."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        still_applies=_will_end,
        due_date=_end,
    ),
    EmailKind.SUBSCRIPTION_ENDED: Kind(
        subject=N_("Your subscription to {title} has ended"),
        body=N_(
            "Hello {name},\n\nyour subscription to *{title}* has ended, and nothing more is charged. Thank you for "
            "having been with us.\n\nIf you want it again, you are welcome at any time."
        ),
        button=N_("Subscribe again"),
        link="offer",
    ),
    EmailKind.PLAN_ENDED: Kind(
        subject=N_("Your payment plan for {title} has ended"),
        body=N_(
            "Hello {name},\n\nyour payment plan for *{title}*, order no. {number}, has ended before its last "
            "instalment, and no further instalments are charged."
        ),
        button=N_("Your orders and receipts"),
        link="account",
    ),
    EmailKind.SUBSCRIPTION_LOST: Kind(
        subject=N_("{title} could not be renewed"),
        body=N_(
            "Hello {name},\n\nthe payment of **{amount}** for *{title}* has not come through, so it has ended and "
            "nothing more is charged.\n\nIf you would like to go on, you can subscribe again, with any card."
        ),
        button=N_("Subscribe again"),
        link="offer",
    ),
    EmailKind.PLAN_FINISHED: Kind(
        subject=N_("Paid in full: {title}"),
        body=N_(
            "Hello {name},\n\nthat was the last instalment: *{title}*, order no. {number}, is paid in full, and "
            "nothing more is charged. Thank you!"
        ),
        button=N_("Your orders and receipts"),
        link="account",
    ),
    EmailKind.SUBSCRIPTION_PAUSED: Kind(
        subject=N_("Payments for {title} are paused"),
        body=N_(
            "Hello {name},\n\npayments for *{title}* are paused: nothing is charged until they go on. We write to you "
            "when they do."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        still_applies=_is_paused,
    ),
    EmailKind.SUBSCRIPTION_RESUMED: Kind(
        subject=N_("Payments for {title} go on"),
        body=N_(
            "Hello {name},\n\nthe pause is over: *{title}* costs **{amount}** {every} again. The next payment is due "
            "on **{due}**."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        still_applies=_will_be_charged,
    ),
    EmailKind.PRICE_CHANGES: Kind(
        subject=N_("The price of {title} changes on {due}"),
        body=N_(
            "Hello {name},\n\n*{title}* costs **{amount}** {every} now. From **{due}** on it costs "
            "**{new_amount}**.\n\nIf that is all right, there is nothing to do. If not, cancel before that day, and "
            "the new price is never charged."
        ),
        button=ACCOUNT_BUTTON,
        link="account",
        still_applies=_will_be_charged,
    ),
    EmailKind.CARD_EXPIRES: Kind(
        subject=N_("Your card for {title} is valid until {expires}"),
        body=N_(
            "Hello {name},\n\nyour card {card} pays for *{title}* and is valid until **{expires}**. The next payment "
            "of **{amount}** is due on **{due}**.\n\nSo that all goes on smoothly, please give us your new card on "
            "your page. It takes a minute, and nothing is charged for it."
        ),
        button=N_("Change the card"),
        link="account",
        still_applies=_card_expires_as_announced,
    ),
    EmailKind.CARD_REMOVED: Kind(
        subject=N_("There is no card on file for {title}"),
        body=N_(
            "Hello {name},\n\n"
            "there is no longer a card on file for *{title}*: the one you paid with was removed. The next "
            "payment of **{amount}** is due on **{due}**.\n\n"
            "Please add a card on your page. It takes a minute, and you are not charged for it."
        ),
        button=N_("Give a card"),
        link="account",
        still_applies=_card_is_missing,
    ),
}
