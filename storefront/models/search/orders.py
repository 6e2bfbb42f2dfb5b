"""Search for orders, for the list and the export."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storefront.models import Merchant, Order

PER_PAGE = 50
PER_READ = 1000


@dataclass(frozen=True)
class OrderSearch:
    """Each field limits the search; "" does not. `text` is a number (with or without #), email or name."""

    text: str = ""
    status: str = ""
    mode: str = ""

    def page(self, number: int) -> tuple[list[Order], bool]:
        """Return (orders with their merchants, is there a next page), newest first."""
        rows = list(self._query().limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """Number of matches."""
        return int(self._query().order_by().count())

    def iterate(self) -> Iterator[Order]:
        """All matches, newest first, without holding all in memory: each query reads some of them."""
        query = self._query().limit(PER_READ)
        rows = list(query)
        while rows:
            yield from rows
            rows = list(query.where(Order.id < rows[-1].id))

    def _query(self) -> Any:
        query = Order.select(Order, Merchant).join(Merchant).order_by(Order.id.desc())
        if self.status:
            query = query.where(Order.status == self.status)
        if self.mode:
            query = query.where(Merchant.mode == self.mode)
        return query.where(is_about(self.text)) if self.text else query


def is_about(text: str) -> Any:
    """The condition that an order has this number (with or without #), or this text in its email or name."""
    matches = Order.is_found_by(text)
    digits = text.removeprefix("#")
    if digits.isascii() and digits.isdigit() and len(digits) < 10:
        matches |= Order.id == int(digits) - Order.FIRST_NUMBER
    return matches
