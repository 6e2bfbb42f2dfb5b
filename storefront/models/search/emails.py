"""Search for emails."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from peewee import JOIN

from storefront.models import EMAIL_TEXTS, Email, EmailState, Order
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, Source, read_page, source_in_parts, source_of
from storefront.models.search.sorting import BY_TIME, MODES, Sorts, sort_in_force, sorts_of


@dataclass(frozen=True)
class EmailSearch:
    """Each field limits the search; "" does not. `text` is a part of the recipient, the subject or the order's title.

    The emails of a search were written from `since` on and before `until`. `sort` is one of SORTS.
    """

    text: str = ""
    state: str = ""
    kind: str = ""
    mode: str = ""
    since: datetime | None = None
    until: datetime | None = None
    sort: str = ""
    offer_id: int = 0

    SORTS: ClassVar[Sorts] = sorts_of(Email.id, Email.state)

    def page(self, place: Place = FIRST_PAGE) -> Page[Email]:
        """The emails with their orders, by default newest first."""
        rows = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER)
        keys, descending = self.SORTS[self.order]
        if self.text:
            source = self._text.source(self._found(), *keys)
        else:
            ids = ids_beside(place, descending) if self.order in BY_TIME else (True, True)
            source = self._listed(ids, keys)
        return read_page(replace(source, descending=descending), rows, *keys, place=place)

    @property
    def order(self) -> str:
        """The sort in force."""
        return sort_in_force(self.sort, self.SORTS, self.text)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, Email, EMAIL_TEXTS, Email.id)

    def _listed(self, ids: tuple[bool, bool], keys: tuple[Any, ...]) -> Source:
        found = self._found(ids)
        is_by_id = self.order in BY_TIME
        if not self.offer_id or (is_by_id and not (self.mode or self.state or self.kind)):
            return source_of(found, *keys).counting(self._found())
        source = source_in_parts(found, self._parts(found), *keys)
        return source.counting_parts(self._parts(self._found()), Email.id)

    def _parts(self, found: Any) -> list[Any]:
        """The indexes of an offer begin with mode, kind and state: a part for each of those that are not asked for."""
        modes = [self.mode] if self.mode else MODES
        states: list[Any] = [self.state] if self.state or self.order not in BY_TIME else list(EmailState)
        parts = [found.where(Email.mode == mode) for mode in modes]
        return [part.where(Email.state == state) if state else part for part in parts for state in states]

    def _found(self, ids: tuple[bool, bool] = (True, True)) -> Any:
        query = Email.select()
        if self.offer_id:
            query = query.where(Email.offer_id == self.offer_id)
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.mode:
            query = query.where(Email.mode == self.mode)
        return created_between(query, Email, self.since, self.until, ids)
