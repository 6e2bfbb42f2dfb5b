"""Cancellations of subscriptions that were stated on a public page, without signing in."""

from datetime import timedelta
from enum import StrEnum

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.orders.order import Order


class WantedEnd(StrEnum):
    """When the customer wants the contract to end. The values are stored in rows and never change."""

    ORDINARY = "ordinary"  # at the next possible date
    IMMEDIATE = "immediate"  # for a good cause, which the customer gives


class CancellationStatement(Record):
    """What somebody stated. `email` is in lower case. The worker looks later whether it belongs to an order.

    `order` is the order that it belongs to, once that is known. `handled_at` is set when nothing more is to be done.
    """

    WINDOW = timedelta(hours=1)
    PER_ADDRESS = 20
    KEPT = timedelta(days=90)

    order_number = IntegerField()
    email = CharField()
    wanted = CharField(max_length=10, default=WantedEnd.ORDINARY)
    reason = TextField(default="")
    language = CharField(max_length=2)
    address = CharField(max_length=64)
    at = UtcDateTimeField(default=now, index=True)
    order = ForeignKeyField(Order, null=True, on_delete="CASCADE")
    order_id: int | None
    handled_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("handled_at",), False), (("email", "order_number"), False), (("address", "at"), False))

    @classmethod
    def record(cls, **values: object) -> "CancellationStatement | None":
        """Store a statement. None if its address has made too many within an hour.

        The same statement again within an hour is the one that was made first.
        """
        statement: CancellationStatement = cls.create(**values)
        recent = cls.select().where(cls.id < statement.id, is_recent(cls.at, cls.WINDOW))
        same = recent.where(
            cls.email == statement.email, cls.order_number == statement.order_number, cls.wanted == statement.wanted
        )
        earlier: CancellationStatement | None = same.order_by(cls.id).first()
        too_many = recent.where(cls.address == statement.address).count() >= cls.PER_ADDRESS
        if earlier is not None or too_many:
            statement.delete_instance()
            return earlier
        return statement

    @classmethod
    def unanswered(cls) -> list["CancellationStatement"]:
        """The oldest statements that nobody has looked at, at most 100."""
        return list(cls.select().where(cls.handled_at.is_null(), cls.order.is_null()).order_by(cls.id).limit(100))

    @classmethod
    def to_carry_out(cls) -> list["CancellationStatement"]:
        """The oldest confirmed statements whose subscription is not canceled yet, at most 100."""
        waiting = cls.handled_at.is_null() & cls.order.is_null(False)
        return list(cls.select().where(waiting).order_by(cls.id).limit(100))

    def assign(self, order: Order) -> bool:
        """Whether this worker is the one that found the statement's order."""
        model = type(self)
        return bool(model.update(order=order).where(model.id == self.id, model.order.is_null()).execute())

    @classmethod
    def delete_old(cls, most: int) -> int:
        """Delete statements that belong to no order after `KEPT`, at most `most`. Return how many."""
        old = cls.select(cls.id).where(cls.order.is_null(), cls.at < now() - cls.KEPT).limit(most)
        return int(cls.delete().where(cls.id.in_(old)).execute())

    def mark_handled(self) -> None:
        """Nothing more is to be done about it."""
        type(self).update(handled_at=now()).where(type(self).id == self.id).execute()
