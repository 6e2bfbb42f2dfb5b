"""What the list of offers shows, read by one plain query, and the mark by which it is known that nothing has changed.

As with the pages of offers: the list may show only what its query reads.
"""

from functools import cache
from typing import Any

from storefront.db import db
from storefront.models import LEGAL_COLUMNS, LISTED_COLUMNS, Offer, OfferStatus, PriceOption
from storefront.offers.public_offers import PROFILE_VALUE, Query, columns_of, options_of, options_sql

PER_PAGE = 12
_LISTED = [Offer._meta.fields[name] for name in LISTED_COLUMNS]


def listing_query(page: int) -> Query:
    """Reads one page of the offers that the owner lists, newest first, and one offer if there is a next page.

    There is a row without an offer where there are none: the page shows the shop all the same.
    """
    listed = OfferStatus.PUBLISHED.value, True, PER_PAGE + 1, (page - 1) * PER_PAGE
    return _listing_sql(db.param), listed


def listing_mark_query(page: int) -> Query:
    """Reads one row that is another one whenever `listing_query` reads something else; it has the profile, too."""
    _sql, listed = listing_query(page)
    return _listing_mark_sql(db.param), listed


def listed_offers(rows: list[tuple[Any, ...]]) -> list[tuple[Offer, list[PriceOption]]]:
    """The offers of `listing_query`, newest first, with what the list shows of them, each with its price options."""
    found = [row for row in rows if row[0] is not None]
    created_at, options = len(_LISTED), len(_LISTED) + 1
    # A join promises no order.
    found.sort(key=lambda row: (row[created_at], row[0]), reverse=True)
    offers = ((Offer.from_values(_LISTED, row), row[options]) for row in found)
    return [(offer, options_of(stored, offer)) for offer, stored in offers]


@cache
def _listing_sql(param: str) -> str:
    # Only what is shown: the database copies these rows before it joins them.
    read = ", ".join([*columns_of("o", _LISTED), "o.created_at"])
    newest = (
        f'SELECT {read} FROM "offer" o WHERE o.status = {param} AND o.listed = {param}'  # noqa: S608
        f" ORDER BY o.created_at DESC, o.id DESC LIMIT {param} OFFSET {param}"
    )
    columns = ", ".join([*columns_of("o", _LISTED), "o.created_at", options_sql(param, "NULL"), "shop.*"])
    shop = ", ".join(f"{column} AS shop_{number}" for number, column in enumerate((*LEGAL_COLUMNS, PROFILE_VALUE)))
    return f"SELECT {columns} FROM (SELECT {shop}) shop LEFT JOIN ({newest}) o ON true"  # noqa: S608


@cache
def _listing_mark_sql(param: str) -> str:
    newest = (
        "SELECT o.id, (SELECT m.mark FROM listing_mark m WHERE m.offer_id = o.id) AS mark"  # noqa: S608
        f' FROM "offer" o WHERE o.status = {param} AND o.listed = {param}'
        f" ORDER BY o.created_at DESC, o.id DESC LIMIT {param} OFFSET {param}"
    )
    join = "group_concat" if param == "?" else "string_agg"
    columns = ", ".join((*LEGAL_COLUMNS, PROFILE_VALUE))
    return f"SELECT (SELECT {join}(l.id || ' ' || l.mark, ' ') FROM ({newest}) l), {columns}"  # noqa: S608
