"""Finding subscriptions among many: what the owner's list and the queues of waiting renewals share."""

from dataclasses import dataclass
from typing import Any

from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.orders import is_about

PER_PAGE = 50


@dataclass(frozen=True)
class SubscriptionSearch:
    """Each field narrows the search; "" and 0 leave it wide. `text` is an order's number, an email or a name."""

    text: str = ""
    status: str = ""
    mode: str = ""
    offer_id: int = 0

    @property
    def is_wide(self) -> bool:
        """Whether it finds all there are."""
        return self == SubscriptionSearch()

    def page(self, number: int) -> tuple[list[Subscription], bool]:
        """Subscriptions of the page, newest first, with their orders and merchants; whether there is a next page."""
        query = self.narrow(Subscription.with_all()).order_by(Subscription.id.desc())
        rows = list(query.limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """How many there are."""
        query = Subscription.select(Subscription.id).join(Order).switch(Subscription).join(Merchant)
        return int(self.narrow(query).count())

    def narrow(self, query: Any) -> Any:
        """A query that joins Subscription, Order and Merchant, narrowed to what is looked for."""
        if self.status:
            query = query.where(Subscription.status == self.status)
        if self.mode:
            query = query.where(Merchant.mode == self.mode)
        if self.offer_id:
            query = query.where(Order.offer == self.offer_id)
        return query.where(is_about(self.text)) if self.text else query


def offers_subscribed() -> list[Offer]:
    """Offers to which anybody has ever subscribed, by title."""
    subscribed = Order.select(Order.offer).join(Subscription)
    return list(Offer.select(Offer.id, Offer.title).where(Offer.id.in_(subscribed)).order_by(Offer.title, Offer.id))


def repriceable_subscriptions(offer: Offer) -> list[Subscription]:
    """Running subscriptions of an offer, in its currency, whose price can be another from the next charge on.

    Plans keep their instalments, and who has cancelled is charged no more.
    """
    return list(
        Subscription.with_all()
        .where(
            Order.offer == offer,
            Subscription.currency == offer.currency,
            Subscription.repriceable(),
            Merchant.disconnected_at.is_null(),
        )
        .order_by(Subscription.id)
    )
