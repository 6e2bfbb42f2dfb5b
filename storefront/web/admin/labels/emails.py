"""Kinds and states of emails."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import EmailKind, EmailState

# The groups of emails.KIND_GROUPS.
GROUPS: Mapping[str, Any] = {
    "orders": _l("Orders"),
    "subscriptions": _l("Subscriptions"),
    "renewals": _l("Renewals"),
    "buyers": _l("The customer’s own page"),
    "owners": _l("To you"),
}

KINDS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Receipt"),
    EmailKind.PAYMENT_REMINDER: _l("Payment waits"),
    EmailKind.ORDER_EXPIRED: _l("Order expired"),
    EmailKind.REFUND_MADE: _l("Refund made"),
    EmailKind.REFUND_FAILED: _l("Refund failed"),
    EmailKind.WITHDRAWN: _l("Withdrawal received"),
    EmailKind.WITHDRAWAL_LINK: _l("Link to withdraw"),
    EmailKind.TRIAL_STARTED: _l("Trial started"),
    EmailKind.TRIAL_ENDS: _l("Trial ends soon"),
    EmailKind.SUBSCRIPTION_ENDS: _l("Subscription will end"),
    EmailKind.SUBSCRIPTION_ENDED: _l("Subscription ended"),
    EmailKind.PLAN_ENDED: _l("Plan ended"),
    EmailKind.CONTRACT_CANCELED: _l("Cancellation received"),
    EmailKind.SUBSCRIPTION_LOST: _l("Subscription ended unpaid"),
    EmailKind.PLAN_FINISHED: _l("Plan paid in full"),
    EmailKind.SUBSCRIPTION_PAUSED: _l("Payments paused"),
    EmailKind.SUBSCRIPTION_RESUMED: _l("Payments go on"),
    EmailKind.PRICE_CHANGES: _l("Price changes"),
    EmailKind.CARD_EXPIRES: _l("Card expires"),
    EmailKind.CARD_REMOVED: _l("Card removed"),
    EmailKind.RENEWAL_RECEIPT: _l("Receipt of a renewal"),
    EmailKind.RENEWAL_AUTHENTICATION: _l("Renewal needs confirmation"),
    EmailKind.RENEWAL_DECLINED: _l("Renewal needs a card"),
    EmailKind.RENEWAL_REMINDER: _l("Reminder of a renewal"),
    EmailKind.PAID_OUTSIDE: _l("Paid outside of Stripe"),
    EmailKind.PAY_LINK: _l("New link to pay"),
    EmailKind.ACCOUNT_LINK: _l("Link to the customer’s page"),
    EmailKind.EMAIL_CHANGE: _l("New email address: confirm"),
    EmailKind.EMAIL_CHANGED: _l("Email address changed"),
    EmailKind.EMAIL_RESTORED: _l("Change of email address undone"),
    EmailKind.OWNER_SALE: _l("To you: sale"),
    EmailKind.OWNER_TRIAL: _l("To you: free trial"),
    EmailKind.OWNER_RENEWAL_STOPPED: _l("To you: renewal stopped"),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: _l("To you: subscription ended"),
    EmailKind.OWNER_REFUND_FAILED: _l("To you: refund failed"),
    EmailKind.OWNER_DISPUTE: _l("To you: dispute"),
    EmailKind.OWNER_DISPUTE_INQUIRY: _l("To you: bank inquiry"),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _l("To you: inquiry closed"),
    EmailKind.OWNER_DISPUTE_WON: _l("To you: dispute won"),
    EmailKind.OWNER_DISPUTE_LOST: _l("To you: dispute lost"),
    EmailKind.OWNER_DISPUTE_PREVENTED: _l("To you: dispute prevented"),
    EmailKind.OWNER_WITHDRAWN: _l("To you: withdrawal"),
    EmailKind.OWNER_CONTRACT_CANCELED: _l("To you: cancellation"),
    EmailKind.OWNER_MISMATCH: _l("To you: payment does not fit"),
    EmailKind.OWNER_PAYMENT_UNKNOWN: _l("To you: payment missing"),
    EmailKind.OWNER_CARD_TESTING: _l("To you: card testing"),
    EmailKind.OWNER_PLAN_RESTORED: _l("To you: end of a plan restored"),
    EmailKind.OWNER_PLAN_OVERCHARGED: _l("To you: plan charged too often"),
    EmailKind.OWNER_CANCELLATION_RESTORED: _l("To you: cancellation restored"),
    EmailKind.OWNER_TERMS_CHANGED: _l("To you: terms changed at Stripe"),
    EmailKind.OWNER_TERMS_UNCLEAR: _l("To you: terms that can’t be shown"),
    EmailKind.OWNER_TRIAL_SHORTENED: _l("To you: trial shortened"),
    EmailKind.OWNER_CONNECTION: _l("To you: connection broken"),
    EmailKind.OWNER_PERMISSION_MISSING: _l("To you: permission missing"),
    EmailKind.OWNER_CHARGES_REFUSED: _l("To you: no payments possible"),
    EmailKind.OWNER_ACCESS_LOST: _l("To you: no access to the account"),
    EmailKind.OWNER_WEBHOOK_LOST: _l("To you: events don’t arrive"),
    EmailKind.OWNER_CLOCK_WRONG: _l("To you: wrong clock"),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("To you: password changed"),
    EmailKind.OWNER_FRAUD_WARNING: _l("To you: possible fraud"),
    EmailKind.OWNER_REVIEW: _l("To you: payment to review"),
    EmailKind.OWNER_INVOICE_STUCK: _l("To you: renewal not charged"),
}

# When an email of each kind is written.
TIMINGS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Once for each paid order."),
    EmailKind.PAYMENT_REMINDER: _l(
        "Once, some minutes after the last attempt (a bank’s check that was left counts as one), "
        "if the order is still unpaid."
    ),
    EmailKind.ORDER_EXPIRED: _l("When an unpaid order expires."),
    EmailKind.REFUND_MADE: _l("When money goes back."),
    EmailKind.REFUND_FAILED: _l("When the bank did not take a refund."),
    EmailKind.WITHDRAWN: _l("Immediately, when a customer withdraws from the contract."),
    EmailKind.WITHDRAWAL_LINK: _l("When a customer requests the link with order number and email address."),
    EmailKind.TRIAL_STARTED: _l("Once for each trial, in place of a receipt."),
    EmailKind.TRIAL_ENDS: _l(
        "Three days before a trial ends, unless it was cancelled; not for trials that are shorter."
    ),
    EmailKind.SUBSCRIPTION_ENDS: _l("When a cancellation for the end of the period is planned."),
    EmailKind.SUBSCRIPTION_ENDED: _l("When a subscription has ended, at once or with its period."),
    EmailKind.PLAN_ENDED: _l("When a payment plan has ended before all its instalments were paid."),
    EmailKind.CONTRACT_CANCELED: _l("When a customer cancels on the page “Cancel contracts here”."),
    EmailKind.SUBSCRIPTION_LOST: _l("When Stripe has ended a subscription because a renewal was not paid."),
    EmailKind.PLAN_FINISHED: _l("When the last instalment of a payment plan is paid."),
    EmailKind.SUBSCRIPTION_PAUSED: _l("When payments are paused."),
    EmailKind.SUBSCRIPTION_RESUMED: _l("When paused payments go on."),
    EmailKind.PRICE_CHANGES: _l("When you change the price of subscriptions that run."),
    EmailKind.CARD_EXPIRES: _l("Once per card and subscription, a month before the card’s last day."),
    EmailKind.CARD_REMOVED: _l(
        "A few minutes after the card of a subscription was removed at Stripe, if no other card was added."
    ),
    EmailKind.RENEWAL_RECEIPT: _l("For each renewal and instalment that is paid."),
    EmailKind.RENEWAL_AUTHENTICATION: _l(
        "At once, when the bank asks for 3-D Secure; the link opens the bank’s check."
    ),
    EmailKind.RENEWAL_DECLINED: _l(
        "Immediately, when the card was declined or there is none on file. The customer can add another "
        "card through the link."
    ),
    EmailKind.RENEWAL_REMINDER: _l(
        "Some days after those two (Settings), until the renewal is paid or asked for no more."
    ),
    EmailKind.PAID_OUTSIDE: _l("When an invoice was marked as paid outside of Stripe, in place of a receipt."),
    EmailKind.PAY_LINK: _l("When a customer asks for a new link to pay a renewal."),
    EmailKind.ACCOUNT_LINK: _l("When a customer asks for the link to their own page."),
    EmailKind.EMAIL_CHANGE: _l("To the new address, when a customer wants to change it."),
    EmailKind.EMAIL_CHANGED: _l("To the old address, when it was changed. Its link undoes the change for three days."),
    EmailKind.EMAIL_RESTORED: _l("To the new address, when the change was undone."),
    EmailKind.OWNER_SALE: _l("To every admin, for each paid order."),
    EmailKind.OWNER_TRIAL: _l("To every admin, when a free trial begins."),
    EmailKind.OWNER_RENEWAL_STOPPED: _l("To every admin, once for each renewal that needs its customer."),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: _l("To every admin, when a subscription has ended."),
    EmailKind.OWNER_REFUND_FAILED: _l("To every admin, when the bank did not take a refund."),
    EmailKind.OWNER_DISPUTE: _l("To every admin, when a bank disputes a payment and takes the money."),
    EmailKind.OWNER_DISPUTE_INQUIRY: _l("To every admin, when a bank asks about a payment."),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _l("To every admin, when a bank has closed its inquiry."),
    EmailKind.OWNER_DISPUTE_WON: _l("To every admin, when a dispute is won."),
    EmailKind.OWNER_DISPUTE_LOST: _l("To every admin, when a dispute is lost."),
    EmailKind.OWNER_DISPUTE_PREVENTED: _l("To every admin, when a dispute was settled before it became a chargeback."),
    EmailKind.OWNER_WITHDRAWN: _l("To every admin, when a customer withdraws from the contract."),
    EmailKind.OWNER_CONTRACT_CANCELED: _l(
        "To every admin, when a customer cancels on the page “Cancel contracts here”."
    ),
    EmailKind.OWNER_MISMATCH: _l("To every admin, when Stripe tells of a payment that differs from its order."),
    EmailKind.OWNER_PAYMENT_UNKNOWN: _l(
        "To every admin, when the shop could not record a payment for a day, and Stripe reports its refund or dispute."
    ),
    EmailKind.OWNER_CARD_TESTING: _l(
        "To every admin, when so many cards were declined that payments are refused. At most once a day."
    ),
    EmailKind.OWNER_PLAN_RESTORED: _l(
        "To every admin, when the end of a payment plan was removed or moved at Stripe and the shop has set it again."
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: _l(
        "To every admin, for each charge after the last instalment of a payment plan."
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: _l(
        "To every admin, when a customer’s cancellation was undone at Stripe and the shop has canceled again."
    ),
    EmailKind.OWNER_TERMS_CHANGED: _l("To every admin, when price, quantity or interval were changed at Stripe."),
    EmailKind.OWNER_TERMS_UNCLEAR: _l("To every admin, when terms were set at Stripe that the shop can’t show."),
    EmailKind.OWNER_TRIAL_SHORTENED: _l("To every admin, when a free trial was made to end earlier at Stripe."),
    EmailKind.OWNER_CONNECTION: _l("To every admin, when Stripe no longer accepts a secret key."),
    EmailKind.OWNER_PERMISSION_MISSING: _l("To every admin, when a secret key lacks a permission."),
    EmailKind.OWNER_CHARGES_REFUSED: _l("To every admin, when Stripe stops accepting payments for an account."),
    EmailKind.OWNER_ACCESS_LOST: _l("To every admin, when a key no longer has access to its account."),
    EmailKind.OWNER_WEBHOOK_LOST: _l("To every admin, when the webhook at Stripe is missing, disabled or changed."),
    EmailKind.OWNER_CLOCK_WRONG: _l("To every admin, when the server’s clock is wrong by more than four minutes."),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("To every admin, when one of them gets a new password."),
    EmailKind.OWNER_FRAUD_WARNING: _l("To every admin, when a card network warns of fraud."),
    EmailKind.OWNER_REVIEW: _l("To every admin, when Stripe asks for a review of a payment."),
    EmailKind.OWNER_INVOICE_STUCK: _l("To every admin, when Stripe can’t finalize a renewal invoice."),
}

# Why no email can be sent: codes of emails.settings_problem and of connecting to the mail server.
MAIL_PROBLEMS: Mapping[str, Any] = {
    "smtp_missing": _l("email isn’t set up. Set SMTP_URL and MAIL_FROM, then restart the shop."),
    "smtp_login_not_ascii": _l(
        "The user name or the password in SMTP_URL has characters that can’t be sent to a mail server. Choose "
        "a password of Latin letters, digits and punctuation."
    ),
    "smtp_not_encrypted": _l(
        "The mail server offers no encryption (STARTTLS), so nothing was sent to it, the password included. Use a port "
        "with TLS: smtps://… or port 587 in SMTP_URL. Only a server on this machine is used without it."
    ),
    "mail_from_invalid": _l("MAIL_FROM is not an address that emails can be sent from."),
}

STATES: Mapping[str, Any] = {
    EmailState.WAITING: _l("Waiting"),
    EmailState.SENT: _l("Sent"),
    EmailState.KEPT: _l("Kept here"),
    EmailState.DROPPED: _l("Not needed"),
    EmailState.FAILED: _l("Not sent"),
}

STATE_HELP: Mapping[str, Any] = {
    EmailState.WAITING: _l(
        "It is sent when it is due. If sending fails, the shop tries again; while the mail server is "
        "unavailable, the email waits."
    ),
    EmailState.SENT: _l("The mail server has taken it."),
    EmailState.KEPT: _l("No mail server is set up (or there was nobody to write to): it was kept to be read here."),
    EmailState.DROPPED: _l("When it fell due, it was no longer true."),
    EmailState.FAILED: _l("Every attempt to send it failed. Fix the cause, then send it again."),
}


def mail_problem(problem: str) -> str:
    """Why an email was not sent: one of these codes, or else the words of the mail server."""
    return str(MAIL_PROBLEMS.get(problem, problem))


def email_group(group: str) -> str:
    """Name of a group of kinds."""
    return str(GROUPS[group])


def email_kind(kind: str) -> str:
    """Name of a kind of email; the stored value if it is a kind that no longer exists."""
    return str(KINDS.get(kind, kind))


def email_timing(kind: str) -> str:
    """When an email of this kind is written."""
    return str(TIMINGS.get(kind, ""))


def email_state(state: str) -> str:
    """Name of an email's state."""
    return str(STATES.get(state, state))


def email_state_help(state: str) -> str:
    """What an email's state means, as a sentence."""
    return str(STATE_HELP.get(state, ""))
