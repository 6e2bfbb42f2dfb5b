"""The admin's list of offers: by status, and by a part of the title or the address."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from peewee import JOIN, SQL, Select, fn

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
from storefront.models.search.pages import (
    FIRST_PAGE,
    MOST_COUNTED,
    Page,
    Place,
    Source,
    Total,
    read_all,
    read_page,
    source_in_parts,
    source_of,
)
from storefront.models.search.sorting import MODES, sort_in_force

# So many offers of some days are sorted by their price.
_MOST_SORTED = 5000

_SOLD = Counter.select(fn.COALESCE(fn.SUM(Counter.number), 0)).where(
    Counter.kind == CounterKind.STOCK, Counter.subject == Offer.id, Counter.status.in_(sorted(SOLD_STATUSES))
)


@dataclass(frozen=True)
class OfferSearch:
    """`status` is a status of offers, "" for all. `text` is a part of the title or the slug; "" finds all offers.

    `mode` leaves out the offers of the other mode, not those without a merchant. `sort` is one of SORTS.
    The offers were created from `since` on and before `until`.
    """

    SORTS: ClassVar[tuple[str, ...]] = ("", "amount", "amount_up")

    text: str = ""
    status: str = ""
    mode: str = ""
    sort: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def page(self, place: Place = FIRST_PAGE) -> Page[Offer]:
        """The offers with their merchants and the number of units `sold`; newest first, archived ones last.

        Those of some days are in the order of time alone.
        """
        rows = Offer.select(Offer, Merchant, _SOLD.alias("sold")).join(Merchant, JOIN.LEFT_OUTER, on=Offer.merchant)
        return read_page(self._source(self._keys), rows, *self._keys, place=place)

    def iterate(self) -> Iterator[list[Offer]]:
        """All matches as `chosen_offers` reads them, in the order of the list, a part of the list at a time."""
        return read_all(self._source(self._keys), _to_export(), *self._keys)

    @property
    def _keys(self) -> tuple[Any, ...]:
        if self.order in ("amount", "amount_up"):
            return Offer.currency, Offer.amount, Offer.id
        is_by_time = self.status or self.since or self.until
        return (Offer.created_at, Offer.id) if is_by_time else Offer.in_order()

    @property
    def order(self) -> str:
        """The sort in force."""
        return sort_in_force(self.sort, self.SORTS, self.text)

    def _source(self, keys: tuple[Any, ...]) -> Source:
        found, modes = self._found(), ("", self.mode) if self.mode else ("", *MODES)
        descending, has_days = self.order != "amount_up", self.since or self.until
        if self.text:
            return replace(self._text.source(found, *keys), descending=descending)
        statuses = [self.status] if self.status else [status.value for status in OfferStatus]
        is_by_amount = self.order in ("amount", "amount_up")
        if is_by_amount and has_days and self._are_few(found):
            # Sorted by expressions, so that the index of the times finds them.
            return source_of(found, Offer.currency.concat(""), Offer.amount + 0, Offer.id, descending=descending)
        if is_by_amount or (has_days and self.mode):
            parts = [found.where(Offer.mode == mode, Offer.status == status) for mode in modes for status in statuses]
        elif self.mode:
            parts = [found.where(Offer.mode == mode) for mode in modes]
        else:
            return source_of(found, *keys, descending=descending)
        return source_in_parts(found, parts, *keys, descending=descending)

    def _are_few(self, found: Any) -> bool:
        """Whether the offers of the days can be sorted: then no list in another order is read until it has enough."""
        days = found.columns(SQL("1")).limit(_MOST_SORTED + 1)
        return bool(Select([days.alias("days")], [fn.COUNT(SQL("*"))]).scalar(db.obj) <= _MOST_SORTED)

    def _found(self) -> Any:
        query = Offer.select().where(Offer.slug != REQUESTS_SLUG)
        if self.mode:
            query = query.where(Offer.mode.in_(("", self.mode)))
        if self.since is not None:
            query = query.where(Offer.created_at >= self.since)
        if self.until is not None:
            query = query.where(Offer.created_at < self.until)
        return query.where(Offer.status == self.status) if self.status else query

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, Offer, OFFER_TEXTS, Offer.id)


def chosen_offers(ids: list[str]) -> list[Offer]:
    """The offers with these ids, with both merchants and the number of units `sold`, newest first."""
    numbers = [int(one) for one in ids if one.isdigit() and len(one) < 10]
    found = _to_export().where(Offer.id.in_(numbers), Offer.slug != REQUESTS_SLUG)
    return list(found.order_by(Offer.id.desc())) if numbers else []


def _to_export() -> Any:
    second = Merchant.alias()
    rows = Offer.select(Offer, Merchant, second, _SOLD.alias("sold"))
    rows = rows.join(Merchant, JOIN.LEFT_OUTER, on=Offer.merchant).switch(Offer)
    return rows.join(second, JOIN.LEFT_OUTER, on=(Offer.second_merchant == second.id), attr="second_merchant")


def offer_counts(mode: str = "") -> dict[str, Total]:
    """How many offers of `OfferSearch(mode=…)` have each status, and "" how many there are. One query.

    They are counted up to a limit.
    """
    of_mode = f" AND mode IN ('', {db.param})" if mode else ""
    parts = [
        f"SELECT {db.param}, COUNT(*) FROM (SELECT 1 FROM offer WHERE status = {db.param}{of_mode}"  # noqa: S608
        f" AND slug <> '{REQUESTS_SLUG}' LIMIT {MOST_COUNTED + 1}) AS counted{number}"
        for number in range(len(OfferStatus))
    ]
    values = [value for status in OfferStatus for value in (status.value, status.value, *([mode] if mode else []))]
    counted = dict(db.execute_sql(" UNION ALL ".join(parts), values).fetchall())
    counted[""] = sum(counted.values())
    return {status: Total(min(number, MOST_COUNTED), number <= MOST_COUNTED) for status, number in counted.items()}
