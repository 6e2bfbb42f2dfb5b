"""The prices of an offer as its form holds them."""

from typing import Any

from storefront.models import Offer, PriceOption
from storefront.web.forms import option_values, price_values, rows_of_addons, stock_text


def stored_prices(offer: Offer) -> dict[str, Any]:
    """Price, options and add-ons of an offer as the form's fields hold them: the first option is the offer itself."""
    first, *further = PriceOption.of_offer(offer)
    return {
        **price_values(offer, offer.currency),
        "option_label": first.label,
        "first_stock": stock_text(first.stock),
        "options": [option_values(option, offer.currency) for option in further],
        "addons": rows_of_addons(offer.offered_addons(), offer.currency),
    }
