"""The admin's list of offers: by status, and by a part of the title or the address."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from storefront.db import db
from storefront.models import (
    OFFER_TEXTS,
    REQUESTS_SLUG,
    SOLD_STATUSES,
    Counter,
    CounterKind,
    Merchant,
    Offer,
    OfferStatus,
)
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, MOST_COUNTED, Page, Place, Total, read_page, source_of

_SOLD = Counter.select(fn.COALESCE(fn.SUM(Counter.number), 0)).where(
    Counter.kind == CounterKind.STOCK, Counter.subject == Offer.id, Counter.status.in_(sorted(SOLD_STATUSES))
)


@dataclass(frozen=True)
class OfferSearch:
    """`status` is a status of offers, "" for all. `text` is a part of the title or the slug; "" finds all offers."""

    text: str = ""
    status: str = ""

    def page(self, place: Place = FIRST_PAGE) -> Page[Offer]:
        """The offers with their merchants and the number of units `sold`, newest first; archived ones last."""
        keys: tuple[Any, ...] = (Offer.created_at, Offer.id) if self.status else Offer.in_order()
        rows = Offer.select(Offer, Merchant, _SOLD.alias("sold")).join(Merchant, JOIN.LEFT_OUTER)
        found = Offer.select().where(Offer.slug != REQUESTS_SLUG)
        if self.status:
            found = found.where(Offer.status == self.status)
        source = self._text.source(found, *keys) if self.text else source_of(found, *keys)
        return read_page(source, rows, *keys, place=place)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, Offer, OFFER_TEXTS, Offer.id)


def offer_counts() -> dict[str, Total]:
    """How many offers have each status, and "" how many there are; counted up to a limit. One query."""
    parts = [
        f"SELECT {db.param}, COUNT(*) FROM (SELECT 1 FROM offer WHERE status = {db.param}"  # noqa: S608
        f" AND slug <> '{REQUESTS_SLUG}' LIMIT {MOST_COUNTED + 1}) AS counted{number}"
        for number in range(len(OfferStatus))
    ]
    values = [status.value for status in OfferStatus for _twice in range(2)]
    counted = dict(db.execute_sql(" UNION ALL ".join(parts), values).fetchall())
    counted[""] = sum(counted.values())
    return {status: Total(min(number, MOST_COUNTED), number <= MOST_COUNTED) for status, number in counted.items()}
