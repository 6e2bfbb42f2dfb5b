"""What a promo code takes off a quote."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from storefront.models import LineKind
from storefront.money import charge_step
from storefront.pricing.choice import Discount
from storefront.pricing.quote import Quote
from storefront.pricing.shares import share


def discounted(plain: Quote, discount: Discount | None) -> Quote:
    """The quote with the discount, shared by its lines so that the parts add up. Shipping is never reduced."""
    if discount is None:
        return plain
    step = charge_step(plain.currency)
    prices = [0 if line.kind == LineKind.SHIPPING else line.amount for line in plain.lines]
    due = [price if plain.is_due(line) else 0 for line, price in zip(plain.lines, prices, strict=True)]
    later = [price if line.recurs else 0 for line, price in zip(plain.lines, prices, strict=True)]
    if not any(due) and not discount.every_payment:
        # Nothing is charged today: the first payment is the one after the trial.
        due = later
    parts = share(_taken_off(discount, sum(due), step), due)
    later_parts = share(_taken_off(discount, sum(later), step) if discount.every_payment else 0, later)
    lines = [
        replace(line, discount=part, later_discount=later_part)
        for line, part, later_part in zip(plain.lines, parts, later_parts, strict=True)
    ]
    return replace(plain, lines=tuple(lines), discount=discount)


def _taken_off(discount: Discount, price: int, step: int) -> int:
    """A multiple of `step`, as prices are; half a step is rounded up."""
    if discount.percent is None:
        return min(discount.amount, price)
    steps = (price * discount.percent / 100 / step).quantize(Decimal(1), ROUND_HALF_UP)
    return min(int(steps) * step, price)
