"""Events that Stripe could not deliver to the shop."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import stripe
from stripe.params import EventListParams

from storefront.models import Merchant
from storefront.stripe_gateway.accounts.stripe_clock import time_of_answer
from storefront.stripe_gateway.client import client_of, stripe_call
from storefront.stripe_gateway.events.event_summary import EventSummary, summarize_event

log = logging.getLogger(__name__)

# The `types` filter takes at most this many.
MAX_TYPES = 20
EVENTS_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class UndeliveredEvents:
    """`listed_at` is the time at Stripe when it was asked, None if its answer did not say."""

    events: list[EventSummary]
    listed_at: datetime | None


def list_undelivered_events(
    merchant: Merchant, types: Sequence[str], since: datetime, everything: bool
) -> UndeliveredEvents:
    """Events since `since` whose delivery was not answered with a 2xx, oldest first. Raises StripeError.

    With `everything` delivered ones too: those sent to another endpoint than ours count as delivered. A `since` that is
    in the future by Stripe's clock comes from a clock that was wrong: then all events, which Stripe keeps for 30 days.
    """
    pages, listed_at = _list(merchant, types, since, everything)
    if listed_at is not None and since > listed_at:
        pages, listed_at = _list(merchant, types, listed_at - EVENTS_KEPT_FOR, everything)
    found = [summary for event in pages if (summary := _summarize(event))]
    return UndeliveredEvents(sorted(found, key=lambda event: event.occurred_at), listed_at)


def _list(
    merchant: Merchant, types: Sequence[str], since: datetime, everything: bool
) -> tuple[list[stripe.Event], datetime | None]:
    filters: EventListParams = {"created": {"gte": int(since.timestamp())}, "limit": 100}
    if not everything:
        filters["delivery_success"] = False
    found: list[stripe.Event] = []
    listed_at = None
    with stripe_call():
        client = client_of(merchant)
        for start in range(0, len(types), MAX_TYPES):
            page = client.v1.events.list({**filters, "types": list(types[start : start + MAX_TYPES])})
            listed_at = listed_at or time_of_answer(page)
            found += page.auto_paging_iter()
    return found, listed_at


def _summarize(event: stripe.Event) -> EventSummary | None:
    """None for an event that can't be read: it must not hide the others. Reconciliation asks about its object."""
    try:
        return summarize_event(event.to_dict())
    except (KeyError, TypeError, ValueError, AttributeError):
        log.exception("event %s could not be read", getattr(event, "id", ""))
        return None
