"""What a subscription charges: each time, and the next time."""

from typing import Any

from peewee import BigIntegerField, fn

from storefront.models.base import Record
from storefront.money import Money


class LaterCharges(Record):
    """The columns are those of the subscription. Amounts in minor units of its currency."""

    items_total = BigIntegerField(null=True)  # None: one item, which costs `unit_amount` times `quantity`
    discount = BigIntegerField(default=0)  # taken off each later charge by a promo code
    next_discount = BigIntegerField(default=0)  # taken off the next charge alone, beside that
    switched_charge = BigIntegerField(null=True)  # each charge from the next one on, by a switch that is scheduled

    unit_amount: int
    quantity: int
    currency: str

    @classmethod
    def charged(cls) -> Any:
        """An expression: the amount of `total`. An index has it."""
        return fn.COALESCE(cls.items_total, cls.unit_amount * cls.quantity)

    @property
    def total(self) -> Money:
        """The price of all units, or of all items, for each later charge, less the discount."""
        amount = self.unit_amount * self.quantity if self.items_total is None else self.items_total
        return Money(max(amount - self.discount, 0), self.currency)

    @property
    def next_charge(self) -> Money:
        """What is charged at `next_charge_at`."""
        later = self.total.amount if self.switched_charge is None else self.switched_charge
        return Money(max(later - self.next_discount, 0), self.currency)
