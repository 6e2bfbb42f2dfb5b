"""Search for subscriptions, for the list and the queues of open renewals."""

from dataclasses import dataclass
from typing import Any

from peewee import fn

from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.orders import order_text
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class SubscriptionSearch:
    """Each field limits the search; "" and 0 do not. `text` is an order number, an email or a name."""

    text: str = ""
    status: str = ""
    mode: str = ""
    offer_id: int = 0

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
            return read_page(source_of(self._filtered(Subscription.select()), key), rows, key, place=place)
        text = order_text(self.text, Subscription.order)
        source = text.source(self._filtered(Subscription.select().join(Order)), key)
        return read_page(source, rows, key, place=place)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and order_text(self.text, Subscription.order).is_too_short

    def _filtered(self, query: Any) -> Any:
        if self.status:
            query = query.where(Subscription.status == self.status)
        if self.mode:
            query = query.where(Subscription.mode == self.mode)
        if self.offer_id:
            query = query.where(Subscription.offer_id == self.offer_id)
        return query


def offers_subscribed() -> list[Offer]:
    """Offers that ever had a subscription, by title."""
    one = Subscription.select(Subscription.id).where(Subscription.offer_id == Offer.id)
    return list(Offer.select(Offer.id, Offer.title).where(fn.EXISTS(one)).order_by(Offer.title, Offer.id))


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
