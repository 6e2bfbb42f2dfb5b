"""Changes to a running subscription: end, pause, trial, price, card.

Each function returns the changed subscription. For an ended one they raise StripeRefused; canceling it again raises
StripeNotFound. Nothing is prorated: changes apply from the next period on.
"""

from collections.abc import Sequence
from datetime import datetime

from stripe.params import SubscriptionResumeParams, SubscriptionUpdateParams

from storefront.models import Subscription
from storefront.stripe_gateway.billing.coupons import Coupon
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.client import charging_call, charging_client_of, client_of, numbered_call, stripe_call


def cancel_subscription(subscription: Subscription) -> SubscriptionSnapshot:
    """Cancel now. Open invoices stay open. Raises StripeNotFound if it has ended, other StripeErrors."""
    with numbered_call() as number:
        return snapshot_of(
            client_of(subscription.merchant).v1.subscriptions.cancel(_id(subscription), {"expand": EXPAND}), number
        )


def cancel_at_period_end(subscription: Subscription) -> SubscriptionSnapshot:
    """Cancel at the end of the period. Raises StripeRefused if it has a schedule, other StripeErrors."""
    return _update(subscription, {"cancel_at_period_end": True})


def undo_cancellation(subscription: Subscription) -> SubscriptionSnapshot:
    """Undo a planned end. Raises StripeRefused if it has a schedule, other StripeErrors.

    In the flexible billing mode the end can be in `cancel_at` alone: docs.stripe.com/billing/subscriptions/billing-mode
    """
    return _update(subscription, {"cancel_at_period_end": False, "cancel_at": ""})


def pause_collection(subscription: Subscription, resumes_at: datetime | None) -> SubscriptionSnapshot:
    """Pause collection until `resumes_at` (None: until `resume_collection`). Invoices of that time are void.

    Raises StripeError.
    """
    if resumes_at is None:
        return _update(subscription, {"pause_collection": {"behavior": "void"}})
    return _update(subscription, {"pause_collection": {"behavior": "void", "resumes_at": int(resumes_at.timestamp())}})


def resume_collection(subscription: Subscription) -> SubscriptionSnapshot:
    """Collect again, from the next invoice on. Raises StripeError."""
    return _update(subscription, {"pause_collection": ""})


def resume_subscription(subscription: Subscription, after: str) -> SubscriptionSnapshot:
    """Resume a subscription with the status `paused`: charge the first payment of a period that starts now.

    It resumes only when that is paid; the answer may still be `paused`. Without `payment_behavior` Stripe charges
    nothing in this request: see docs.stripe.com/api/subscriptions/resume. Repeating it with the same `after`, the id of
    the newest invoice before, creates no second invoice.

    Raises StripeRefused if it does not have that status, other StripeErrors.
    """
    change: SubscriptionResumeParams = {"payment_behavior": "resume_on_payment_success", "expand": EXPAND}
    subscriptions = charging_client_of(subscription.merchant).v1.subscriptions
    with numbered_call() as number:
        resumed = charging_call(
            lambda options: subscriptions.resume(_id(subscription), change, options),
            f"resume-{subscription.public_id}-{after}",
        )
    return snapshot_of(resumed, number)


def extend_trial(subscription: Subscription, until: datetime) -> SubscriptionSnapshot:
    """Set the end of the trial. Raises StripeRefused (param `trial_end`) beyond 730 days, other StripeErrors."""
    return _update(subscription, {"trial_end": int(until.timestamp()), "proration_behavior": "none"})


def discount_later_charges(subscription: Subscription, subscription_id: str, coupons: Sequence[Coupon]) -> None:
    """Give a subscription that is in its trial these coupons, in place of those that it has. Raises StripeError.

    A coupon for one invoice that it is created with is used up by its first invoice, also by one of nothing; one that
    it is given later, by its next: github.com/stripe/stripe-go/issues/944
    """
    change: SubscriptionUpdateParams = {"discounts": [{"coupon": coupon.id} for coupon in coupons]}
    with stripe_call():
        client_of(subscription.merchant).v1.subscriptions.update(
            subscription_id, change, {"idempotency_key": f"discounts-{subscription.public_id}"}
        )


def change_price(subscription: Subscription, price_id: str) -> SubscriptionSnapshot:
    """Charge this price from the next period on. Raises StripeError.

    The item's id is needed: without it Stripe adds a second item.
    """
    return _update(
        subscription,
        {
            "items": [{"id": subscription.item_id, "price": price_id, "quantity": subscription.quantity}],
            "proration_behavior": "none",
        },
    )


def set_default_card(subscription: Subscription, card_id: str) -> SubscriptionSnapshot:
    """Charge this card from now on. Raises StripeRefused if it is another customer's, other StripeErrors."""
    return _update(subscription, {"default_payment_method": card_id})


def _update(subscription: Subscription, change: SubscriptionUpdateParams) -> SubscriptionSnapshot:
    with numbered_call() as number:
        return snapshot_of(
            client_of(subscription.merchant).v1.subscriptions.update(_id(subscription), {**change, "expand": EXPAND}),
            number,
        )


def _id(subscription: Subscription) -> str:
    return str(subscription.subscription_id or "")
