"""Search for orders, for the list and the export."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from peewee import SQL

from storefront.models import ORDER_TEXTS, TO_SEND, Merchant, Order, OrderStatus, Payment
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, Source, read_all, read_page, source_of
from storefront.models.search.sorting import BY_TIME, MODES, Sorts, sort_in_force, sorted_source, sorts_of


@dataclass(frozen=True)
class OrderSearch:
    """Each field limits the search; "", 0 and None do not. `text` is a number (with or without #), email or name.

    `to_send`: only orders that are posted and not sent yet; sorted by time.

    The orders of a search were created from `since` on and before `until`. `sort` is one of SORTS.
    """

    text: str = ""
    status: str = ""
    mode: str = ""
    offer_id: int = 0
    since: datetime | None = None
    until: datetime | None = None
    sort: str = ""
    to_send: bool = False

    SORTS: ClassVar[Sorts] = sorts_of(Order.id, Order.status, (Order.currency, Order.amount))

    def page(self, place: Place = FIRST_PAGE) -> Page[Order]:
        """The orders with their merchants and their `last_failure`, by default newest first."""
        keys, _descending = self.SORTS[self.order]
        return read_page(self._source(place), with_failures(), *keys, place=place)

    @property
    def order(self) -> str:
        """The sort in force."""
        return sort_in_force(self.sort, self.SORTS, self.text or (self.to_send and TO_SEND) or "")

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and order_text(self.text, Order.id).is_too_short

    def newest(self, most: int) -> list[Order]:
        """The newest orders with their merchants and their `last_failure`, at most so many."""
        return list(self._filtered(with_failures()).order_by(Order.id.desc()).limit(most))

    def iterate(self) -> Iterator[list[Order]]:
        """All matches with their merchants, a part of the list at a time. No connection is held between two parts."""
        keys, _descending = self.SORTS[self.order]
        return read_all(self._source(), _with_merchants(), *keys)

    def _source(self, place: Place = FIRST_PAGE) -> Source:
        descending = self.SORTS[self.order][1]
        if self.text:
            source = order_text(self.text, Order.id).source(self._filtered(Order.select()), Order.id)
            return replace(source, descending=descending)
        if self.order in BY_TIME:
            ids = ids_beside(place, descending)
            source = source_of(self._filtered(Order.select(), ids), Order.id, descending=descending)
            return source.counting(self._filtered(Order.select()))
        values = {"mode": (self.mode, MODES), "status": (self.status, tuple(OrderStatus))}
        return sorted_source(self.order, self.SORTS, partial(self._filtered, Order.select()), **values)

    def _filtered(self, query: Any, ids: tuple[bool, bool] = (True, True), status: str = "", mode: str = "") -> Any:
        if status := status or self.status:
            query = query.where(Order.status == status)
        if mode := mode or self.mode:
            query = query.where(Order.mode == mode)
        if self.to_send:
            query = query.where(SQL(TO_SEND))
        if self.offer_id:
            query = query.where(Order.offer == self.offer_id)
        return created_between(query, Order, self.since, self.until, ids)


def chosen_orders(tokens: list[str]) -> list[Order]:
    """The orders with these tokens, with their merchants, newest first."""
    return list(_with_merchants().where(Order.token.in_(tokens)).order_by(Order.id.desc())) if tokens else []


def order_text(typed: str, link: Any) -> TextSearch:
    """A search for orders with this number (with or without #), or this text in their emails or names."""
    return TextSearch(typed, Order, ORDER_TEXTS, link, _order_id(typed))


def _order_id(typed: str) -> int | None:
    digits = typed.removeprefix("#")
    is_number = digits.isascii() and digits.isdigit() and len(digits) < 10
    return int(digits) - Order.FIRST_NUMBER if is_number else None


def _with_merchants() -> Any:
    return Order.select(Order, Merchant).join(Merchant)


def with_failures() -> Any:
    """With `last_failure`: Stripe's error code and decline code of the newest payment of a pending order."""
    newest = Payment.select(Payment.error_code.concat(" ").concat(Payment.decline_code)).where(
        Payment.order == Order.id, Order.status == OrderStatus.PENDING
    )
    newest = newest.order_by(Payment.id.desc()).limit(1)
    return Order.select(Order, Merchant, newest.alias("last_failure")).join(Merchant)
