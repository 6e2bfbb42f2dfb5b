"""Subscription events: a subscription started, changed, paused or ended at Stripe."""

from typing import Any

from storefront import payments, subscriptions
from storefront.isolation import Run
from storefront.models import Subscription, WebhookEvent
from storefront.webhooks.looks import Looks


def subscription_changed(event: WebhookEvent, looks: Looks) -> None:
    """Refresh the subscription with its invoices, and its first payment while that is not finished."""
    subscription = looks.subscription(event)
    if subscription is None:
        return
    if subscription.payment.ended_at is None:
        looks.once(payments.refresh, subscription.payment)
    refresh_if_outdated(subscription, event, looks)


def refresh_if_outdated(subscription: Subscription, event: WebhookEvent, looks: Looks) -> None:
    """Refresh the subscription, unless that was done after the event arrived: one renewal sends several events."""
    if subscription.synced_at is None or subscription.request_number <= event.request_number:
        looks.once(subscriptions.refresh, subscription)


def refresh_each(found: Any, event: WebhookEvent, looks: Looks) -> None:
    """Refresh the merchant's subscriptions that `found` selects: a condition of a query.

    One that fails does not stop the others. Then the first error is raised, and the event is retried; subscriptions
    that were refreshed are skipped then.
    """
    run = Run()
    run.each(
        lambda: Subscription.select().where(Subscription.merchant == event.merchant_id, found),
        lambda subscription: refresh_if_outdated(subscription, event, looks),
        name=lambda subscription: f"subscription {subscription.subscription_id}",
        merchant=lambda subscription: subscription.merchant_id,
    )
    run.raise_first_error()


HANDLERS = {
    "customer.subscription.created": subscription_changed,
    "customer.subscription.updated": subscription_changed,
    "customer.subscription.deleted": subscription_changed,
    "customer.subscription.paused": subscription_changed,
    "customer.subscription.resumed": subscription_changed,
}
