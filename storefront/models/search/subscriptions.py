"""Search for subscriptions, for the list and the queues of open renewals."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.orders import order_text
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class SubscriptionSearch:
    """Each field limits the search; "", 0 and None do not. `text` is an order number, an email or a name.

    The subscriptions of a search were created from `since` on and before `until`.
    """

    text: str = ""
    status: str = ""
    mode: str = ""
    offer_id: int = 0
    since: datetime | None = None
    until: datetime | None = None
    oldest_first: bool = False

    @property
    def is_unfiltered(self) -> bool:
        """Whether it finds all subscriptions."""
        return self == SubscriptionSearch()

    def page(self, place: Place = FIRST_PAGE, rows: Any = None) -> Page[Subscription]:
        """The subscriptions with their orders and merchants, newest first.

        `rows` is the query for them, by default `Subscription.with_relations`.
        """
        rows, key = Subscription.with_relations() if rows is None else rows, Subscription.id
        if not self.text:
            ids = ids_beside(place, descending=not self.oldest_first)
            found = self._filtered(Subscription.select(), ids)
            source = source_of(found, key, descending=not self.oldest_first)
            return read_page(source.counting(self._filtered(Subscription.select())), rows, key, place=place)
        text = order_text(self.text, Subscription.order)
        source = text.source(self._filtered(Subscription.select().join(Order)), key)
        return read_page(replace(source, descending=not self.oldest_first), rows, key, place=place)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and order_text(self.text, Subscription.order).is_too_short

    def _filtered(self, query: Any, ids: tuple[bool, bool] = (True, True)) -> Any:
        if self.status:
            query = query.where(Subscription.status == self.status)
        if self.mode:
            query = query.where(Subscription.mode == self.mode)
        if self.offer_id:
            query = query.where(Subscription.offer_id == self.offer_id)
        return created_between(query, Subscription, self.since, self.until, ids)


def repriceable_subscriptions(offer: Offer) -> list[Subscription]:
    """Running subscriptions of an offer, in its currency, whose price can change from the next charge on.

    Plans have a fixed price, and canceled subscriptions are not charged again.
    """
    return list(
        Subscription.with_relations()
        .where(
            Order.offer == offer,
            Subscription.currency == offer.currency,
            Subscription.repriceable(),
            Merchant.disconnected_at.is_null(),
        )
        .order_by(Subscription.id)
    )
