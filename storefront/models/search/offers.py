"""The admin's list of offers."""

from peewee import JOIN

from storefront.models import Merchant, Offer
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


def offer_page(place: Place = FIRST_PAGE) -> Page[Offer]:
    """The offers with their merchants, newest first; archived ones last."""
    keys = Offer.in_order()
    rows = Offer.select(Offer, Merchant).join(Merchant, JOIN.LEFT_OUTER)
    return read_page(source_of(Offer.select(), *keys), rows, *keys, place=place)
