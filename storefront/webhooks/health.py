"""How the delivery of a merchant's events works: the latest event, the waiting ones, refusals."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from storefront.models import IgnoredDelivery, Merchant, WebhookEvent, WebhookRefusal, now

# Deliveries usually take seconds.
SLOW_DELIVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Health:
    """State of one merchant's deliveries.

    `last` is the latest event, `problem` the latest waiting event that failed, `waiting` the ten oldest waiting ones.
    `refusals` and `ignored` are listed latest first; `ignored` are signed deliveries that are not for the shop.
    """

    last: WebhookEvent | None
    problem: WebhookEvent | None
    waiting: list[WebhookEvent]
    waiting_count: int
    refusals: list[WebhookRefusal]
    ignored: list[IgnoredDelivery]


def health_of(merchant: Merchant) -> Health:
    """The state of this merchant's deliveries."""
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
        ignored=list(
            IgnoredDelivery.select()
            .where(IgnoredDelivery.merchant == merchant)
            .order_by(IgnoredDelivery.last_at.desc())
        ),
    )


def delivery_delay(event: WebhookEvent) -> timedelta | None:
    """Time between the event at Stripe and its arrival here. None if the time at Stripe is not known."""
    if event.occurred_at is None:
        return None
    # Stripe's times have whole seconds, and our clock may be slow: never less than zero.
    delay: timedelta = event.received_at - event.occurred_at
    return max(timedelta(), delay)


def refused_for_unknown_merchants() -> tuple[int, datetime | None]:
    """How many deliveries came to the address of no merchant, and when the last one did."""
    # Two first refusals at the same time may have made two rows.
    rows = list(WebhookRefusal.select().where(WebhookRefusal.merchant.is_null()))
    return sum(row.count for row in rows), max((row.last_at for row in rows), default=None)


def find_test_event(merchant: Merchant, intent_id: str) -> WebhookEvent | None:
    """The first event about the intent of a webhook test. None if it has not arrived."""
    event: WebhookEvent | None = (
        WebhookEvent.select()
        .where(WebhookEvent.merchant == merchant, WebhookEvent.object_id == intent_id)
        .order_by(WebhookEvent.id)
        .first()
    )
    return event


def latest_refusal(merchant: Merchant, within: timedelta) -> WebhookRefusal | None:
    """The latest refused delivery of this period. It may explain why a test event does not arrive."""
    refusal: WebhookRefusal | None = (
        WebhookRefusal.select()
        .where(WebhookRefusal.merchant == merchant, WebhookRefusal.last_at >= now() - within)
        .order_by(WebhookRefusal.last_at.desc())
        .first()
    )
    return refusal
