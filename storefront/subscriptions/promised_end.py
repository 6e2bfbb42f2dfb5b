"""The end of a subscription that the customer has canceled here. They were told that nothing more is charged.

It can be undone in Stripe's Dashboard; then the shop sets it again. Only the shop's own pages withdraw the promise.
"""

from datetime import datetime, timedelta

from storefront import emails, stripe_gateway
from storefront.db import db
from storefront.errors import StripeRefused
from storefront.models import EmailKind, Subscription, SubscriptionStatus, TimelineKind
from storefront.stripe_gateway import SubscriptionSnapshot

# In the other statuses no further period is charged, or the present one is not paid.
KEPT_STATUSES = frozenset({SubscriptionStatus.TRIALING, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE})
TOLERANCE = timedelta(days=1)


def cancel_at_period_end(subscription: Subscription) -> SubscriptionSnapshot:
    """Cancel at the end of the period. Return the subscription after that. Raises StripeError.

    Stripe refuses it while a schedule manages the subscription. The shop makes none for a subscription that is no plan:
    one that was added in the Dashboard is released, because the customer can always cancel.
    """
    try:
        return stripe_gateway.cancel_at_period_end(subscription)
    except StripeRefused:
        snapshot = stripe_gateway.retrieve_subscription(subscription.merchant, subscription.subscription_id or "")
        if not snapshot.schedule_id or subscription.is_plan:
            raise
        stripe_gateway.release_schedule(subscription.merchant, snapshot.schedule_id)
        return stripe_gateway.cancel_at_period_end(subscription)


def promise_end(subscription: Subscription, snapshot: SubscriptionSnapshot) -> None:
    """Remember that the customer has planned this end. `snapshot` is the subscription after that."""
    _store(subscription, snapshot.ends_at or snapshot.period_end)


def withdraw_promise(subscription: Subscription) -> None:
    """Forget the planned end: customer or owner undo it here. Call it before Stripe is asked to undo it."""
    _store(subscription, None)


def keep_promised_end(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    """Plan the promised end again if it was undone at Stripe, and tell the owner. Return True if that was necessary.

    Call it for a running subscription that was just fetched. Raises StripeError.
    """
    if _is_kept(subscription, snapshot):
        return False
    # The end may have been undone here since this snapshot was fetched, or planned again.
    snapshot = stripe_gateway.retrieve_subscription(subscription.merchant, snapshot.id)
    subscription.reload()
    if _is_kept(subscription, snapshot):
        return True
    promised = subscription.promised_end
    planned = cancel_at_period_end(subscription)
    with db.atomic():
        promise_end(subscription, planned)
        subscription.order.note(TimelineKind.CANCELLATION_RESTORED)
        emails.write(
            EmailKind.OWNER_CANCELLATION_RESTORED,
            subscription.order,
            f"promise-{subscription.id}-{promised:%Y%m%d}-{planned.period_end:%Y%m%d}",
            subscription=subscription,
            due=planned.period_end,
        )
    return True


def _is_kept(subscription: Subscription, snapshot: SubscriptionSnapshot) -> bool:
    promised = subscription.promised_end
    if promised is None or snapshot.status not in KEPT_STATUSES:
        return True
    if snapshot.ends_at is None:
        return False
    # A longer trial charges nothing more either.
    return snapshot.status == SubscriptionStatus.TRIALING or snapshot.ends_at <= promised + TOLERANCE


def _store(subscription: Subscription, end: datetime | None) -> None:
    Subscription.update(promised_end=end).where(Subscription.id == subscription.id).execute()
    subscription.promised_end = end
