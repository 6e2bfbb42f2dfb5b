"""Letters: their kinds, states and what is wrong with them, as words for the owner."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import Email

# As storefront/letter_kinds groups them.
GROUPS: Mapping[str, Any] = {
    "orders": _l("Orders"),
    "subscriptions": _l("Subscriptions"),
    "renewals": _l("Renewals"),
    "buyers": _l("The customer’s own page"),
    "owners": _l("To you"),
}

KINDS: Mapping[str, Any] = {
    "receipt": _l("Receipt"),
    "payment_waits": _l("Payment waits"),
    "order_expired": _l("Order expired"),
    "refund_made": _l("Refund made"),
    "refund_failed": _l("Refund failed"),
    "trial_started": _l("Trial started"),
    "trial_ends": _l("Trial ends soon"),
    "subscription_ends": _l("Subscription will end"),
    "subscription_ended": _l("Subscription ended"),
    "plan_ended": _l("Plan ended"),
    "subscription_lost": _l("Subscription ended unpaid"),
    "plan_finished": _l("Plan paid in full"),
    "subscription_paused": _l("Payments paused"),
    "subscription_resumed": _l("Payments go on"),
    "price_changes": _l("Price changes"),
    "card_expires": _l("Card expires"),
    "renewal_receipt": _l("Receipt of a renewal"),
    "renewal_authentication": _l("Renewal needs confirmation"),
    "renewal_declined": _l("Renewal declined"),
    "renewal_reminder": _l("Reminder of a renewal"),
    "pay_link": _l("New link to pay"),
    "buyer_link": _l("Link to the customer’s page"),
    "email_change": _l("New email address: confirm"),
    "email_changed": _l("Email address changed"),
    "owner_sale": _l("To you: sale"),
    "owner_trial": _l("To you: free trial"),
    "owner_renewal_stopped": _l("To you: renewal stopped"),
    "owner_subscription_ended": _l("To you: subscription ended"),
    "owner_refund_failed": _l("To you: refund failed"),
    "owner_dispute": _l("To you: dispute"),
    "owner_mismatch": _l("To you: payment does not fit"),
    "owner_connection": _l("To you: connection broken"),
}

WHEN: Mapping[str, Any] = {
    "receipt": _l("Once for each paid order."),
    "payment_waits": _l(
        "Once, some minutes after the last attempt (a bank’s check that was left counts as one), "
        "if the order is still unpaid."
    ),
    "order_expired": _l("When an unpaid order expires."),
    "refund_made": _l("When money goes back."),
    "refund_failed": _l("When the bank did not take a refund."),
    "trial_started": _l("Once for each trial, in place of a receipt."),
    "trial_ends": _l("Three days before a trial ends, unless it was cancelled; not for trials that are shorter."),
    "subscription_ends": _l("When a cancellation for the end of the period is planned."),
    "subscription_ended": _l("When a subscription has ended, at once or with its period."),
    "plan_ended": _l("When a payment plan has ended before all its instalments were paid."),
    "subscription_lost": _l("When Stripe has ended a subscription because a renewal was not paid."),
    "plan_finished": _l("When the last instalment of a payment plan is paid."),
    "subscription_paused": _l("When payments are paused."),
    "subscription_resumed": _l("When paused payments go on."),
    "price_changes": _l("When you change the price of subscriptions that run."),
    "card_expires": _l("Once per card and subscription, a month before the card’s last day."),
    "renewal_receipt": _l("For each renewal and instalment that is paid."),
    "renewal_authentication": _l("At once, when the bank asks for 3-D Secure; the link opens the bank’s check."),
    "renewal_declined": _l("At once, when the card was declined; the link takes another card."),
    "renewal_reminder": _l("Some days after those two (Settings), until the renewal is paid or asked for no more."),
    "pay_link": _l("When a customer asks for a new link to pay a renewal."),
    "buyer_link": _l("When a customer asks for the link to their own page."),
    "email_change": _l("To the new address, when a customer wants to change it."),
    "email_changed": _l("To the old address, when it was changed."),
    "owner_sale": _l("To every admin, for each paid order."),
    "owner_trial": _l("To every admin, when a free trial begins."),
    "owner_renewal_stopped": _l("To every admin, once for each renewal that needs its customer."),
    "owner_subscription_ended": _l("To every admin, when a subscription has ended."),
    "owner_refund_failed": _l("To every admin, when the bank did not take a refund."),
    "owner_dispute": _l("To every admin, when a bank disputes a payment."),
    "owner_mismatch": _l("To every admin, when Stripe tells of a payment that differs from its order."),
    "owner_connection": _l("To every admin, when Stripe no longer accepts a secret key."),
}

STATES: Mapping[str, Any] = {
    "waiting": _l("Waiting"),
    "sent": _l("Sent"),
    "kept": _l("Kept here"),
    "dropped": _l("Not needed"),
    "failed": _l("Not sent"),
}

STATE_EXPLAINED: Mapping[str, Any] = {
    "waiting": _l("It goes out when it is due; after a failure it is tried again for a day."),
    "sent": _l("The mail server has taken it."),
    "kept": _l("No mail server is set up (or there was nobody to write to): it was kept to be read here."),
    "dropped": _l("When it fell due, it was no longer true."),
    "failed": _l("The mail server did not take it for a whole day. Send it again when the cause is gone."),
}


def kind(letter_kind: str) -> str:
    """A kind of letter by its name."""
    return str(KINDS.get(letter_kind, letter_kind))


def when(letter_kind: str) -> str:
    """When such a letter is written."""
    return str(WHEN.get(letter_kind, ""))


def state(letter: Email) -> str:
    """How a letter stands."""
    return str(STATES.get(letter.state, letter.state))


def state_explained(letter: Email) -> str:
    """The same as a sentence."""
    return str(STATE_EXPLAINED.get(letter.state, ""))
