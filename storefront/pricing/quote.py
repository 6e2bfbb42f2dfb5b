"""Quotes: what a choice costs, now and later."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storefront.models import LineKind, PriceOption
from storefront.money import Money
from storefront.pricing.choice import Discount
from storefront.pricing.taxes import Tax, tax_parts


@dataclass(frozen=True)
class QuoteLine:
    """`unit_amount` times `quantity` is its price before the discount, its part of which is `discount`.

    `recurs`: it is charged with each later charge as well, less `later_discount`. With a free trial its `discount` is
    that of a code for the first payment alone, off the charge after the trial. `tax` is the tax of its part of the
    first charge and `later_tax` that of each later one, at `tax_rate` (thousandths of a percent): on top of the price
    if `is_tax_added`, else in it.
    """

    kind: LineKind
    title: str
    unit_amount: int
    quantity: int
    recurs: bool = False
    discount: int = 0
    later_discount: int = 0
    addon_id: int | None = None
    tax_rate: int = 0
    tax: int = 0
    later_tax: int = 0
    is_tax_added: bool = False

    @property
    def amount(self) -> int:
        """The price before the discount."""
        return self.unit_amount * self.quantity

    @property
    def charge(self) -> int:
        """What the first charge has for it, if it is due then."""
        return self.amount - self.discount + (self.tax if self.is_tax_added else 0)

    @property
    def later_charge(self) -> int:
        """What each later charge has for it, if it recurs."""
        return self.amount - self.later_discount + (self.later_tax if self.is_tax_added else 0)


@dataclass(frozen=True)
class Quote:
    """What a choice costs. The first line is the offer's units.

    `option` is the chosen price option with its billing terms; not stored where the offer has one price.
    """

    option: PriceOption
    title: str
    currency: str
    lines: tuple[QuoteLine, ...]
    discount: Discount | None = None
    tax: Tax | None = None

    @property
    def item(self) -> QuoteLine:
        """The line of the offer's units."""
        return self.lines[0]

    @property
    def unit(self) -> Money:
        """The price of one unit."""
        return Money(self.item.unit_amount, self.currency)

    @property
    def is_simple(self) -> bool:
        """Whether it consists of the offer's units at their price, and of nothing else."""
        return self.has_units_only and self.tax is None

    @property
    def has_units_only(self) -> bool:
        """Whether the price of the offer's units is all that is charged. A tax may be included in it."""
        is_added = self.tax is not None and self.tax.is_added
        return len(self.lines) == 1 and not self.item.discount and not self.item.later_discount and not is_added

    @property
    def due_now(self) -> Money:
        """The first charge. With a free trial only what does not recur."""
        return self._sum(line.charge for line in self.lines if self.is_due(line))

    @property
    def per_charge(self) -> Money:
        """Each later charge. For a one-off the same as `due_now`."""
        if not self.option.recurs:
            return self.due_now
        return self._sum(line.later_charge for line in self.lines if line.recurs)

    @property
    def after_trial(self) -> Money:
        """The charge with which a free trial ends."""
        net = [line.amount - max(line.discount, line.later_discount) if line.recurs else 0 for line in self.lines]
        is_added = self.tax is not None and self.tax.is_added
        return self._sum([*net, *(self._tax_parts(self.tax, net) if self.tax and is_added else ())])

    @property
    def discount_after_trial(self) -> Money:
        """What is taken off that charge alone, beside what is taken off each."""
        off = self.per_charge.amount - self.after_trial.amount if self.option.has_trial else 0
        return Money(off, self.currency)

    @property
    def charges(self) -> tuple[Money, ...]:
        """The first and each later charge; and the one after the trial, if that is another one."""
        both = self.due_now, self.per_charge
        return (*both, self.after_trial) if self.discount_after_trial.amount else both

    @property
    def discount_later(self) -> Money:
        """What is taken off each later charge, before a tax that is added."""
        return self._sum(line.later_discount for line in self.lines if line.recurs)

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever charged, so that no card is needed."""
        return not self.option.recurs and not self.due_now.amount

    @property
    def discount_now(self) -> Money:
        """What is taken off the first charge, before a tax that is added."""
        return self._sum(line.discount for line in self.lines if self.is_due(line))

    @property
    def discount_first(self) -> Money:
        """What is taken off the first real charge: with a free trial it may be the one after it."""
        return self._sum(line.discount for line in self.lines)

    @property
    def tax_now(self) -> Money:
        """The tax of the first charge."""
        return self._sum(line.tax for line in self.lines if self.is_due(line))

    @property
    def tax_later(self) -> Money:
        """The tax of each later charge."""
        return self._sum(line.later_tax for line in self.lines if line.recurs)

    def taxed(self, tax: Tax | None) -> "Quote":
        """This quote, which has no tax yet, with this one: on what is left of the prices after the discount."""
        if tax is None:
            return self
        now = [line.amount - line.discount if self.is_due(line) else 0 for line in self.lines]
        later = [line.amount - line.later_discount if line.recurs else 0 for line in self.lines]
        parts = (self._tax_parts(tax, amounts) for amounts in (now, later))
        lines = [
            replace(line, tax_rate=tax.rate, tax=part, later_tax=later_part, is_tax_added=tax.is_added)
            for line, part, later_part in zip(self.lines, *parts, strict=True)
        ]
        return replace(self, lines=tuple(lines), tax=tax)

    def _tax_parts(self, tax: Tax, amounts: list[int]) -> list[int]:
        """The tax of each line. Of several units of a subscription each has the same tax on top: Stripe charges a price
        for one of them, times the quantity.
        """
        quantity = self.item.quantity
        if not (tax.is_added and self.option.recurs and quantity > 1 and not self.discount and amounts[0]):
            return tax_parts(tax.rate, tax.is_added, amounts, self.currency)
        (of_one,) = tax_parts(tax.rate, True, [self.item.unit_amount], self.currency)
        return [of_one * quantity, *tax_parts(tax.rate, True, amounts[1:], self.currency)]

    def undiscounted(self) -> "Quote":
        """What would be charged without the promo code."""
        if self.discount is None:
            return self
        lines = (replace(line, discount=0, later_discount=0) for line in self.lines)
        return replace(self, lines=tuple(lines), discount=None).taxed(self.tax)

    def was_shown(self, seen: tuple[Money, ...]) -> bool:
        """Whether a page showed these amounts: the price of all units where that is all, else first and later charge.

        A browser that sent none is not asked.
        """
        if len(seen) > 1:
            return seen == self.charges
        return not seen or (self.has_units_only and seen == (self.unit.times(self.item.quantity),))

    def columns(self) -> dict[str, object]:
        """Values of an order's columns, by name."""
        plain = self.item.amount
        later = self.per_charge.amount if self.option.recurs else plain
        return {
            "title": self.title,
            "option_id": self.option.id,
            "option_label": self.option.label,
            "unit_amount": self.item.unit_amount,
            "quantity": self.item.quantity,
            "currency": self.currency,
            "amount": self.due_now.amount,
            "discount": self.discount_first.amount,
            "later_amount": None if later == plain else later,
            "itemized": not self.is_simple,
            "tax_mode": self.tax.mode if self.tax else "",
            "tax_name": self.tax.name if self.tax else "",
            "tax_rate": self.item.tax_rate,
            "tax": self.tax_now.amount,
            "later_tax": self.tax_later.amount,
            **self.option.terms(),
        }

    def is_due(self, line: QuoteLine) -> bool:
        """Whether the first charge has this line: a free trial leaves what recurs for later."""
        return not (line.recurs and self.option.has_trial)

    def _sum(self, amounts: Iterable[int]) -> Money:
        return Money(sum(amounts), self.currency)
