"""What a customer chose on an offer's page, and what a promo code takes off."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Discount:
    """Takes `percent` off (12.5 is 12.5 %) or else `amount` in minor units of the offer's currency, at most the price.

    `every_payment`: off each charge of a subscription, else off the first one only. `is_limited`: others have to wait
    for the use that an unpaid order holds.
    """

    code: str
    percent: Decimal | None = None
    amount: int = 0
    every_payment: bool = False
    is_limited: bool = False


@dataclass(frozen=True)
class Choice:
    """The defaults are what a page sends that leaves nothing to choose.

    `option` is the id of a price option; None is the preselected one. `price` is what the customer typed where they
    choose what they pay, in major units; None is what is suggested. `addons` are ids of the offer's add-ons.
    `country` is the customer's (ISO 3166 alpha-2) and `vat_id` a VAT ID that is valid by its form, both "" while they
    are not known: the tax depends on them.
    """

    option: int | None = None
    quantity: int = 1
    price: str | None = None
    addons: tuple[int, ...] = ()
    discount: Discount | None = None
    country: str = ""
    vat_id: str = ""
