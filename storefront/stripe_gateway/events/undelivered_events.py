"""Events that Stripe could not deliver to the shop."""

import logging
from collections.abc import Sequence
from datetime import datetime

import stripe
from stripe.params import EventListParams

from storefront.models import Merchant
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

log = logging.getLogger(__name__)

# The `types` filter takes at most this many.
MAX_TYPES = 20


def list_undelivered_events(merchant: Merchant, types: Sequence[str], since: datetime) -> list[EventSummary]:
    """Events since `since` whose delivery was not answered with a 2xx, oldest first. Raises StripeError.

    If the shop has no endpoint at the account, all events: none was to be delivered. Stripe keeps events for 30 days.
    """
    found = []
    filters: EventListParams = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    if merchant.has_endpoint:
        filters["delivery_success"] = False
    with stripe_call():
        client = client_of(merchant)
        for start in range(0, len(types), MAX_TYPES):
            page = client.v1.events.list({**filters, "types": list(types[start : start + MAX_TYPES])})
            found += [summary for event in page.auto_paging_iter() if (summary := _summarize(event))]
    return sorted(found, key=lambda event: event.occurred_at)


def _summarize(event: stripe.Event) -> EventSummary | None:
    """None for an event that can't be read: it must not hide the others. Reconciliation asks about its object."""
    try:
        return summarize_event(event.to_dict())
    except (KeyError, TypeError, ValueError, AttributeError):
        log.exception("event %s could not be read", getattr(event, "id", ""))
        return None
