"""The prices of an offer as its form holds them."""

from typing import Any

from storefront.models import Offer, PriceOption
from storefront.web.forms import option_values


def stored_options(offer: Offer) -> dict[str, Any]:
    """The options of an offer as the form's fields hold them: the first one is the offer itself."""
    first, *further = PriceOption.of_offer(offer)
    return {"option_label": first.label, "options": [option_values(option, offer.currency) for option in further]}
