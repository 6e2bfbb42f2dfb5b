"""Search for subscriptions, for the list and the queues of open renewals."""

from dataclasses import dataclass
from typing import Any

from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.orders import is_about

PER_PAGE = 50


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

    def page(self, number: int) -> tuple[list[Subscription], bool]:
        """Return (subscriptions with their orders and merchants, is there a next page), newest first."""
        query = self.filter_query(Subscription.with_relations()).order_by(Subscription.id.desc())
        rows = list(query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """Number of matches."""
        query = Subscription.select(Subscription.id).join(Order).switch(Subscription).join(Merchant)
        return int(self.filter_query(query).count())

    def filter_query(self, query: Any) -> Any:
        """Limit a query that joins Subscription, Order and Merchant to the matches."""
        if self.status:
            query = query.where(Subscription.status == self.status)
        if self.mode:
            query = query.where(Merchant.mode == self.mode)
        if self.offer_id:
            query = query.where(Order.offer == self.offer_id)
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
