"""The lines of an order that consists of more than its units: add-ons, shipping, discounts, taxes."""

from collections.abc import Iterable
from enum import StrEnum

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record
from storefront.models.orders.order import Order
from storefront.money import Money

# What an order was promised with each of its lines.
LINE_FIELDS = (
    *("kind", "title", "unit_amount", "quantity", "recurs", "discount", "later_discount", "addon_id"),
    *("tax_rate", "tax", "later_tax"),
)


class LineKind(StrEnum):
    """What a line is about. The values are stored in rows and never change."""

    ITEM = "item"  # the units of the offer
    ADDON = "addon"
    SHIPPING = "shipping"


class OrderLine(Record):
    """Amounts in minor units of the order's currency, as promised when the order was made.

    `unit_amount` times `quantity` is the price before the discount. `recurs`: charged with each later charge as well,
    with `later_discount` then. `tax_rate` is in thousandths of a percent; `tax` is its part of the first charge, and
    `later_tax` of each later one: in the price or on top of it, as the order's `tax_mode` says.
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
    tax_rate = IntegerField(default=0)
    tax = BigIntegerField(default=0)
    later_tax = BigIntegerField(default=0)
    addon_id = IntegerField(null=True)  # of the offer's add-on, which may be gone since

    class Meta:
        indexes = ((("order", "position"), True),)

    @property
    def total(self) -> Money:
        """The price before the discount."""
        return Money(self.unit_amount * self.quantity, self.order.currency)

    @property
    def first_charge(self) -> Money:
        """What was charged for it with the first payment. With a free trial nothing is for what recurs."""
        if self.recurs and self.order.has_trial:
            return Money(0, self.order.currency)
        added = self.tax if self.order.is_tax_added else 0
        return Money(self.total.amount - self.discount + added, self.order.currency)

    @classmethod
    def addons_of(cls, order: Order) -> "list[OrderLine]":
        """The add-ons of the order."""
        return [line for line in cls.of_order(order) if line.kind == LineKind.ADDON]

    @classmethod
    def extras_of(cls, order: Order) -> "list[OrderLine]":
        """What the order has beside its units: add-ons and shipping."""
        return [line for line in cls.of_order(order) if line.kind != LineKind.ITEM]

    @classmethod
    def by_order(cls, orders: Iterable[Order]) -> "dict[int, list[OrderLine]]":
        """{order id: lines} of several orders, in one query at most."""
        found: dict[int, list[OrderLine]] = {order.id: [] for order in orders if order.itemized}
        if found:
            for line in cls.select().where(cls.order.in_(list(found))).order_by(cls.order, cls.position):
                found[line.order_id].append(line)
        return found

    @classmethod
    def of_order(cls, order: Order) -> "list[OrderLine]":
        """The lines in their order; none for an order that is not itemized. No query where they came with it: see
        ShownOrder.
        """
        if not order.itemized:
            return []
        known: list[OrderLine] | None = vars(order).get("lines")
        found = known if known is not None else list(cls.select().where(cls.order == order).order_by(cls.position))
        for line in found:
            line.order = order
        return found
