"""How deliveries of a merchant's events have gone: what came last, what waits, what was refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storefront.models import Merchant, WebhookEvent, WebhookRefusal, now

# Deliveries usually take seconds.
SLOW_DELIVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """`last` is the event that came last, `problem` the waiting one that failed last; `waiting` the oldest ten."""

    last: WebhookEvent | None
    problem: WebhookEvent | None
    waiting: list[WebhookEvent]
    waiting_count: int
    refusals: list[WebhookRefusal]


def health_of(merchant: Merchant) -> Health:
    """How it is with this merchant."""
    events = WebhookEvent.select().where(WebhookEvent.merchant == merchant)
    waiting = events.where(WebhookEvent.handled_at.is_null())
    return Health(
        last=events.order_by(WebhookEvent.id.desc()).first(),
        problem=waiting.where(WebhookEvent.problem != "").order_by(WebhookEvent.id.desc()).first(),
        waiting=list(waiting.order_by(WebhookEvent.id).limit(10)),
        waiting_count=waiting.count(),
        refusals=list(
            WebhookRefusal.select().where(WebhookRefusal.merchant == merchant).order_by(WebhookRefusal.last_at.desc())
        ),
    )


def delivery_delay(event: WebhookEvent) -> timedelta | None:
    """How long an event was on its way; None when Stripe didn't say when it happened."""
    if event.occurred_at is None:
        return None
    # Stripe's clock has seconds only, and ours may be behind.
    spent: timedelta = event.received_at - event.occurred_at
    return max(timedelta(), spent)


def refused_for_unknown_merchants() -> tuple[int, datetime | None]:
    """How many deliveries came for an address that nobody has, and when the last one did."""
    # Two that come first at the same moment may have made two rows.
    rows = list(WebhookRefusal.select().where(WebhookRefusal.merchant.is_null()))
    return sum(row.count for row in rows), max((row.last_at for row in rows), default=None)


def test_event_received(merchant: Merchant, intent_id: str) -> WebhookEvent | None:
    """The event that tells of a test's intent, once it has arrived."""
    event: WebhookEvent | None = (
        WebhookEvent.select()
        .where(WebhookEvent.merchant == merchant, WebhookEvent.object_id == intent_id)
        .order_by(WebhookEvent.id)
        .first()
    )
    return event


def last_refusal_since(merchant: Merchant, since: timedelta) -> WebhookRefusal | None:
    """What was refused lately: a test that doesn't arrive may have been turned away at the door."""
    refusal: WebhookRefusal | None = (
        WebhookRefusal.select()
        .where(WebhookRefusal.merchant == merchant, WebhookRefusal.last_at >= now() - since)
        .order_by(WebhookRefusal.last_at.desc())
        .first()
    )
    return refusal
