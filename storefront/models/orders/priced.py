"""What an order remembers of its price beside that of one unit: the option, the discount, the tax, further lines."""

from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, IntegerField

from storefront.models.offers.billing_terms import BillingKind
from storefront.models.offers.price_option import MAX_OPTION_LABEL
from storefront.models.orders.order_tax import OrderTax
from storefront.money import Money


class Priced(OrderTax):
    """Amounts in minor units of the order's currency.

    `option_id` and `option_label` are those of the offer's price option when the order was made; None and "" for an
    offer with one price. The option may be gone since. `itemized` orders have rows of OrderLine; any other consists of
    its units alone. `discount` is what was taken off the first charge, before a tax that is added. `later_amount` is
    each later charge where that is not the price of all units.
    """

    option_id = IntegerField(null=True)
    option_label = CharField(max_length=MAX_OPTION_LABEL, default="")
    itemized = BooleanField(default=False)
    discount = BigIntegerField(default=0)
    later_amount = BigIntegerField(null=True)

    kind: str
    lines: Any  # rows of OrderLine
    unit_amount: int
    quantity: int
    currency: str
    amount: int
    trial_days: int

    @property
    def total(self) -> Money:
        """The first charge of the whole order."""
        return Money(self.amount, self.currency)

    @property
    def begins_free(self) -> bool:
        """Whether its first charge comes later, so that only the card is saved at first."""
        return self.kind != BillingKind.ONE_OFF and self.amount == 0

    @property
    def units_total(self) -> Money:
        """The price of all units, before any discount."""
        return Money(self.unit_amount * self.quantity, self.currency)

    @property
    def discount_shown(self) -> Money:
        """What a promo code takes off the first charge; with a free trial, off each later one."""
        return Money(self.discount or max(self.later_discount, 0), self.currency)

    @property
    def later_discount(self) -> int:
        """What a promo code takes off each later charge, before a tax that is added; in minor units."""
        if self.itemized:
            return sum(line.later_discount for line in self.lines if line.recurs)
        return self.units_total.amount - self.recurring_total.amount + (self.later_tax if self.is_tax_added else 0)

    @property
    def tax_shown(self) -> Money:
        """The tax of the first charge; with a free trial, of each later one."""
        return Money(self.later_tax if self.trial_days else self.tax, self.currency)

    @property
    def recurring_total(self) -> Money:
        """Each later charge of the whole order. For a one-off order the price of all units."""
        amount = self.unit_amount * self.quantity if self.later_amount is None else self.later_amount
        return Money(amount, self.currency)
