"""Events for other programs: written in the transaction of the fact that they tell."""

from enum import StrEnum
from typing import Any, Self

from peewee import SQL, CharField, ForeignKeyField, TextField

from storefront.models.base import JsonField, Record, UtcDateTimeField, now, public_id
from storefront.models.orders.order import Order
from storefront.models.subscriptions.subscription import Subscription


class EventType(StrEnum):
    """What has happened. Other programs depend on these values: they never change."""

    ORDER_PAID = "order.paid"
    ORDER_REFUNDED = "order.refunded"
    ORDER_DISPUTED = "order.disputed"
    ORDER_WITHDRAWN = "order.withdrawn"
    SUBSCRIPTION_STARTED = "subscription.started"
    SUBSCRIPTION_RENEWED = "subscription.renewed"
    SUBSCRIPTION_NEEDS_ACTION = "subscription.needs_action"
    SUBSCRIPTION_RECOVERED = "subscription.recovered"
    SUBSCRIPTION_ENDED = "subscription.ended"
    PAYMENT_REQUEST_PAID = "payment_request.paid"


def new_event_id() -> str:
    """The id that receivers know an event by, through all attempts to deliver it."""
    return f"evt_{public_id(128)}"


class OutgoingEvent(Record):
    """One event for each type and `about`, the key of its subject. `detail` has ids of rows: refund, dispute, invoice.

    `body` is what is sent, JSON; "" until `prepared_at`, without receivers, or after its customer was erased.
    """

    event_id = CharField(unique=True, default=new_event_id)
    type = CharField(max_length=40)
    about = CharField(max_length=80)
    order = ForeignKeyField(Order, null=True, on_delete="CASCADE")
    order_id: int | None
    subscription = ForeignKeyField(Subscription, null=True, on_delete="CASCADE")
    subscription_id: int | None
    detail = JsonField(default=dict)
    body = TextField(default="")
    created_at = UtcDateTimeField(default=now, index=True)
    prepared_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "outgoing_event"
        indexes = ((("type", "about"), True),)

    @classmethod
    def unprepared(cls, limit: int = 100) -> list[Self]:
        """Events whose receivers are not determined yet, oldest first."""
        return list(cls.select().where(SQL("prepared_at IS NULL")).order_by(cls.id).limit(limit))

    @classmethod
    def of_orders(cls, orders: list[int]) -> Any:
        """The condition that an event is about one of these orders, by their ids."""
        return cls.order.in_(orders)


OutgoingEvent.add_index(
    OutgoingEvent.index(OutgoingEvent.id, where=SQL("prepared_at IS NULL"), name="outgoing_event_unprepared")
)
