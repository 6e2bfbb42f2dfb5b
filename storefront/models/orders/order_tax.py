"""The tax of an order, as it was when the order was made."""

from enum import StrEnum

from peewee import BigIntegerField, CharField, IntegerField

from storefront.models.base import Record
from storefront.models.offers.tax_terms import MAX_TAX_NAME

TAX_COLUMNS = ("tax_mode", "tax_name", "tax_rate", "tax", "later_tax")


class TaxMode(StrEnum):
    """How a tax is part of what is charged. The values are stored in rows and never change."""

    INCLUDED = "included"  # prices contain it
    ADDED = "added"  # it is charged on top of the prices
    REVERSE = "reverse"  # reverse charge: the company that buys owes it


class OrderTax(Record):
    """Amounts in minor units of the order's currency.

    `tax_mode` is a `TaxMode`, "" without a tax. `tax_rate` is that of its units, in thousandths of a percent. `tax` is
    the part of the first charge, `later_tax` that of each later one.
    """

    tax_mode = CharField(max_length=10, default="")
    tax_name = CharField(max_length=MAX_TAX_NAME, default="")
    tax_rate = IntegerField(default=0)
    tax = BigIntegerField(default=0)
    later_tax = BigIntegerField(default=0)

    @property
    def has_tax(self) -> bool:
        """Whether a tax is shown, perhaps one of 0."""
        return bool(self.tax_mode)

    @property
    def is_tax_added(self) -> bool:
        """Whether the tax is charged on top of the prices."""
        return self.tax_mode == TaxMode.ADDED

    @property
    def is_reverse_charge(self) -> bool:
        """Whether the company that bought owes the tax."""
        return self.tax_mode == TaxMode.REVERSE
