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
    "team": _l("Team"),
    "owners": _l("Admin"),
}

KINDS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Receipt"),
    EmailKind.PAYMENT_REMINDER: _l("Unpaid order"),
    EmailKind.ORDER_EXPIRED: _l("Order expired"),
    EmailKind.DELIVERY: _l("Purchase, sent again"),
    EmailKind.DELIVERY_CHANGED: _l("Purchase updated"),
    EmailKind.PAYMENT_LINK: _l("Payment link"),
    EmailKind.BACK_IN_STOCK: _l("Available again"),
    EmailKind.PAYMENT_REQUEST: _l("Payment request"),
    EmailKind.PAYMENT_REQUEST_REMINDER: _l("Payment request reminder"),
    EmailKind.ORDER_SENT: _l("Order sent"),
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
    EmailKind.PLAN_SWITCH_SCHEDULED: _l("Plan switch scheduled"),
    EmailKind.PLAN_SWITCH_WAITS: _l("Plan switch needs payment"),
    EmailKind.PLAN_SWITCHED: _l("Plan switched"),
    EmailKind.PLAN_SWITCH_UNDONE: _l("Plan switch undone"),
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
    EmailKind.TEAM_INVITATION: _l("Invitation to the team"),
    EmailKind.PASSWORD_LINK: _l("Link for a new password"),
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
    EmailKind.OWNER_SWITCH_SCHEDULED: _l("Admin: plan switch scheduled"),
    EmailKind.OWNER_SWITCH_WAITS: _l("Admin: plan switch needs payment"),
    EmailKind.OWNER_PLAN_SWITCHED: _l("Admin: plan switched"),
    EmailKind.OWNER_SWITCH_UNDONE: _l("Admin: plan switch undone"),
    EmailKind.OWNER_CONNECTION: _l("Admin: Stripe connection lost"),
    EmailKind.OWNER_PERMISSION_MISSING: _l("Admin: permission missing"),
    EmailKind.OWNER_CHARGES_REFUSED: _l("Admin: payments not possible"),
    EmailKind.OWNER_ACCESS_LOST: _l("Admin: no access to the account"),
    EmailKind.OWNER_WEBHOOK_LOST: _l("Admin: events not arriving"),
    EmailKind.OWNER_BACKUP_FAILED: _l("Admin: backup failed"),
    EmailKind.OWNER_ENDPOINT_DISABLED: _l("Admin: webhook endpoint disabled"),
    EmailKind.OWNER_KEYS_RETURNED: _l("Admin: new Stripe keys refused"),
    EmailKind.OWNER_SECOND_ACCOUNT: _l("Admin: orders go to a second account"),
    EmailKind.OWNER_TELEGRAM_OFF: _l("Admin: Telegram turned off"),
    EmailKind.OWNER_CLOCK_WRONG: _l("Admin: wrong server clock"),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("Admin: password changed"),
    EmailKind.OWNER_NEW_SIGN_IN: _l("Admin: new sign-in"),
    EmailKind.OWNER_TWO_STEP_OFF: _l("Admin: two-step verification off"),
    EmailKind.OWNER_FRAUD_WARNING: _l("Admin: possible fraud"),
    EmailKind.OWNER_REVIEW: _l("Admin: payment to review"),
    EmailKind.OWNER_KEYS_LOW: _l("Admin: license keys running low"),
    EmailKind.OWNER_KEYS_OUT: _l("Admin: no license keys left"),
    EmailKind.OWNER_INVOICE_STUCK: _l("Admin: renewal not charged"),
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


def email_state(state: str) -> str:
    """Name of an email's state."""
    return str(STATES.get(state, state))


def email_state_help(state: str) -> str:
    """What an email's state means, as a sentence."""
    return str(STATE_HELP.get(state, ""))
