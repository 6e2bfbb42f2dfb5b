"""The offers by which the lists of orders and of subscriptions can be filtered, however many there are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Case, PostgresqlDatabase, fn

from storefront.db import db
from storefront.i18n import fold
from storefront.models import OFFER_TEXTS, REQUESTS_SLUG, Offer, Subscription
from storefront.models.search.full_text import TextSearch

# So many offers are in the select of a filter. A part of the title finds others.
MOST_CHOICES = 50
# A text that is too short for the index is looked for in so many of the newest offers; a longer one in its newest hits.
_MOST_SHORT, _MOST_HITS = 500, 10_000


@dataclass(frozen=True)
class OfferChoices:
    """The offers by which a list can be filtered, by title. `is_complete`: there is no other.

    `chosen` is the offer that the filter names, by its id or by a part of its title; None if there is none.
    """

    offers: list[Offer]
    is_complete: bool
    chosen: Offer | None


_NEWEST = (
    f"SELECT 'choice', id, title FROM (SELECT id, title FROM offer WHERE slug <> '{REQUESTS_SLUG}'"  # noqa: S608
    f" ORDER BY id DESC LIMIT {MOST_CHOICES + 1}) AS o"
)
# The newest offers that ever had a subscription: each is one look into the index, however many subscriptions it has.
_SUBSCRIBED = f"""
WITH RECURSIVE subscribed (id, number) AS (
  SELECT MAX(offer_id), 1 FROM subscription
  UNION ALL
  SELECT (SELECT MAX(s.offer_id) FROM subscription AS s WHERE s.offer_id < subscribed.id), number + 1
  FROM subscribed WHERE id IS NOT NULL AND number <= {MOST_CHOICES}
)
SELECT 'choice', o.id, o.title FROM subscribed JOIN offer AS o ON o.id = subscribed.id
"""  # noqa: S608


def offers_to_choose(offer_id: int = 0, title: str = "", subscribed: bool = False) -> OfferChoices:
    """The newest offers, and the one with this id or with this text in its title; in one query.

    `subscribed`: only offers that ever had a subscription.
    """
    named: Any = Offer.select(Offer.id, Offer.title)
    named = _named(named, title, subscribed) if title and not offer_id else named.where(Offer.id == offer_id)
    sql, values = named.sql()
    listed = _SUBSCRIBED if subscribed else _NEWEST
    rows = db.execute_sql(f"{listed} UNION ALL SELECT 'chosen', n.* FROM ({sql}) AS n", values).fetchall()  # noqa: S608
    found = [Offer(id=id_, title=name) for kind, id_, name in rows if kind == "choice"]
    chosen = [Offer(id=id_, title=name) for kind, id_, name in rows if kind == "chosen"]
    offers = sorted(found[:MOST_CHOICES], key=lambda offer: (offer.title.casefold(), offer.id))
    return OfferChoices(offers, len(found) <= MOST_CHOICES, chosen[0] if chosen else None)


@dataclass(frozen=True)
class FoundOffers:
    """Offers of any status to choose from, by title. `is_complete`: without a search there would be no others.

    `found` is how many have the text of the search, counted up to MOST_CHOICES + 1.
    """

    offers: list[Offer]
    is_complete: bool
    found: int


def offers_with_title(text: str = "", chosen: Collection[int] = ()) -> FoundOffers:
    """The newest offers with `text` in their titles, and those with the chosen ids in any case; two queries at most."""
    every: Any = Offer.select(Offer.id, Offer.title).where(Offer.slug != REQUESTS_SLUG)
    newest = list((_titled(every, text) if text else every).order_by(Offer.id.desc()).limit(MOST_CHOICES + 1))
    listed = {offer.id: offer for offer in newest[:MOST_CHOICES]}
    if missing := set(chosen) - listed.keys():
        listed |= {offer.id: offer for offer in every.where(Offer.id.in_(list(missing)))}
    by_title = sorted(listed.values(), key=lambda offer: (offer.title.casefold(), offer.id))
    return FoundOffers(by_title, not text and len(newest) <= MOST_CHOICES, len(newest))


def _titled(query: Any, title: str) -> Any:
    """The offers with this in their titles."""
    text = TextSearch(title, Offer, OFFER_TEXTS, Offer.id)
    query = query.where(Offer.title_folded.contains(fold(title)))
    if text.is_too_short:
        newest = Offer.alias()
        return query.where(Offer.id.in_(newest.select(newest.id).order_by(newest.id.desc()).limit(_MOST_SHORT)))
    is_indexed = isinstance(db.obj, PostgresqlDatabase)
    return query.where(text.condition() if is_indexed else Offer.id.in_(text.entries(_MOST_HITS)))


def _named(query: Any, title: str, subscribed: bool) -> Any:
    """The offer with this title, else the newest one with it in its title."""
    folded, query = fold(title), _titled(query, title)
    if subscribed:
        query = query.where(fn.EXISTS(Subscription.select(SQL("1")).where(Subscription.offer_id == Offer.id)))
    return query.order_by(Case(None, ((Offer.title_folded == folded, 0),), 1), Offer.id.desc()).limit(1)
