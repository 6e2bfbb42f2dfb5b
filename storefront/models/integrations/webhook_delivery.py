"""Deliveries: one for each event and endpoint, with what the endpoint has answered."""

from datetime import timedelta
from enum import StrEnum
from typing import Self

from peewee import SQL, CharField, ForeignKeyField, IntegerField, TextField

from storefront.models.base import Record, UtcDateTimeField, is_due, now
from storefront.models.integrations.outgoing_event import OutgoingEvent
from storefront.models.integrations.webhook_endpoint import WebhookEndpoint

# How long one worker reserves a delivery. Longer than it can take: an attempt has a time limit.
DELIVERY_CLAIM = timedelta(minutes=3)


class DeliveryState(StrEnum):
    """What became of a delivery. The values are stored in rows and never change."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"  # after all attempts, or because the endpoint was disabled
    DROPPED = "dropped"  # its customer was erased


class WebhookDelivery(Record):
    """`problem` is a code of `integrations.DeliveryProblem`, "" after a success. `status` is the HTTP status, 0: none.

    `answer` is the beginning of what the endpoint has answered last. `milliseconds` is how long the last attempt took.
    """

    endpoint = ForeignKeyField(WebhookEndpoint, on_delete="CASCADE")
    endpoint_id: int
    event = ForeignKeyField(OutgoingEvent, on_delete="CASCADE")
    event_id: int
    state = CharField(max_length=10, default=DeliveryState.WAITING)
    attempts = IntegerField(default=0)
    due_at = UtcDateTimeField(default=now)
    claimed_until = UtcDateTimeField(null=True)
    status = IntegerField(default=0)
    problem = CharField(max_length=30, default="")
    answer = TextField(default="")
    milliseconds = IntegerField(default=0)
    attempted_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "webhook_delivery"
        indexes = ((("endpoint", "event"), True), (("endpoint", "id"), False), (("endpoint", "state", "id"), False))

    @classmethod
    def due(cls, endpoint: WebhookEndpoint, limit: int) -> list[Self]:
        """Deliveries to this endpoint whose next attempt is due, oldest first."""
        free = cls.claimed_until.is_null() | is_due(cls.claimed_until, DELIVERY_CLAIM)
        waiting = cls.select().where(cls.endpoint == endpoint, SQL("state = 'waiting'"), cls.due_at <= now(), free)
        return list(waiting.order_by(cls.due_at, cls.id).limit(limit))

    @classmethod
    def claim(cls, delivery_id: int) -> bool:
        """Reserve a delivery for an attempt. Return False if another worker has it, or it is done with."""
        free = cls.claimed_until.is_null() | is_due(cls.claimed_until, DELIVERY_CLAIM)
        changed = (
            cls.update(claimed_until=now() + DELIVERY_CLAIM, attempts=cls.attempts + 1, attempted_at=now())
            .where(cls.id == delivery_id, cls.state == DeliveryState.WAITING, free)
            .execute()
        )
        return bool(changed)


WebhookDelivery.add_index(
    WebhookDelivery.index(
        WebhookDelivery.endpoint,
        WebhookDelivery.due_at,
        WebhookDelivery.id,
        where=SQL("state = 'waiting'"),
        name="webhook_delivery_due",
    )
)
