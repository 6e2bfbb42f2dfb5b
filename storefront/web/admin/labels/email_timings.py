"""When each kind of email is written."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.models import EmailKind

TIMINGS: Mapping[str, Any] = {
    EmailKind.RECEIPT: _l("Sent once for each paid order."),
    EmailKind.PAYMENT_REMINDER: _l(
        "Sent once, after the last failed or abandoned attempt, if the order is still unpaid."
    ),
    EmailKind.ORDER_EXPIRED: _l("Sent when an unpaid order expires."),
    EmailKind.DELIVERY: _l("Sent when you press Send again on an order’s page."),
    EmailKind.DELIVERY_CHANGED: _l("Sent to earlier customers when you add or replace something that they get too."),
    EmailKind.PAYMENT_LINK: _l("Sent when you press Send payment link."),
    EmailKind.BACK_IN_STOCK: _l("Sent to people on the waiting list when a sold-out offer can be bought again."),
    EmailKind.PAYMENT_REQUEST: _l("Sent when you create a payment request with an email address."),
    EmailKind.PAYMENT_REQUEST_REMINDER: _l(
        "Sent automatically while a payment request is open, and when you press “Send reminder”."
    ),
    EmailKind.ORDER_SENT: _l("Sent when you mark an order as sent."),
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
    EmailKind.PLAN_SWITCH_SCHEDULED: _l("Sent when a switch to a cheaper plan is scheduled for the next period."),
    EmailKind.PLAN_SWITCH_WAITS: _l("Sent when a plan switch waits for the customer’s confirmation of its payment."),
    EmailKind.PLAN_SWITCHED: _l("Sent when a plan switch takes effect."),
    EmailKind.PLAN_SWITCH_UNDONE: _l("Sent when a plan switch is undone or isn’t paid."),
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
    EmailKind.TEAM_INVITATION: _l("Sent when an owner invites a person, or sends the invitation again."),
    EmailKind.PASSWORD_LINK: _l("Sent when a person with an account presses “Forgot password?”."),
    EmailKind.OWNER_SALE: _l("Sent to owners and managers for each paid order."),
    EmailKind.OWNER_TRIAL: _l("Sent to owners and managers when a free trial starts."),
    EmailKind.OWNER_RENEWAL_STOPPED: _l(
        "Sent to owners and managers once for each renewal that needs customer action."
    ),
    EmailKind.OWNER_SUBSCRIPTION_ENDED: _l("Sent to owners and managers when a subscription has ended."),
    EmailKind.OWNER_REFUND_FAILED: _l("Sent to owners and managers when the bank rejects a refund."),
    EmailKind.OWNER_DISPUTE: _l("Sent to owners and managers when a bank disputes a payment and takes the money."),
    EmailKind.OWNER_DISPUTE_INQUIRY: _l("Sent to owners and managers when a bank asks about a payment."),
    EmailKind.OWNER_DISPUTE_INQUIRY_CLOSED: _l("Sent to owners and managers when a bank closes its inquiry."),
    EmailKind.OWNER_DISPUTE_WON: _l("Sent to owners and managers when a dispute is won."),
    EmailKind.OWNER_DISPUTE_LOST: _l("Sent to owners and managers when a dispute is lost."),
    EmailKind.OWNER_DISPUTE_PREVENTED: _l(
        "Sent to owners and managers when a dispute is settled before it becomes a chargeback."
    ),
    EmailKind.OWNER_WITHDRAWN: _l(
        "Sent to owners and managers when a customer withdraws from the contract, in the customer’s language."
    ),
    EmailKind.OWNER_CONTRACT_CANCELED: _l(
        "Sent to owners and managers when a customer cancels under “Cancel contracts here”."
    ),
    EmailKind.OWNER_MISMATCH: _l("Sent to owners and managers when a payment in Stripe doesn’t match its order."),
    EmailKind.OWNER_PAYMENT_UNKNOWN: _l(
        "Sent to owners and managers when Stripe reports a refund or dispute of a payment that the shop couldn’t "
        "record for a day."
    ),
    EmailKind.OWNER_CARD_TESTING: _l(
        "Sent to owners and managers, at most once a day, when so many cards were declined that payments are refused."
    ),
    EmailKind.OWNER_PLAN_RESTORED: _l(
        "Sent to owners and managers when the end of a payment plan was removed or moved in Stripe and the shop "
        "restored it."
    ),
    EmailKind.OWNER_PLAN_OVERCHARGED: _l(
        "Sent to owners and managers for each charge after the last installment of a payment plan."
    ),
    EmailKind.OWNER_CANCELLATION_RESTORED: _l(
        "Sent to owners and managers when a customer’s cancellation was undone in Stripe and the shop canceled again."
    ),
    EmailKind.OWNER_TERMS_CHANGED: _l(
        "Sent to owners and managers when a price, quantity or interval was changed in Stripe."
    ),
    EmailKind.OWNER_TERMS_UNCLEAR: _l(
        "Sent to owners and managers when terms were set in Stripe that the shop can’t show."
    ),
    EmailKind.OWNER_TRIAL_SHORTENED: _l("Sent to owners and managers when a free trial was shortened in Stripe."),
    EmailKind.OWNER_SWITCH_SCHEDULED: _l(
        "Sent to owners and managers when a plan switch is scheduled for the next period."
    ),
    EmailKind.OWNER_SWITCH_WAITS: _l("Sent to owners and managers when a plan switch waits for its payment."),
    EmailKind.OWNER_PLAN_SWITCHED: _l("Sent to owners and managers when a plan switch takes effect."),
    EmailKind.OWNER_SWITCH_UNDONE: _l("Sent to owners and managers when a plan switch is undone or isn’t paid."),
    EmailKind.OWNER_CONNECTION: _l("Sent to owners and managers when Stripe no longer accepts a secret key."),
    EmailKind.OWNER_PERMISSION_MISSING: _l("Sent to owners and managers when a secret key is missing a permission."),
    EmailKind.OWNER_CHARGES_REFUSED: _l(
        "Sent to owners and managers when Stripe stops accepting payments for an account."
    ),
    EmailKind.OWNER_ACCESS_LOST: _l("Sent to owners and managers when a key no longer has access to its account."),
    EmailKind.OWNER_BACKUP_FAILED: _l("Sent to owners and managers when the daily backup fails for the first time."),
    EmailKind.OWNER_WEBHOOK_LOST: _l(
        "Sent to owners and managers when the webhook in Stripe is missing, disabled or changed."
    ),
    EmailKind.OWNER_ENDPOINT_DISABLED: _l(
        "Sent to owners and managers when the shop disables a webhook endpoint because deliveries keep failing."
    ),
    EmailKind.OWNER_KEYS_RETURNED: _l(
        "Sent to owners and managers when the shop goes back to the previous keys of an account."
    ),
    EmailKind.OWNER_SECOND_ACCOUNT: _l(
        "Sent to owners and managers when new orders go to the second payment system of their offers."
    ),
    EmailKind.OWNER_TELEGRAM_OFF: _l("Sent to owners and managers when Telegram refuses the bot or the chat."),
    EmailKind.OWNER_CLOCK_WRONG: _l(
        "Sent to owners and managers when the server’s clock is off by more than 4 minutes."
    ),
    EmailKind.OWNER_PASSWORD_CHANGED: _l("Sent to owners and managers when a team member gets a new password."),
    EmailKind.OWNER_NEW_SIGN_IN: _l("Sent to an admin whose account a new browser signs in to."),
    EmailKind.OWNER_TWO_STEP_OFF: _l(
        "Sent to owners and managers when two-step verification is turned off for a team member."
    ),
    EmailKind.OWNER_FRAUD_WARNING: _l("Sent to owners and managers when a card network warns of fraud."),
    EmailKind.OWNER_REVIEW: _l("Sent to owners and managers when Stripe marks a payment for review."),
    EmailKind.OWNER_KEYS_LOW: _l("Sent to owners and managers when an offer has few license keys left."),
    EmailKind.OWNER_KEYS_OUT: _l("Sent to owners and managers when an offer has no license keys left."),
    EmailKind.OWNER_INVOICE_STUCK: _l("Sent to owners and managers when Stripe can’t finalize a renewal invoice."),
}


def email_timing(kind: str) -> str:
    """When an email of this kind is written."""
    return str(TIMINGS.get(kind, ""))
