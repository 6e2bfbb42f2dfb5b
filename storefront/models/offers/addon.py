"""Add-ons that an offer's page offers beside it. The offer's row has them as JSON: its page reads one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.money import Money


@dataclass(frozen=True)
class Addon:
    """`amount` is paid once, in minor units of the offer's currency.

    `id` is unique among the add-ons that the offer has and has had; 0: not saved yet.
    """

    title: str
    amount: int
    id: int = 0

    def price_in(self, currency: str) -> Money:
        """What it costs."""
        return Money(self.amount, currency)

    def to_json(self) -> dict[str, object]:
        """What the offer's row stores."""
        return {"id": self.id, "title": self.title, "amount": self.amount}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Addon":
        """The add-on of `to_json`."""
        return cls(stored["title"], stored["amount"], stored["id"])
