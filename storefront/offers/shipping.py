"""The shipping prices of an offer: checking what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.i18n import country_names
from storefront.models import ALL_OTHERS, Offer, ShippingPrice
from storefront.money import MAXIMUM_AMOUNT, Money, PriceError, parse_amount

MAX_SHIPPING_PRICES = 40
# What the form's select has for all other countries: "" is nothing chosen.
OTHERS_CHOICE = "*"


@dataclass(frozen=True)
class ShippingPriceFields:
    """Values of one shipping price in the form of an offer. `price` is in major units as typed, 0 for free shipping.

    `field` is the name of the form's part, which error codes are about: `<field>-price`.
    """

    field: str
    country: str
    price: str


def apply_shipping(
    offer: Offer, typed: Sequence[ShippingPriceFields]
) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Set the offer's shipping prices without saving. Return error codes by field, and values for the messages.

    Codes: shipping_country_missing, shipping_country_twice, price_*.
    """
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {}
    found: dict[str, ShippingPrice] = {}
    for fields in typed:
        country = ALL_OTHERS if fields.country == OTHERS_CHOICE else fields.country
        if fields.country != OTHERS_CHOICE and country not in country_names("en"):
            errors[f"{fields.field}-country"] = ["shipping_country_missing"]
        elif country in found:
            errors[f"{fields.field}-country"] = ["shipping_country_twice"]
        try:
            amount = parse_amount(fields.price, offer.currency)
            if amount.amount > MAXIMUM_AMOUNT:
                raise PriceError("price_too_large", offer.currency, limit=Money(MAXIMUM_AMOUNT, offer.currency))
            found[country] = ShippingPrice(country, amount.amount)
        except PriceError as error:
            errors[f"{fields.field}-price"] = [error.code]
            details |= error.details
    offer.shipping_prices = [price.to_json() for price in found.values()]
    return errors, details
