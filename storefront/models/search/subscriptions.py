"""Search for subscriptions, for the list and the queues of open renewals."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from storefront.models import Merchant, Offer, Order, Subscription, SubscriptionStatus
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.orders import order_text
from storefront.models.search.pages import FIRST_PAGE, Page, Place, Source, read_all, read_page, source_of
from storefront.models.search.sorting import BY_TIME, MODES, Sorts, sort_in_force, sorted_source, sorts_of


@dataclass(frozen=True)
class SubscriptionSearch:
    """Each field limits the search; "", 0 and None do not. `text` is an order number, an email or a name.

    The subscriptions of a search were created from `since` on and before `until`. `sort` is one of SORTS; amounts are
    those of one charge, whatever its interval.
    """

    text: str = ""
    status: str = ""
    mode: str = ""
    offer_id: int = 0
    since: datetime | None = None
    until: datetime | None = None
    sort: str = ""

    SORTS: ClassVar[Sorts] = sorts_of(
        Subscription.id, Subscription.status, (Subscription.currency, Subscription.charged())
    )

    @property
    def is_unfiltered(self) -> bool:
        """Whether it finds all subscriptions."""
        return self == SubscriptionSearch()

    def page(self, place: Place = FIRST_PAGE, rows: Any = None) -> Page[Subscription]:
        """The subscriptions with their orders and merchants, by default newest first.

        `rows` is the query for them, by default `Subscription.with_relations`.
        """
        rows = Subscription.with_relations() if rows is None else rows
        keys, _descending = self.SORTS[self.order]
        return read_page(self._source(place), rows, *keys, place=place)

    def iterate(self) -> Iterator[list[Subscription]]:
        """All matches with their orders and merchants, a part of the list at a time; as `OrderSearch.iterate`."""
        keys, _descending = self.SORTS[self.order]
        return read_all(self._source(FIRST_PAGE), Subscription.with_relations(), *keys)

    @property
    def order(self) -> str:
        """The sort in force."""
        return sort_in_force(self.sort, self.SORTS, self.text)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and order_text(self.text, Subscription.order).is_too_short

    def _source(self, place: Place) -> Source:
        keys, descending = self.SORTS[self.order]
        if self.text:
            text = order_text(self.text, Subscription.order)
            source = text.source(self._filtered(Subscription.select().join(Order)), *keys)
            return replace(source, descending=descending)
        if self.order in BY_TIME:
            ids = ids_beside(place, descending)
            source = source_of(self._filtered(Subscription.select(), ids), Subscription.id, descending=descending)
            return source.counting(self._filtered(Subscription.select()))
        values = {"mode": (self.mode, MODES), "status": (self.status, ("", *SubscriptionStatus))}
        return sorted_source(self.order, self.SORTS, partial(self._filtered, Subscription.select()), **values)

    def _filtered(
        self, query: Any, ids: tuple[bool, bool] = (True, True), status: str | None = None, mode: str = ""
    ) -> Any:
        if status is not None or self.status:
            query = query.where(Subscription.status == (self.status if status is None else status))
        if mode := mode or self.mode:
            query = query.where(Subscription.mode == mode)
        if self.offer_id:
            query = query.where(Subscription.offer_id == self.offer_id)
        return created_between(query, Subscription, self.since, self.until, ids)


def chosen_subscriptions(public_ids: list[str]) -> list[Subscription]:
    """The subscriptions with these ids, with their orders and merchants, newest first."""
    query = Subscription.with_relations().where(Subscription.public_id.in_(public_ids))
    return list(query.order_by(Subscription.id.desc())) if public_ids else []


def repriceable_subscriptions(offer: Offer) -> list[Subscription]:
    """Running subscriptions of an offer, in its currency, whose price can change from the next charge on.

    Plans have a fixed price, and canceled subscriptions are not charged again. One whose items are a single piece at
    Stripe, because its charge is no multiple of one item's, has a price of its own.
    """
    return list(
        Subscription.with_relations()
        .where(
            Order.offer == offer,
            Subscription.currency == offer.currency,
            Subscription.repriceable(),
            ~((Subscription.quantity == 1) & (Order.quantity > 1) & Order.itemized),
            Merchant.disconnected_at.is_null(),
        )
        .order_by(Subscription.id)
    )
