"""Subscription events: a subscription started, changed, paused or ended at Stripe."""

from storefront import payments, subscriptions
from storefront.models import Subscription, WebhookEvent
from storefront.webhooks.matching import find_subscription


def subscription_changed(event: WebhookEvent) -> None:
    """Refresh the subscription with its invoices, and its first payment while that is not finished."""
    subscription = find_subscription(event)
    if subscription is None:
        return
    if subscription.payment.ended_at is None:
        payments.refresh(subscription.payment)
    refresh_if_outdated(subscription, event)


def refresh_if_outdated(subscription: Subscription, event: WebhookEvent) -> None:
    """Refresh the subscription, unless that was done after the event arrived: one renewal sends several events."""
    if subscription.synced_at is None or subscription.request_number <= event.request_number:
        subscriptions.refresh(subscription)


HANDLERS = {
    "customer.subscription.created": subscription_changed,
    "customer.subscription.updated": subscription_changed,
    "customer.subscription.deleted": subscription_changed,
    "customer.subscription.paused": subscription_changed,
    "customer.subscription.resumed": subscription_changed,
}
