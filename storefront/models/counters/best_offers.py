"""The offers that took the most in a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storefront.db import db, dialect_of
from storefront.models.offers.offer import REQUESTS_SLUG
from storefront.money import Money

# Of one month, mode and currency. An index has these rows in the order of their amounts.
_OF_GROUP = "c.kind = 'offer_takings' AND c.day = {param} AND c.mode = {param} AND c.currency = {param}"
_SQLITE = (
    "SELECT * FROM (SELECT c.mode, c.currency, o.id, o.title, c.number, c.amount FROM counter AS c"
    " JOIN offer AS o ON o.id = CAST(c.status AS INTEGER)"
    f" WHERE {_OF_GROUP} AND c.number > 0 AND o.slug <> '{REQUESTS_SLUG}' ORDER BY c.amount DESC, o.id LIMIT {{most}})"
)
# Changes that are not merged yet may move an offer: those offers are added up, and of the others the best are enough.
_CHANGED = f"SELECT c.status FROM counter AS c WHERE NOT c.is_sum AND {_OF_GROUP}"
_BEST = (
    f"SELECT c.status FROM counter AS c WHERE c.is_sum AND {_OF_GROUP} AND c.status NOT IN ({_CHANGED})"
    " ORDER BY c.amount DESC LIMIT {more}"
)
_POSTGRESQL = (
    "(SELECT c.mode, c.currency, o.id, o.title, SUM(c.number), SUM(c.amount) FROM counter AS c"
    " JOIN offer AS o ON o.id = CAST(c.status AS INTEGER)"
    f" WHERE {_OF_GROUP} AND c.status IN (({_BEST}) UNION {_CHANGED}) AND o.slug <> '{REQUESTS_SLUG}'"
    " GROUP BY 1, 2, 3, 4 HAVING SUM(c.number) > 0 ORDER BY 6 DESC, 3 LIMIT {most})"
)


@dataclass(frozen=True)
class BestOffer:
    """What an offer took in a month, in one mode and currency, by `number` paid orders and renewals."""

    mode: str
    offer_id: int
    title: str
    number: int
    total: Money


def best_offers(month: date, groups: Sequence[tuple[str, str]], most: int = 5) -> list[BestOffer]:
    """The `most` best offers of the month of this day for each (mode, currency), the best first. At most one query.

    Payment requests are no offers.
    """
    if not groups:
        return []
    one = _SQLITE if dialect_of(db.obj) == "sqlite" else _POSTGRESQL
    # The offer of payment requests may be among them.
    one = one.format(param=db.param, most=int(most), more=int(most) + 1)
    times = one.count(db.param) // 3
    values = [value for group in groups for _ in range(times) for value in (month.isoformat()[:7], *group)]
    rows = db.execute_sql(" UNION ALL ".join([one] * len(groups)), values).fetchall()
    found = [
        BestOffer(mode, offer_id, title, int(number), Money(int(amount), currency))
        for mode, currency, offer_id, title, number, amount in rows
    ]
    return sorted(found, key=lambda offer: (offer.mode, offer.total.currency, -offer.total.amount, offer.offer_id))
