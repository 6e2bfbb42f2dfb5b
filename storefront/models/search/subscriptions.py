"""Search for subscriptions, for the list and the queues of open renewals."""

from dataclasses import dataclass
from typing import Any

from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.orders import is_about
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

    def page(self, place: Place = FIRST_PAGE) -> Page[Subscription]:
        """The subscriptions with their orders and merchants, newest first."""
        found = self.filter_query(Subscription.select().join(Order) if self.text else Subscription.select())
        rows = Subscription.with_relations()
        return read_page(source_of(found, Subscription.id), rows, Subscription.id, place=place)

    def filter_query(self, query: Any) -> Any:
        """Limit a query of subscriptions to the matches. With a text, it must join Order."""
        if self.status:
            query = query.where(Subscription.status == self.status)
        if self.mode:
            query = query.where(Subscription.mode == self.mode)
        if self.offer_id:
            query = query.where(Subscription.offer_id == self.offer_id)
        return query.where(is_about(self.text)) if self.text else query


def offers_subscribed() -> list[Offer]:
    """Offers that ever had a subscription, by title."""
    subscribed = Order.select(Order.offer).join(Subscription)
    return list(Offer.select(Offer.id, Offer.title).where(Offer.id.in_(subscribed)).order_by(Offer.title, Offer.id))


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
