"""The list of abandoned checkouts: orders that were started and not paid."""

from dataclasses import dataclass

from peewee import SQL

from storefront.models import UNPAID_CHECKOUT, Order
from storefront.models.search.orders import with_failures
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class AbandonedSearch:
    """`mode` "" is both."""

    mode: str = ""

    def page(self, place: Place = FIRST_PAGE) -> Page[Order]:
        """The orders with their merchants and their `last_failure`, newest first."""
        found = Order.select().where(SQL(UNPAID_CHECKOUT))
        if self.mode:
            found = found.where(Order.mode == self.mode)
        return read_page(source_of(found, Order.id), with_failures(), Order.id, place=place)
