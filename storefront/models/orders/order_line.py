"""The lines of an order that consists of more than its units: add-ons, discounts, tax."""

from enum import StrEnum

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record
from storefront.models.orders.order import Order


class LineKind(StrEnum):
    """What a line is about. The values are stored in rows and never change."""

    ITEM = "item"  # the units of the offer
    ADDON = "addon"
    SHIPPING = "shipping"


class OrderLine(Record):
    """Amounts in minor units of the order's currency, as promised when the order was made.

    `unit_amount` times `quantity` is the price before the discount. `recurs`: charged with each later charge as well,
    with `later_discount` and `later_tax` then. `tax` is part of the price where it is included, else it is added.
    """

    order = ForeignKeyField(Order, backref="lines", on_delete="CASCADE")
    order_id: int
    position = IntegerField()
    kind = CharField(max_length=10, default=LineKind.ITEM)
    title = CharField(max_length=200)
    unit_amount = BigIntegerField()
    quantity = IntegerField()
    recurs = BooleanField(default=False)
    discount = BigIntegerField(default=0)
    later_discount = BigIntegerField(default=0)
    tax = BigIntegerField(default=0)
    later_tax = BigIntegerField(default=0)
    addon_id = IntegerField(null=True)  # of the offer's add-on, which may be gone since

    class Meta:
        indexes = ((("order", "position"), True),)

    @classmethod
    def of_order(cls, order: Order) -> "list[OrderLine]":
        """The lines in their order; none for an order that is not itemized."""
        if not order.itemized:
            return []
        return list(cls.select().where(cls.order == order).order_by(cls.position))
