"""Search for subscriptions, for the list and the queues of open renewals."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storefront.db import db
from storefront.i18n import fold
from storefront.models import Merchant, Offer, Order, Subscription
from storefront.models.search.dates import created_between
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
            source = source_of(self._filtered(Subscription.select()), key, descending=not self.oldest_first)
            return read_page(source, rows, key, place=place)
        text = order_text(self.text, Subscription.order)
        source = text.source(self._filtered(Subscription.select().join(Order)), key)
        return read_page(replace(source, descending=not self.oldest_first), rows, key, place=place)

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
        return created_between(query, Subscription, self.since, self.until)


@dataclass(frozen=True)
class OfferChoices:
    """The offers by which a list can be filtered, by title. `is_complete`: no other offer has a subscription.

    `chosen` is the offer that the filter names, by its id or by a part of its title; None if there is none.
    """

    offers: list[Offer]
    is_complete: bool
    chosen: Offer | None


# So many offers are in the select of a filter. A part of the title finds others.
MOST_CHOICES = 50
# The newest offers that ever had a subscription: each is one look into the index, however many subscriptions it has.
_SUBSCRIBED = f"""
WITH RECURSIVE subscribed (id, number) AS (
  SELECT MAX(offer_id), 1 FROM subscription
  UNION ALL
  SELECT (SELECT MAX(s.offer_id) FROM subscription AS s WHERE s.offer_id < subscribed.id), number + 1
  FROM subscribed WHERE id IS NOT NULL AND number <= {MOST_CHOICES}
)
SELECT 'choice', o.id, o.title FROM subscribed JOIN offer AS o ON o.id = subscribed.id
UNION ALL SELECT 'chosen', id, title FROM offer WHERE id = {{mark}}
"""  # noqa: S608
_NAMED = """
UNION ALL SELECT 'chosen', id, title FROM (
  SELECT o.id, o.title FROM offer AS o
  WHERE o.title_folded LIKE {mark} ESCAPE '!' AND EXISTS (SELECT 1 FROM subscription AS s WHERE s.offer_id = o.id)
  ORDER BY CASE o.title_folded WHEN {mark} THEN 0 ELSE 1 END, o.id DESC LIMIT 1
) AS named
"""


def offers_subscribed(offer_id: int = 0, title: str = "") -> OfferChoices:
    """Offers that ever had a subscription, and the one with this id or with this text in its title. One query."""
    sql, values = _SUBSCRIBED, list[Any]([offer_id])
    if title and not offer_id:
        folded = fold(title)
        part = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        sql, values = sql + _NAMED, [0, f"%{part}%", folded]
    rows = db.execute_sql(sql.format(mark=db.param), values).fetchall()
    found = [Offer(id=id_, title=name) for kind, id_, name in rows if kind == "choice"]
    chosen = [Offer(id=id_, title=name) for kind, id_, name in rows if kind == "chosen"]
    offers = sorted(found[:MOST_CHOICES], key=lambda offer: (offer.title, offer.id))
    return OfferChoices(offers, len(found) <= MOST_CHOICES, chosen[0] if chosen else None)


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
