"""The prices of an offer as its form holds them."""

from typing import Any

from storefront.models import Offer, PriceOption
from storefront.web.forms import option_values, rows_of_addons


def price_values(offer: Offer) -> dict[str, Any]:
    """The price of an offer as the form's fields hold it, and what customers who choose it are told."""
    price = offer.price.decimal_text()
    chosen = offer.minimum_amount is not None
    return {
        "price": price,
        "pay_what_you_want": chosen,
        "minimum_price": offer.least_price.decimal_text() if chosen else "",
        "suggested_price": price if chosen else "",
    }


def stored_options(offer: Offer) -> dict[str, Any]:
    """The options and add-ons of an offer as the form's fields hold them: the first option is the offer itself."""
    first, *further = PriceOption.of_offer(offer)
    return {
        "option_label": first.label,
        "options": [option_values(option, offer.currency) for option in further],
        "addons": rows_of_addons(offer.offered_addons(), offer.currency),
    }
