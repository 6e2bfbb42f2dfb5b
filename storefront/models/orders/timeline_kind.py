"""Kinds of timeline entries. The admin has a sentence for each: `web/admin/labels`."""

from enum import StrEnum


class TimelineKind(StrEnum):
    """What happened to an order or its subscription. The values are stored in rows and never change."""

    CREATED = "created"
    WAITING = "waiting"
    PROCESSING = "processing"
    PAID = "paid"
    PAID_LATE = "paid_late"
    PAID_RESTORED = "paid_restored"
    SOLD_OUT = "sold_out"
    PAID_AGAIN = "paid_again"
    ATTEMPT_FAILED = "attempt_failed"
    PAYMENT_ENDED = "payment_ended"
    MISMATCH = "mismatch"
    EXPIRED = "expired"
    TOO_MANY_DECLINES = "too_many_declines"

    REFUND_REQUESTED = "refund_asked"
    REFUND_PENDING = "refund_pending"
    REFUND_REQUIRES_ACTION = "refund_requires_action"
    REFUND_SUCCEEDED = "refund_succeeded"
    REFUND_FAILED = "refund_failed"
    REFUND_CANCELED = "refund_canceled"
    REFUND_REFUSED = "refund_refused"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE = "dispute"

    SUBSCRIPTION_STATUS = "subscription_status"
    SUBSCRIPTION_CANCELED = "subscription_cancelled"
    SUBSCRIPTION_REACTIVATED = "subscription_kept"
    SUBSCRIPTION_PAUSED = "subscription_paused"
    SUBSCRIPTION_RESUMED = "subscription_resumed"
    TRIAL_EXTENDED = "subscription_trial_extended"
    PRICE_ANNOUNCED = "subscription_price_announced"
    PRICE_CHANGED = "subscription_price_changed"
    PRICE_DROPPED = "subscription_price_dropped"
    CARD_CHANGED = "subscription_card_changed"
    INVOICE_PAID = "invoice_paid"
    INVOICE_NEEDS = "invoice_needs"
    INVOICE_CLOSED = "invoice_closed"

    EMAIL_CHANGED = "email_changed"
