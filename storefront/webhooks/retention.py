"""Deletes old webhook events. They are only hints: what they reported stands in payments, refunds and subscriptions."""

from datetime import timedelta

from storefront.models import WebhookEvent, now


def delete_old_events(days: int, most: int) -> int:
    """Delete events that were handled `days` ago, at most `most`. Return how many."""
    old = WebhookEvent.select(WebhookEvent.id).where(WebhookEvent.handled_at < now() - timedelta(days=days))
    return int(WebhookEvent.delete().where(WebhookEvent.id.in_(old.limit(most))).execute())
