"""Stripe's statuses of a subscription: docs.stripe.com/billing/subscriptions/overview."""

from enum import StrEnum


class SubscriptionStatus(StrEnum):
    """In the order in which a subscription reaches them. A row has "" until Stripe knows the subscription."""

    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"  # for a PauseReason; a paused collection is something else
    CANCELED = "canceled"


class PauseReason(StrEnum):
    """Why a subscription has the status `paused`: docs.stripe.com/api/subscriptions/object, `status_details`.

    Stripe may add others. A row has "" while it is not paused, and in rows of older versions.
    """

    FIRST_PAYMENT_FAILURE = "first_payment_failure"
    FINAL_PAYMENT_FAILURE = "final_payment_failure"
    PAUSE_REQUESTED = "pause_requested"
    SYSTEM = "system"
    TRIAL_END_WITHOUT_PAYMENT_METHOD = "trial_end_without_payment_method"


# Final: a customer who wants it again starts another subscription.
ENDED_STATUSES = frozenset({SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED})
# It has not ended, and the customer may have what was bought. A trial counts only once a card is saved.
RUNNING_STATUSES = frozenset(
    {
        SubscriptionStatus.TRIALING,
        SubscriptionStatus.ACTIVE,
        SubscriptionStatus.PAST_DUE,
        SubscriptionStatus.UNPAID,
        SubscriptionStatus.PAUSED,
    }
)
# Stripe charges the card again by itself. In `unpaid` and `paused` the customer has to act.
CHARGED_STATUSES = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
# The price of a later period can change: not while the first payment is open, and not after the end.
REPRICEABLE_STATUSES = CHARGED_STATUSES | {SubscriptionStatus.UNPAID}


class UnclearTerms(StrEnum):
    """Terms that can be set in Stripe's Dashboard and that our columns can't express. The values are stored in rows."""

    INTERVALS = "intervals"  # several items with different intervals
    METERED = "metered"  # usage is charged
    TIERED = "tiered"  # the price of a unit depends on the quantity
    DISCOUNT = "discount"
    TAX = "tax"  # Stripe adds tax
    SCHEDULED = "scheduled"  # a schedule changes the terms later
