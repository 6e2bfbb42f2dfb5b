"""The taxes of what an order has charged, line by line and rate by rate: for receipts, invoices and exports."""

from dataclasses import dataclass
from decimal import Decimal

from storefront.models import LineKind, Order, percent_of
from storefront.money import Money
from storefront.pricing.order_quote import quote_of
from storefront.pricing.quote import QuoteLine
from storefront.pricing.shares import share
from storefront.pricing.taxes import tax_parts


@dataclass(frozen=True)
class TaxedLine:
    """One line of a charge. `gross` is what was charged for it, after the discount; `net` and `tax` add up to it.

    `unit_amount` is the price of one unit before the discount: with a tax on top, before the tax. `rate` in percent.
    """

    kind: LineKind
    title: str
    quantity: int
    unit_amount: int
    discount: int
    rate: Decimal
    net: int
    tax: int
    gross: int


@dataclass(frozen=True)
class TaxTotal:
    """All lines of one rate, in percent."""

    rate: Decimal
    net: int
    tax: int
    gross: int


@dataclass(frozen=True)
class TaxStatement:
    """The taxes of one charge, or of one refund. Amounts in minor units of `currency`.

    `name` is that of the tax, "" for an order without one; such an order's lines have a `tax` of 0. With
    `is_reverse_charge` the company that bought owes the tax. `is_added`: prices of units are without the tax.
    """

    name: str
    currency: str
    is_added: bool
    is_reverse_charge: bool
    lines: tuple[TaxedLine, ...]

    @property
    def has_tax(self) -> bool:
        """Whether a tax is named, perhaps one of 0."""
        return bool(self.name)

    @property
    def totals(self) -> tuple[TaxTotal, ...]:
        """A total for each rate, the highest first."""
        return tuple(
            TaxTotal(rate, *(sum(getattr(line, name) for line in self.lines if line.rate == rate) for name in _SUMS))
            for rate in sorted({line.rate for line in self.lines}, reverse=True)
        )

    @property
    def net(self) -> Money:
        """Without the tax."""
        return Money(sum(line.net for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        """The whole tax."""
        return Money(sum(line.tax for line in self.lines), self.currency)

    @property
    def gross(self) -> Money:
        """What was charged."""
        return Money(sum(line.gross for line in self.lines), self.currency)


_SUMS = ("net", "tax", "gross")


def tax_statement(order: Order, *, later: bool = False, charged: Money | None = None) -> TaxStatement:
    """The lines of the order's first charge; with `later` those of each later charge of its subscription.

    `charged` is what was charged or refunded, if that may be another amount: of a renewal at a new price, or of a
    partial refund. The lines share it in proportion. All sums are equal to the charge, to the minor unit.
    """
    quote = quote_of(order)
    lines = [line for line in quote.lines if (line.recurs if later else quote.is_due(line))]
    gross = [line.later_charge if later else line.charge for line in lines]
    taxes = [line.later_tax if later else line.tax for line in lines]
    if charged is not None and charged.amount != sum(gross):
        gross = share(charged.amount, gross)
        taxes = _included_taxes(lines, gross, order.currency)
    return TaxStatement(
        name=order.tax_name if order.has_tax else "",
        currency=order.currency,
        is_added=order.is_tax_added,
        is_reverse_charge=order.is_reverse_charge,
        lines=tuple(
            TaxedLine(
                kind=line.kind,
                title=order.title if line.kind == LineKind.ITEM else line.title,
                quantity=line.quantity,
                unit_amount=line.unit_amount,
                discount=line.later_discount if later else line.discount,
                rate=percent_of(line.tax_rate),
                net=charge - tax,
                tax=tax,
                gross=charge,
            )
            for line, charge, tax in zip(lines, gross, taxes, strict=True)
        ),
    )


def _included_taxes(lines: list[QuoteLine], gross: list[int], currency: str) -> list[int]:
    """The tax in each of these amounts, each rate rounded as a whole."""
    taxes = [0] * len(lines)
    for rate in {line.tax_rate for line in lines}:
        found = [at for at, line in enumerate(lines) if line.tax_rate == rate]
        for at, tax in zip(found, tax_parts(rate, False, [gross[at] for at in found], currency), strict=True):
            taxes[at] = tax
    return taxes


def refunded_tax(order: Order, amount: int, refunded_before: int = 0) -> Money:
    """The part of the order's tax in a refund of `amount`, after others of `refunded_before` together.

    The parts of refunds that give everything back add up to the tax.
    """
    return Money(_tax_share(order, refunded_before + amount) - _tax_share(order, refunded_before), order.currency)


def _tax_share(order: Order, amount: int) -> int:
    return (
        share(order.tax, [amount, order.amount - amount])[0] if 0 < amount < order.amount else order.tax * (amount > 0)
    )
