"""Quotes: what a choice costs, now and later."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from storefront.errors import FieldErrors
from storefront.models import LineKind, Offer, PriceOption
from storefront.money import Money, PriceError, charge_step, minimum_charge, parse_price
from storefront.pricing.choice import Choice, Discount
from storefront.pricing.shares import share

MAX_TITLE = 200


@dataclass(frozen=True)
class QuoteLine:
    """`unit_amount` times `quantity` is its price before the discount, its part of which is `discount`.

    `recurs`: it is charged with each later charge as well, less `later_discount`.
    """

    kind: LineKind
    title: str
    unit_amount: int
    quantity: int
    recurs: bool = False
    discount: int = 0
    later_discount: int = 0
    addon_id: int | None = None

    @property
    def amount(self) -> int:
        """The price before the discount."""
        return self.unit_amount * self.quantity


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
        return len(self.lines) == 1 and not self.item.discount and not self.item.later_discount

    @property
    def due_now(self) -> Money:
        """The first charge. With a free trial only what does not recur."""
        return self._sum(line.amount - line.discount for line in self.lines if self._is_due(line))

    @property
    def per_charge(self) -> Money:
        """Each later charge. For a one-off the same as `due_now`."""
        if not self.option.recurs:
            return self.due_now
        return self._sum(line.amount - line.later_discount for line in self.lines if line.recurs)

    @property
    def discount_later(self) -> Money:
        """What is taken off each later charge."""
        return self._sum(line.later_discount for line in self.lines if line.recurs)

    @property
    def is_free(self) -> bool:
        """Whether nothing is ever charged, so that no card is needed."""
        return not self.option.recurs and not self.due_now.amount

    @property
    def discount_now(self) -> Money:
        """What is taken off the first charge."""
        return self._sum(line.discount for line in self.lines if self._is_due(line))

    def was_shown(self, seen: tuple[Money, ...]) -> bool:
        """Whether a page showed these amounts: the price of all units where that is all, else first and later charge.

        A browser that sent none is not asked.
        """
        if len(seen) == 2:
            return seen == (self.due_now, self.per_charge)
        return not seen or (self.is_simple and seen == (self.unit.times(self.item.quantity),))

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
            "discount": self.discount_now.amount,
            "later_amount": None if later == plain else later,
            "itemized": not self.is_simple,
            **self.option.terms(),
        }

    def _is_due(self, line: QuoteLine) -> bool:
        return not (line.recurs and self.option.has_trial)

    def _sum(self, amounts: Iterable[int]) -> Money:
        return Money(sum(amounts), self.currency)


def quote(offer: Offer, choice: Choice | None = None, options: list[PriceOption] | None = None) -> Quote:
    """What the choice costs, by the offer as it is now. `options` are the offer's if they are known.

    Raises FieldErrors: option (option_gone), addon (addon_gone), price (price_missing, the codes of
    `parse_price`, price_below_minimum), code (code_too_small with `limit`, if the code leaves an
    amount that can't be charged).
    """
    choice = choice or Choice()
    option = _chosen_option(options or PriceOption.of_offer(offer), choice)
    unit = _unit_amount(option, choice, offer.currency)
    item = QuoteLine(LineKind.ITEM, offer.title, unit, choice.quantity, recurs=option.recurs)
    title = titled(offer.title, option.label)
    lines = (item, *_addon_lines(offer, option, choice))
    found = discounted(Quote(option, title, offer.currency, lines), choice.discount)
    _require_chargeable(found)
    return found


def _addon_lines(offer: Offer, option: PriceOption, choice: Choice) -> list[QuoteLine]:
    """A line for each chosen add-on, in the offer's order. A free trial has no first charge that they could join."""
    if not choice.addons:
        return []
    offered = {addon.id: addon for addon in offer.offered_addons()}
    if option.has_trial or not offered.keys() >= set(choice.addons):
        raise FieldErrors({"addon": ["addon_gone"]})
    chosen = [addon for addon in offered.values() if addon.id in choice.addons]
    return [QuoteLine(LineKind.ADDON, addon.title, addon.amount, 1, addon_id=addon.id) for addon in chosen]


def titled(title: str, label: str) -> str:
    """The name of what is bought: the offer's title, and the label of the price option if there is one."""
    return f"{title[: MAX_TITLE - len(label) - 3]} – {label}" if label else title


def discounted(plain: Quote, discount: Discount | None) -> Quote:
    """The quote with the discount, shared by its lines so that the parts add up."""
    if discount is None:
        return plain
    step = charge_step(plain.currency)
    due = [line.amount if plain._is_due(line) else 0 for line in plain.lines]
    later = [line.amount if line.recurs else 0 for line in plain.lines]
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


def _require_chargeable(quote: Quote) -> None:
    """Nothing can be charged, and so can what is at least Stripe's minimum."""
    if quote.discount is None:
        return
    if quote.option.has_trial and any(not line.recurs for line in quote.lines):
        # A coupon of the later charges would take its amount off today's too.
        raise FieldErrors({"code": ["code_trial"]})
    least = minimum_charge(quote.currency)
    if any(0 < amount.amount < least.amount for amount in (quote.due_now, quote.per_charge)):
        raise FieldErrors({"code": ["code_too_small"]}, limit=least)


def _chosen_option(options: list[PriceOption], choice: Choice) -> PriceOption:
    if choice.option is None:
        return options[0]
    for option in options:
        if option.id == choice.option:
            return option
    raise FieldErrors({"option": ["option_gone"]})


def _unit_amount(option: PriceOption, choice: Choice, currency: str) -> int:
    """The price of one unit; the customer's where they choose it, within the limits of offer and Stripe."""
    if option.minimum_amount is None or choice.price is None:
        return option.amount
    if not choice.price:
        raise FieldErrors({"price": ["price_missing"]})
    try:
        price = parse_price(choice.price, currency)
    except PriceError as error:
        raise FieldErrors({"price": [error.code]}, **error.details) from error
    if price.amount < option.minimum_amount:
        raise FieldErrors({"price": ["price_below_minimum"]}, limit=Money(option.minimum_amount, currency))
    return price.amount
