"""Whether an offer is posted, where to, and for how much."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import BooleanField

from storefront.models.base import JsonField, Record
from storefront.money import Money

# In place of a country: all those without a price of their own.
ALL_OTHERS = ""


@dataclass(frozen=True)
class ShippingPrice:
    """What posting an order to a country costs, in minor units of the offer's currency; 0: nothing.

    `country` is an ISO 3166 code, or ALL_OTHERS.
    """

    country: str
    amount: int

    def price_in(self, currency: str) -> Money:
        """What it costs."""
        return Money(self.amount, currency)

    def to_json(self) -> dict[str, object]:
        """What the offer's row stores."""
        return {"country": self.country, "amount": self.amount}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ShippingPrice":
        """The price of `to_json`."""
        return cls(stored["country"], stored["amount"])


class ShippingTerms(Record):
    """`shipping_prices` are what `ShippingPrice.to_json` gives, in the owner's order. Without any, shipping is free
    everywhere; with some, only countries that have a price are shipped to.
    """

    asks_shipping = BooleanField(default=False)
    shipping_prices = JsonField(default=list)

    def offered_shipping(self) -> list[ShippingPrice]:
        """Its shipping prices, in their order."""
        return [ShippingPrice.from_json(stored) for stored in self.shipping_prices] if self.asks_shipping else []

    def shipping_to(self, country: str) -> int | None:
        """What shipping an order to this country costs, in minor units; None if it is not shipped there."""
        prices = {price.country: price.amount for price in self.offered_shipping()}
        return prices.get(country, prices.get(ALL_OTHERS)) if prices else 0
