"""A running subscription is changed: its end, its pauses, its trial, its price, its card.

Each gives the subscription as it is afterwards. An ended one can't be changed: StripeRefused, and cancelling it again
is StripeNotFound. Nothing is prorated: what changes is charged from the next period on.
"""

from datetime import datetime

from stripe.params import SubscriptionUpdateParams

from storefront.models import Subscription
from storefront.stripe_gateway.billing.subscription_snapshot import EXPAND, SubscriptionSnapshot, snapshot_of
from storefront.stripe_gateway.client import client_of, stripe_call


def cancel_subscription(subscription: Subscription) -> SubscriptionSnapshot:
    """End it now; its open invoices stay open. Raises StripeNotFound when it has ended, other StripeError."""
    with stripe_call():
        return snapshot_of(
            client_of(subscription.merchant).v1.subscriptions.cancel(_id(subscription), {"expand": EXPAND})
        )


def cancel_at_period_end(subscription: Subscription) -> SubscriptionSnapshot:
    """Let it end with its period. Raises StripeRefused while a schedule runs it, other StripeError."""
    return _update(subscription, {"cancel_at_period_end": True})


def undo_cancellation(subscription: Subscription) -> SubscriptionSnapshot:
    """Let it go on after all. Raises StripeRefused while a schedule runs it, other StripeError."""
    return _update(subscription, {"cancel_at_period_end": False})


def pause_collection(subscription: Subscription, resumes_at: datetime | None) -> SubscriptionSnapshot:
    """Ask for nothing until `resumes_at` (None: until it is resumed): invoices of that time are void.

    Raises StripeError.
    """
    if resumes_at is None:
        return _update(subscription, {"pause_collection": {"behavior": "void"}})
    return _update(subscription, {"pause_collection": {"behavior": "void", "resumes_at": int(resumes_at.timestamp())}})


def resume_collection(subscription: Subscription) -> SubscriptionSnapshot:
    """Ask for money again, from the next invoice on. Raises StripeError."""
    return _update(subscription, {"pause_collection": ""})


def resume_subscription(subscription: Subscription) -> SubscriptionSnapshot:
    """Let one go on whose trial ended without a card (status `paused`); its period begins now, and is charged.

    Raises StripeRefused when it isn't paused so, other StripeError.
    """
    with stripe_call():
        return snapshot_of(
            client_of(subscription.merchant).v1.subscriptions.resume(_id(subscription), {"expand": EXPAND})
        )


def extend_trial(subscription: Subscription, until: datetime) -> SubscriptionSnapshot:
    """Charge nothing until then. Raises StripeRefused (param `trial_end`) beyond 730 days, other StripeError."""
    return _update(subscription, {"trial_end": int(until.timestamp()), "proration_behavior": "none"})


def change_price(subscription: Subscription, price_id: str) -> SubscriptionSnapshot:
    """Charge this price from the next period on. Raises StripeError.

    By its item's id: without one Stripe adds a second item beside the first.
    """
    return _update(
        subscription,
        {
            "items": [{"id": subscription.item_id, "price": price_id, "quantity": subscription.quantity}],
            "proration_behavior": "none",
        },
    )


def set_default_card(subscription: Subscription, card_id: str) -> SubscriptionSnapshot:
    """Charge this card of its customer's from now on. Raises StripeRefused for another's, other StripeError."""
    return _update(subscription, {"default_payment_method": card_id})


def _update(subscription: Subscription, change: SubscriptionUpdateParams) -> SubscriptionSnapshot:
    with stripe_call():
        return snapshot_of(
            client_of(subscription.merchant).v1.subscriptions.update(_id(subscription), {**change, "expand": EXPAND})
        )


def _id(subscription: Subscription) -> str:
    return str(subscription.subscription_id or "")
