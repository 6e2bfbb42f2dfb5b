"""What posting an order costs, as a line of its quote."""

from storefront import i18n
from storefront.errors import FieldErrors
from storefront.i18n import N_
from storefront.models import LineKind, Offer, PriceOption
from storefront.pricing.quote import QuoteLine

TITLE = N_("Shipping")


def shipping_lines(offer: Offer, option: PriceOption, country: str) -> list[QuoteLine]:
    """A line with the price of shipping to this country; none if it costs nothing, or while the country is not known.

    A subscription pays it with each charge, a payment plan with the first one. The title is in the offer's language, as
    those of the other lines are. Raises FieldErrors: country (not_shipped with `country`).
    """
    if not offer.asks_shipping or not country:
        return []
    amount = offer.shipping_to(country)
    if amount is None:
        raise FieldErrors({"country": ["not_shipped"]}, country=country)
    title = i18n.catalog_for(offer.language).gettext(TITLE)
    recurs = option.recurs and not option.is_plan
    return [QuoteLine(LineKind.SHIPPING, title, amount, 1, recurs=recurs)] if amount else []
