"""Kinds of emails. `storefront.emails` has the text of each."""

from enum import StrEnum


class EmailKind(StrEnum):
    """The values are stored in rows and never change."""

    RECEIPT = "receipt"
    PAYMENT_REMINDER = "payment_waits"
    ORDER_EXPIRED = "order_expired"
    REFUND_MADE = "refund_made"
    REFUND_FAILED = "refund_failed"

    TRIAL_STARTED = "trial_started"
    TRIAL_ENDS = "trial_ends"
    SUBSCRIPTION_ENDS = "subscription_ends"
    SUBSCRIPTION_ENDED = "subscription_ended"
    PLAN_ENDED = "plan_ended"
    SUBSCRIPTION_LOST = "subscription_lost"
    PLAN_FINISHED = "plan_finished"
    SUBSCRIPTION_PAUSED = "subscription_paused"
    SUBSCRIPTION_RESUMED = "subscription_resumed"
    PRICE_CHANGES = "price_changes"
    CARD_EXPIRES = "card_expires"

    RENEWAL_RECEIPT = "renewal_receipt"
    RENEWAL_AUTHENTICATION = "renewal_authentication"
    RENEWAL_DECLINED = "renewal_declined"
    RENEWAL_REMINDER = "renewal_reminder"
    PAY_LINK = "pay_link"

    ACCOUNT_LINK = "buyer_link"
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"

    OWNER_SALE = "owner_sale"
    OWNER_TRIAL = "owner_trial"
    OWNER_RENEWAL_STOPPED = "owner_renewal_stopped"
    OWNER_SUBSCRIPTION_ENDED = "owner_subscription_ended"
    OWNER_REFUND_FAILED = "owner_refund_failed"
    OWNER_DISPUTE = "owner_dispute"
    OWNER_MISMATCH = "owner_mismatch"
    OWNER_PAYMENT_UNKNOWN = "owner_payment_unknown"
    OWNER_CARD_TESTING = "owner_card_testing"
    OWNER_CONNECTION = "owner_connection"
    OWNER_PERMISSION_MISSING = "owner_permission_missing"
    OWNER_CHARGES_REFUSED = "owner_charges_refused"
    OWNER_ACCESS_LOST = "owner_access_lost"
    OWNER_WEBHOOK_LOST = "owner_webhook_lost"
    OWNER_CLOCK_WRONG = "owner_clock_wrong"
    OWNER_FRAUD_WARNING = "owner_fraud_warning"
    OWNER_REVIEW = "owner_review"
    OWNER_INVOICE_STUCK = "owner_invoice_stuck"
