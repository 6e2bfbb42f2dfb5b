"""What an order was given when it was paid, and the downloads of its files."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField

from storefront.models.base import JsonField, Record, UtcDateTimeField, is_recent, now
from storefront.models.delivery.deliverable import Deliverable
from storefront.models.delivery.stored_file import StoredFile
from storefront.models.orders.order import Order


class Delivery(Record):
    """`items` are the ids of the deliverables that the customer has bought, as the offer had them at that moment."""

    order = ForeignKeyField(Order, unique=True, on_delete="CASCADE")
    order_id: int
    items = JsonField(default=list)
    given_at = UtcDateTimeField(default=now)

    @classmethod
    def of(cls, order: Order) -> "Delivery | None":
        """The delivery of an order, if it has one."""
        found: Delivery | None = cls.select().where(cls.order == order).first()
        return found


class Download(Record):
    """Somebody has begun to download a file of an order. `network` is a `subscriber_network`, "" where not known."""

    order = ForeignKeyField(Order, backref="downloads", on_delete="CASCADE")
    order_id: int
    deliverable = ForeignKeyField(Deliverable, on_delete="CASCADE")
    file = ForeignKeyField(StoredFile, on_delete="RESTRICT")
    network = CharField(max_length=64, default="")
    at = UtcDateTimeField(default=now)

    class Meta:
        indexes = ((("order", "id"), False),)

    @classmethod
    def of(cls, order: Order, most: int = 200) -> "list[Download]":
        """The newest downloads of an order with their files."""
        rows = cls.select(cls, StoredFile).join(StoredFile).where(cls.order == order)
        return list(rows.order_by(cls.id.desc()).limit(most))

    @classmethod
    def number_of(cls, order: Order, file: StoredFile, window: timedelta | None) -> int:
        """How many downloads of the file have begun within the last `window`, or ever."""
        rows = cls.select().where(cls.order == order, cls.file == file)
        return int((rows.where(is_recent(cls.at, window)) if window else rows).count())
