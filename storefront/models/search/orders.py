"""Search for orders, for the list and the export."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storefront.models import Merchant, Order
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of

PER_READ = 1000


@dataclass(frozen=True)
class OrderSearch:
    """Each field limits the search; "" does not. `text` is a number (with or without #), email or name."""

    text: str = ""
    status: str = ""
    mode: str = ""

    def page(self, place: Place = FIRST_PAGE) -> Page[Order]:
        """The orders with their merchants, newest first."""
        rows = Order.select(Order, Merchant).join(Merchant)
        return read_page(source_of(self._found(Order.select()), Order.id), rows, Order.id, place=place)

    def newest(self, most: int) -> list[Order]:
        """The newest orders with their merchants, at most so many."""
        return list(self._query().limit(most))

    def iterate(self) -> Iterator[Order]:
        """All matches, newest first, without holding all in memory: each query reads some of them."""
        query = self._query().limit(PER_READ)
        rows = list(query)
        while rows:
            yield from rows
            rows = list(query.where(Order.id < rows[-1].id))

    def _query(self) -> Any:
        return self._found(Order.select(Order, Merchant).join(Merchant).order_by(Order.id.desc()))

    def _found(self, query: Any) -> Any:
        if self.status:
            query = query.where(Order.status == self.status)
        if self.mode:
            query = query.where(Order.mode == self.mode)
        return query.where(is_about(self.text)) if self.text else query


def is_about(text: str) -> Any:
    """The condition that an order has this number (with or without #), or this text in its email or name."""
    matches = Order.is_found_by(text)
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        matches |= Order.id == int(digits) - Order.FIRST_NUMBER
    return matches
