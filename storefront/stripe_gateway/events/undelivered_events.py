"""Events that Stripe did not deliver to us."""

from collections.abc import Sequence
from datetime import datetime

from stripe.params import EventListParams

from storefront.models import Merchant
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

# `types` takes at most this many.
MOST_TYPES = 20


def list_undelivered_events(merchant: Merchant, types: Sequence[str], since: datetime) -> list[EventSummary]:
    """What Stripe made since then and did not get a 2xx for, oldest first. Raises StripeError.

    Of an account with no endpoint of ours all there is: nothing was to be delivered, so nothing failed.
    Stripe keeps events for 30 days.
    """
    found = []
    filters: EventListParams = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    if merchant.has_endpoint:
        filters["delivery_success"] = False
    with stripe_call():
        client = client_of(merchant)
        for start in range(0, len(types), MOST_TYPES):
            page = client.v1.events.list({**filters, "types": list(types[start : start + MOST_TYPES])})
            found += [summarize_event(event.to_dict()) for event in page.auto_paging_iter()]
    return sorted(found, key=lambda hint: hint.occurred_at)
