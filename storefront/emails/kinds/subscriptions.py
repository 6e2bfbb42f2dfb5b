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


KINDS: dict[str, Kind] = {
    EmailKind.TRIAL_STARTED: Kind(
        subject=N_("Your free trial has started: {title}"),
        heading=N_("Your free trial has started"),
        body=N_(
            "Hi {name},\n\n"
            "Your free trial of **{title}** has started, and you pay nothing today. From **{due}**, your card "
            "will be charged **{amount}** {every}.\n\nCancel before that day and you won’t be charged."
        ),
        facts=("order", "subscription", "code", "today", "first_payment", "first_amount", "price", "saved_card"),
        button=N_("Manage subscription"),
        link="account",
        due_date=_trial_end,
        delivers=True,
    ),
    EmailKind.TRIAL_ENDS: Kind(
        subject=N_("Your free trial of {title} ends on {due}"),
        heading=N_("Your free trial ends soon"),
        body=N_(
            "Hi {name},\n\nYour free trial of **{title}** ends on **{due}**. After that, your card will be charged "
            "**{amount}** {every}.\n\n"
            "To keep your subscription, you don’t need to do anything. To stop it, cancel before that day and "
            "you won’t be charged."
        ),
        facts=("subscription", "code", "first_payment", "first_amount", "price", "saved_card"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_trial_ends_as_announced,
        due_date=_trial_end,
    ),
    EmailKind.SUBSCRIPTION_ENDS: Kind(
        subject=N_("{title} ends on {due}"),
        heading=N_("Your subscription is canceled"),
        body=N_(
            "Hi {name},\n\n"
            "Your subscription to **{title}** is canceled. You have access until **{due}** and won’t be charged "
            "again.\n\nChanged your mind? You can keep your subscription until then."
        ),
        facts=("order", "subscription", "access_until"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_will_end,
        due_date=_end,
    ),
    EmailKind.SUBSCRIPTION_ENDED: Kind(
        subject=N_("Your subscription to {title} has ended"),
        heading=N_("Your subscription has ended"),
        body=N_(
            "Hi {name},\n\n"
            "Your subscription to **{title}** has ended. You won’t be charged again. Thank you for being with "
            "us.\n\nYou’re welcome back at any time."
        ),
        facts=("order", "subscription"),
        button=N_("Subscribe again"),
        link="offer",
    ),
    EmailKind.PLAN_ENDED: Kind(
        subject=N_("Your payment plan for {title} has ended"),
        heading=N_("Your payment plan has ended"),
        body=N_(
            "Hi {name},\n\n"
            "Your payment plan for **{title}**, order #{number}, ended before the last installment. You won’t be "
            "charged again."
        ),
        facts=("order", "plan"),
        button=N_("View receipts"),
        link="account",
    ),
    EmailKind.SUBSCRIPTION_LOST: Kind(
        subject=N_("{title} couldn’t be renewed"),
        heading=N_("Your subscription has ended"),
        body=N_(
            "Hi {name},\n\n"
            "We couldn’t collect the payment of **{amount}** for **{title}**, so your subscription has ended. "
            "You won’t be charged again.\n\nTo continue, subscribe again with any card."
        ),
        facts=("order", "subscription", "amount"),
        button=N_("Subscribe again"),
        link="offer",
    ),
    EmailKind.PLAN_FINISHED: Kind(
        subject=N_("Paid in full: {title}"),
        heading=N_("Paid in full"),
        body=N_(
            "Hi {name},\n\n"
            "That was the last installment. **{title}**, order #{number}, is paid in full and you won’t be "
            "charged again. Thank you!"
        ),
        facts=("order", "plan"),
        button=N_("View receipts"),
        link="account",
    ),
    EmailKind.SUBSCRIPTION_PAUSED: Kind(
        subject=N_("Payments for {title} are paused"),
        heading=N_("Payments are paused"),
        body=N_(
            "Hi {name},\n\n"
            "Payments for **{title}** are paused. You won’t be charged until they resume. We’ll email you when "
            "they do."
        ),
        facts=("order", "subscription"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_is_paused,
    ),
    EmailKind.SUBSCRIPTION_RESUMED: Kind(
        subject=N_("Payments for {title} have resumed"),
        heading=N_("Payments have resumed"),
        body=N_(
            "Hi {name},\n\n"
            "The pause is over. **{title}** costs **{amount}** {every} again. Your next payment is on **{due}**."
        ),
        facts=("order", "subscription", "price", "next_payment"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_will_be_charged,
    ),
    EmailKind.PRICE_CHANGES: Kind(
        subject=N_("The price of {title} changes on {due}"),
        heading=N_("The price of your subscription changes"),
        body=N_(
            "Hi {name},\n\n"
            "**{title}** now costs **{amount}** {every}. Starting **{due}**, it will cost **{new_amount}**.\n\n"
            "To continue, you don’t need to do anything. If you don’t agree, cancel before that day and you "
            "won’t pay the new price."
        ),
        facts=("subscription", "price", "changes_on"),
        button=N_("Manage subscription"),
        link="account",
        still_applies=_will_be_charged,
    ),
    EmailKind.CARD_EXPIRES: Kind(
        subject=N_("Your card for {title} is valid until {expires}"),
        heading=N_("Your card expires soon"),
        body=N_(
            "Hi {name},\n\n"
            "Your card {card} is valid until **{expires}**. The next payment of **{amount}** for **{title}** is "
            "on **{due}**.\n\n"
            "Update your card so that your payments continue without interruption. You won’t be charged for it."
        ),
        facts=("subscription", "saved_card", "expires", "next_payment", "amount"),
        button=N_("Update card"),
        link="account",
        still_applies=_card_expires_as_announced,
    ),
    EmailKind.CARD_REMOVED: Kind(
        subject=N_("Add a card for {title}"),
        heading=N_("Add a card"),
        body=N_(
            "Hi {name},\n\n"
            "There is no longer a card on file for **{title}**: the one you paid with was removed. The next "
            "payment of **{amount}** is on **{due}**.\n\n"
            "Add a card before that day. You won’t be charged for adding it."
        ),
        facts=("subscription", "next_payment", "amount"),
        button=N_("Add card"),
        link="account",
        still_applies=_card_is_missing,
    ),
}
