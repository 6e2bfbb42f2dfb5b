"""Webhook events: hints that an object at Stripe has changed."""

from typing import Any, Self

from peewee import SQL, BigIntegerField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant
from storefront.models.stripe_answers import next_request_number

# Handled events whose delay is looked at.
RECENT = 50


class WebhookEvent(Record):
    """Holds only what is needed to retrieve the object from Stripe. The customer's data in the event is not stored."""

    merchant = ForeignKeyField(Merchant, backref="events", on_delete="CASCADE")
    merchant_id: int
    event_id = CharField()
    type = CharField()
    object_id = CharField(default="")
    intent_id = CharField(default="")  # the payment intent of a charge, refund or dispute
    payment = CharField(default="")  # our payment's public id, if the object's metadata has it
    subscription = CharField(default="")  # the Stripe id of the subscription of an invoice or schedule
    # The id of the object that has to be retrieved: events with the same subject are handled together.
    subject = CharField(default="")
    attempt = CharField(default="")  # the declined charge of a failed attempt
    occurred_at = UtcDateTimeField(null=True)  # at Stripe, to measure the delay of the delivery
    received_at = UtcDateTimeField(default=now)
    # Requests with higher numbers were sent after the event arrived: their answers include its change.
    request_number = BigIntegerField(default=next_request_number)
    handled_at = UtcDateTimeField(null=True, index=True)
    attempts = IntegerField(default=0)
    next_attempt_at = UtcDateTimeField(default=now)
    problem = CharField(default="")

    class Meta:
        indexes = ((("merchant", "event_id"), True),)

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Store an event, with its subject."""
        named = (str(values.get(name, "")) for name in ("type", "object_id", "intent_id", "subscription"))
        created: Self = super().create(**{"subject": subject_of(*named), **values})
        return created

    @classmethod
    def recent_delay(cls) -> float:
        """Mean seconds between what happened at Stripe and its handling here, of the latest handled events; else 0."""
        latest = cls.select(cls.occurred_at, cls.received_at, cls.handled_at).where(cls.handled_at.is_null(False))
        delays = [
            max(0.0, (event.handled_at - (event.occurred_at or event.received_at)).total_seconds())
            for event in latest.order_by(cls.handled_at.desc()).limit(RECENT)
            if event.handled_at is not None
        ]
        return sum(delays) / len(delays) if delays else 0.0

    @classmethod
    def oldest_waiting(cls) -> "WebhookEvent | None":
        """The event that has waited longest to be handled, or None."""
        found: WebhookEvent | None = cls.select().where(cls.handled_at.is_null()).order_by(cls.id).first()
        return found


def subject_of(kind: str, object_id: str, intent_id: str = "", subscription: str = "") -> str:
    """The subject of an event of this type.

    A setup intent that changes a subscription's card is retrieved itself.
    """
    if subscription and not kind.startswith("setup_intent."):
        return subscription
    return intent_id or object_id


# Those that wait: the oldest first (on SQLite the index of `handled_at` has that order, too), and by their subjects.
_WAITING = SQL("handled_at IS NULL")
WebhookEvent.add_index(WebhookEvent.index(WebhookEvent.id, where=_WAITING, name="webhook_event_waiting"))
WebhookEvent.add_index(
    WebhookEvent.index(
        WebhookEvent.merchant, WebhookEvent.subject, where=_WAITING, name="webhook_event_waiting_subject"
    )
)
