"""The add-ons of an offer: checking what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.models import Addon, Offer, numbered
from storefront.money import PriceError, parse_price

MAX_ADDONS = 20
MAX_TITLE = 100


@dataclass(frozen=True)
class AddonFields:
    """Values of one add-on in the form of an offer. `price` is in major units as typed.

    `field` is the name of the form's part, which error codes are about: `<field>-price`. `id` is 0 for a new one.
    """

    field: str
    title: str
    price: str
    id: int = 0


def apply_addons(offer: Offer, typed: Sequence[AddonFields]) -> tuple[dict[str, list[str]], dict[str, object]]:
    """Set the offer's add-ons without saving. Return error codes by field, and values for the messages.

    Codes: title_missing, title_too_long, price_*.
    """
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {}
    addons = []
    for fields in typed:
        amount = 0
        try:
            amount = parse_price(fields.price, offer.currency).amount
        except PriceError as error:
            errors[f"{fields.field}-price"] = [error.code]
            details |= error.details
        if not fields.title or len(fields.title) > MAX_TITLE:
            errors[f"{fields.field}-title"] = ["title_too_long" if fields.title else "title_missing"]
        addons.append(Addon(fields.title, amount, fields.id))
    found, offer.last_addon_id = numbered(addons, offer.offered_addons(), offer.last_addon_id)
    offer.addons = [addon.to_json() for addon in found]
    return errors, details
