"""The price of an offer or a price option as its form has it: one that is asked for, or one that customers choose."""

from decimal import Decimal
from typing import Protocol

from storefront.money import MINIMUM_AMOUNTS, Money, PriceError, parse_price

Problems = tuple[dict[str, int | None], dict[str, list[str]], dict[str, object]]


class TypedPrices(Protocol):
    """The fields of the form."""

    @property
    def price(self) -> str: ...
    @property
    def pay_what_you_want(self) -> bool: ...
    @property
    def minimum_price(self) -> str: ...
    @property
    def suggested_price(self) -> str: ...


def read_prices(typed: TypedPrices, currency: str) -> Problems:
    """`amount` and `minimum_amount`, in minor units of the currency, with error codes by field and values for messages.

    Codes: price_*, suggested_below_minimum. A value with an error is left out.
    """
    prices: dict[str, int | None] = {"minimum_amount": None}
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {}

    def parse(field: str, text: str) -> int | None:
        try:
            return parse_price(text, currency).amount
        except PriceError as error:
            errors[field] = [error.code]
            details.update(error.details)
            return None

    if not typed.pay_what_you_want:
        amount = parse("price", typed.price)
        return prices | ({} if amount is None else {"amount": amount}), errors, details
    least = stripe_minimum(currency)
    minimum = parse("minimum_price", typed.minimum_price) if typed.minimum_price else least
    suggested = typed.suggested_price or typed.price
    amount = parse("suggested_price", suggested) if suggested else minimum
    if minimum is not None and amount is not None and amount < minimum:
        errors["suggested_price"] = ["suggested_below_minimum"]
        details["limit"] = Money(minimum, currency)
    if minimum is not None and amount is not None:
        prices = {"minimum_amount": minimum, "amount": amount}
    return prices, errors, details


def stripe_minimum(currency: str) -> int:
    """The smallest amount that Stripe is known to charge, in minor units."""
    return MINIMUM_AMOUNTS.get(currency, 1)


def read_percent(typed: str, decimals: int) -> int | None:
    """A percentage from 0 to 100 as typed (`12.5`, `12,5 %`), in units of its last decimal: 1250 for two decimals.

    None if it is none, or has more decimals.
    """
    text = typed.strip().removesuffix("%").strip().replace(",", ".")
    whole, point, fraction = text.partition(".")
    if not text.isascii() or not whole.isdigit() or len(whole) > 3 or (point and not fraction.isdigit()):
        return None
    units = Decimal(text).scaleb(decimals)
    return int(units) if units == int(units) and units <= 100 * 10**decimals else None
