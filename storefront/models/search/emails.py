"""Search for emails."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from peewee import JOIN

from storefront.models import EMAIL_TEXTS, Email, Order
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of
from storefront.models.search.sorting import BY_TIME, Sorts, sort_in_force, sorts_of


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

    SORTS: ClassVar[Sorts] = sorts_of(Email.id, Email.state)

    def page(self, place: Place = FIRST_PAGE) -> Page[Email]:
        """The emails with their orders, by default newest first."""
        rows = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER)
        keys, descending = self.SORTS[self.order]
        if self.text:
            source = self._text.source(self._found(), *keys)
        else:
            ids = ids_beside(place, descending) if self.order in BY_TIME else (True, True)
            source = source_of(self._found(ids), *keys).counting(self._found())
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

    def _found(self, ids: tuple[bool, bool] = (True, True)) -> Any:
        query = Email.select()
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.mode:
            query = query.where(Email.mode == self.mode)
        return created_between(query, Email, self.since, self.until, ids)
