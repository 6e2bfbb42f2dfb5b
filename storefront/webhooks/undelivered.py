"""Fetches the events that Stripe could not deliver, or sent elsewhere while the endpoint was not ours."""

from datetime import timedelta

from storefront import stripe_gateway
from storefront.models import Merchant
from storefront.webhooks.handlers import HANDLED_EVENTS
from storefront.webhooks.inbox import store

# Lists overlap, because Stripe may add an event a little later than its creation time.
OVERLAP = timedelta(minutes=10)


def take_undelivered(merchant: Merchant) -> None:
    """Store the merchant's undelivered events since the last list. Raises StripeError.

    While the endpoint at Stripe is not ours, and once after that, all events are asked for. The times of both marks are
    Stripe's: a wrong clock of this server neither hides events nor repeats them.
    """
    merchant = Merchant.get_by_id(merchant.id)
    missing_since, is_ours = merchant.events_missing_since, not merchant.endpoint_problem
    marks = [merchant.events_taken_until or merchant.created_at, *([missing_since] if missing_since else [])]
    everything = missing_since is not None or not merchant.has_endpoint
    listed = stripe_gateway.list_undelivered_events(merchant, HANDLED_EVENTS, min(marks) - OVERLAP, everything)
    for event in listed.events:
        store(merchant, event)
    Merchant.update(events_taken_until=listed.listed_at or merchant.events_taken_until).where(
        Merchant.id == merchant.id
    ).execute()
    if missing_since is not None:
        # Until the endpoint was ours again, events may have been missed after this list too.
        Merchant.update(events_missing_since=None if is_ours else listed.listed_at or missing_since).where(
            Merchant.id == merchant.id, Merchant.events_missing_since == missing_since
        ).execute()
