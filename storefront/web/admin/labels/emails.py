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
    "buyers": _l("Customer account"),
    "owners": _l("Admin"),
}

KINDS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Receipt"),
    EmailKind.PAYMENT_REMINDER: _l("Unpaid order"),
    EmailKind.ORDER_EXPIRED: _l("Order expired"),
    EmailKind.PAYMENT_LINK: _l("Payment link"),
    EmailKind.BACK_IN_STOCK: _l("Available again"),
    EmailKind.PAYMENT_REQUEST: _l("Payment request"),
    EmailKind.PAYMENT_REQUEST_REMINDER: _l("Payment request reminder"),
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
    EmailKind.SUBSCRIPTION_LOST: _l("Subscription ended: not paid"),
    EmailKind.PLAN_FINISHED: _l("Plan paid in full"),
    EmailKind.SUBSCRIPTION_PAUSED: _l("Payments paused"),
    EmailKind.SUBSCRIPTION_RESUMED: _l("Payments resumed"),
    EmailKind.PRICE_CHANGES: _l("Price changes"),
    EmailKind.CARD_EXPIRES: _l("Card expiring"),
    EmailKind.CARD_REMOVED: _l("Card removed"),
    EmailKind.RENEWAL_RECEIPT: _l("Renewal receipt"),
    EmailKind.RENEWAL_AUTHENTICATION: _l("Renewal needs confirmation"),
    EmailKind.RENEWAL_DECLINED: _l("Renewal needs a new card"),
    EmailKind.RENEWAL_REMINDER: _l("Renewal reminder"),
    EmailKind.PAID_OUTSIDE: _l("Paid outside of Stripe"),
    EmailKind.PAY_LINK: _l("New payment link"),
    EmailKind.ACCOUNT_LINK: _l("Customer account link"),
    EmailKind.EMAIL_CHANGE: _l("Confirm new email address"),
    EmailKind.EMAIL_CHANGED: _l("Email address changed"),
    EmailKind.EMAIL_RESTORED: _l("Email address change undone"),
    EmailKind.OWNER_SALE: _l("Admin: new sale"),
    EmailKind.OWNER_TRIAL: _l("Admin: free trial"),
    EmailKind.OWNER_RENEWAL_STOPPED: _l("Admin: renewal failed"),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: _l("Admin: subscription ended"),
    EmailKind.OWNER_REFUND_FAILED: _l("Admin: refund failed"),
    EmailKind.OWNER_DISPUTE: _l("Admin: dispute"),
    EmailKind.OWNER_DISPUTE_INQUIRY: _l("Admin: bank inquiry"),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _l("Admin: inquiry closed"),
    EmailKind.OWNER_DISPUTE_WON: _l("Admin: dispute won"),
    EmailKind.OWNER_DISPUTE_LOST: _l("Admin: dispute lost"),
    EmailKind.OWNER_DISPUTE_PREVENTED: _l("Admin: dispute prevented"),
    EmailKind.OWNER_WITHDRAWN: _l("Admin: withdrawal"),
    EmailKind.OWNER_CONTRACT_CANCELED: _l("Admin: cancellation"),
    EmailKind.OWNER_MISMATCH: _l("Admin: payment mismatch"),
    EmailKind.OWNER_PAYMENT_UNKNOWN: _l("Admin: payment missing"),
    EmailKind.OWNER_CARD_TESTING: _l("Admin: card testing"),
    EmailKind.OWNER_PLAN_RESTORED: _l("Admin: plan end restored"),
    EmailKind.OWNER_PLAN_OVERCHARGED: _l("Admin: extra charge on a plan"),
    EmailKind.OWNER_CANCELLATION_RESTORED: _l("Admin: cancellation restored"),
    EmailKind.OWNER_TERMS_CHANGED: _l("Admin: terms changed in Stripe"),
    EmailKind.OWNER_TERMS_UNCLEAR: _l("Admin: terms that can’t be shown"),
    EmailKind.OWNER_TRIAL_SHORTENED: _l("Admin: trial shortened"),
    EmailKind.OWNER_CONNECTION: _l("Admin: Stripe connection lost"),
    EmailKind.OWNER_PERMISSION_MISSING: _l("Admin: permission missing"),
    EmailKind.OWNER_CHARGES_REFUSED: _l("Admin: payments not possible"),
    EmailKind.OWNER_ACCESS_LOST: _l("Admin: no access to the account"),
    EmailKind.OWNER_WEBHOOK_LOST: _l("Admin: events not arriving"),
    EmailKind.OWNER_CLOCK_WRONG: _l("Admin: wrong server clock"),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("Admin: password changed"),
    EmailKind.OWNER_FRAUD_WARNING: _l("Admin: possible fraud"),
    EmailKind.OWNER_REVIEW: _l("Admin: payment to review"),
    EmailKind.OWNER_INVOICE_STUCK: _l("Admin: renewal not charged"),
}

# When an email of each kind is written.
TIMINGS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Sent once for each paid order."),
    EmailKind.PAYMENT_REMINDER: _l(
        "Sent once, after the last failed or abandoned attempt, if the order is still unpaid."
    ),
    EmailKind.ORDER_EXPIRED: _l("Sent when an unpaid order expires."),
    EmailKind.PAYMENT_LINK: _l("Sent when you press Send payment link."),
    EmailKind.BACK_IN_STOCK: _l("Sent to people on the waiting list when a sold-out offer can be bought again."),
    EmailKind.PAYMENT_REQUEST: _l("Sent when you create a payment request with an email address."),
    EmailKind.PAYMENT_REQUEST_REMINDER: _l(
        "Sent automatically while a payment request is open, and when you press “Send reminder”."
    ),
    EmailKind.REFUND_MADE: _l("Sent when a payment is refunded."),
    EmailKind.REFUND_FAILED: _l("Sent when the bank rejects a refund."),
    EmailKind.WITHDRAWN: _l("Sent immediately when a customer withdraws from the contract."),
    EmailKind.WITHDRAWAL_LINK: _l("Sent when a customer requests the link with order number and email."),
    EmailKind.TRIAL_STARTED: _l("Sent once for each trial, instead of a receipt."),
    EmailKind.TRIAL_ENDS: _l("Sent 3 days before a trial ends, unless it was canceled. Not sent for shorter trials."),
    EmailKind.SUBSCRIPTION_ENDS: _l("Sent when a subscription is canceled and will end with its period."),
    EmailKind.SUBSCRIPTION_ENDED: _l("Sent when a subscription has ended."),
    EmailKind.PLAN_ENDED: _l("Sent when a payment plan ends before all installments are paid."),
    EmailKind.CONTRACT_CANCELED: _l("Sent when a customer cancels on the page “Cancel contracts here”."),
    EmailKind.SUBSCRIPTION_LOST: _l("Sent when Stripe ends a subscription because a renewal wasn’t paid."),
    EmailKind.PLAN_FINISHED: _l("Sent when the last installment of a payment plan is paid."),
    EmailKind.SUBSCRIPTION_PAUSED: _l("Sent when payments are paused."),
    EmailKind.SUBSCRIPTION_RESUMED: _l("Sent when payments are resumed."),
    EmailKind.PRICE_CHANGES: _l("Sent when you change the price of active subscriptions."),
    EmailKind.CARD_EXPIRES: _l("Sent once per card and subscription, a month before the card expires."),
    EmailKind.CARD_REMOVED: _l(
        "Sent a few minutes after a subscription’s card is removed in Stripe, if no other card is added."
    ),
    EmailKind.RENEWAL_RECEIPT: _l("Sent for each paid renewal and installment."),
    EmailKind.RENEWAL_AUTHENTICATION: _l(
        "Sent immediately when the bank requires 3D Secure. The link opens the confirmation."
    ),
    EmailKind.RENEWAL_DECLINED: _l(
        "Sent immediately when the card is declined or there is none on file. The link lets the customer add "
        "another card."
    ),
    EmailKind.RENEWAL_REMINDER: _l("Sent on the days set in Settings until the renewal is paid."),
    EmailKind.PAID_OUTSIDE: _l("Sent instead of a receipt when an invoice is marked as paid outside of Stripe."),
    EmailKind.PAY_LINK: _l("Sent when a customer requests a new payment link for a renewal."),
    EmailKind.ACCOUNT_LINK: _l("Sent when a customer requests the link to their account."),
    EmailKind.EMAIL_CHANGE: _l("Sent to the new address when a customer changes their email."),
    EmailKind.EMAIL_CHANGED: _l("Sent to the old address after the change. Its link can undo the change for 3 days."),
    EmailKind.EMAIL_RESTORED: _l("Sent to the new address when the change is undone."),
    EmailKind.OWNER_SALE: _l("Sent to all admins for each paid order."),
    EmailKind.OWNER_TRIAL: _l("Sent to all admins when a free trial starts."),
    EmailKind.OWNER_RENEWAL_STOPPED: _l("Sent to all admins once for each renewal that needs customer action."),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: _l("Sent to all admins when a subscription has ended."),
    EmailKind.OWNER_REFUND_FAILED: _l("Sent to all admins when the bank rejects a refund."),
    EmailKind.OWNER_DISPUTE: _l("Sent to all admins when a bank disputes a payment and takes the money."),
    EmailKind.OWNER_DISPUTE_INQUIRY: _l("Sent to all admins when a bank asks about a payment."),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _l("Sent to all admins when a bank closes its inquiry."),
    EmailKind.OWNER_DISPUTE_WON: _l("Sent to all admins when a dispute is won."),
    EmailKind.OWNER_DISPUTE_LOST: _l("Sent to all admins when a dispute is lost."),
    EmailKind.OWNER_DISPUTE_PREVENTED: _l(
        "Sent to all admins when a dispute is settled before it becomes a chargeback."
    ),
    EmailKind.OWNER_WITHDRAWN: _l("Sent to all admins when a customer withdraws from the contract."),
    EmailKind.OWNER_CONTRACT_CANCELED: _l("Sent to all admins when a customer cancels under “Cancel contracts here”."),
    EmailKind.OWNER_MISMATCH: _l("Sent to all admins when a payment in Stripe doesn’t match its order."),
    EmailKind.OWNER_PAYMENT_UNKNOWN: _l(
        "Sent to all admins when Stripe reports a refund or dispute of a payment that the shop couldn’t "
        "record for a day."
    ),
    EmailKind.OWNER_CARD_TESTING: _l(
        "Sent to all admins, at most once a day, when so many cards were declined that payments are refused."
    ),
    EmailKind.OWNER_PLAN_RESTORED: _l(
        "Sent to all admins when the end of a payment plan was removed or moved in Stripe and the shop restored it."
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: _l(
        "Sent to all admins for each charge after the last installment of a payment plan."
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: _l(
        "Sent to all admins when a customer’s cancellation was undone in Stripe and the shop canceled again."
    ),
    EmailKind.OWNER_TERMS_CHANGED: _l("Sent to all admins when a price, quantity or interval was changed in Stripe."),
    EmailKind.OWNER_TERMS_UNCLEAR: _l("Sent to all admins when terms were set in Stripe that the shop can’t show."),
    EmailKind.OWNER_TRIAL_SHORTENED: _l("Sent to all admins when a free trial was shortened in Stripe."),
    EmailKind.OWNER_CONNECTION: _l("Sent to all admins when Stripe no longer accepts a secret key."),
    EmailKind.OWNER_PERMISSION_MISSING: _l("Sent to all admins when a secret key is missing a permission."),
    EmailKind.OWNER_CHARGES_REFUSED: _l("Sent to all admins when Stripe stops accepting payments for an account."),
    EmailKind.OWNER_ACCESS_LOST: _l("Sent to all admins when a key no longer has access to its account."),
    EmailKind.OWNER_WEBHOOK_LOST: _l("Sent to all admins when the webhook in Stripe is missing, disabled or changed."),
    EmailKind.OWNER_CLOCK_WRONG: _l("Sent to all admins when the server’s clock is off by more than 4 minutes."),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("Sent to all admins when one of them gets a new password."),
    EmailKind.OWNER_FRAUD_WARNING: _l("Sent to all admins when a card network warns of fraud."),
    EmailKind.OWNER_REVIEW: _l("Sent to all admins when Stripe marks a payment for review."),
    EmailKind.OWNER_INVOICE_STUCK: _l("Sent to all admins when Stripe can’t finalize a renewal invoice."),
}

# Why no email can be sent: codes of emails.settings_problem and of connecting to the mail server.
MAIL_PROBLEMS: Mapping[str, Any] = {
    "smtp_missing": _l("email isn’t set up. Set SMTP_URL and MAIL_FROM, then restart the shop."),
    "smtp_login_not_ascii": _l(
        "The username or password in SMTP_URL contains characters that mail servers don’t accept. Use Latin "
        "letters, digits and punctuation."
    ),
    "smtp_not_encrypted": _l(
        "The mail server doesn’t offer encryption (STARTTLS), so nothing was sent, including the password. "
        "Use smtps://… or port 587 in SMTP_URL. Only a mail server on this machine can be used without "
        "encryption."
    ),
    "mail_from_invalid": _l("MAIL_FROM isn’t a valid sender address."),
}

STATES: Mapping[str, Any] = {
    EmailState.WAITING: _l("Scheduled"),
    EmailState.SENT: _l("Sent"),
    EmailState.KEPT: _l("Not sent (no mail server)"),
    EmailState.DROPPED: _l("Canceled"),
    EmailState.FAILED: _l("Not sent"),
}

STATE_HELP: Mapping[str, Any] = {
    EmailState.WAITING: _l(
        "Scheduled. If sending fails, we retry for 24 hours; while the mail server is unavailable, the email waits."
    ),
    EmailState.SENT: _l("Accepted by the mail server."),
    EmailState.KEPT: _l("Not sent: email isn’t set up, or there was no recipient. You can read it below."),
    EmailState.DROPPED: _l("Not sent: no longer needed."),
    EmailState.FAILED: _l("All attempts to send it failed. Fix the cause, then send it again."),
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
