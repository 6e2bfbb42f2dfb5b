"""Search for emails."""

from dataclasses import dataclass, replace
from typing import Any

from peewee import JOIN

from storefront.models import EMAIL_TEXTS, Email, Order
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class EmailSearch:
    """Each field limits the search; "" does not. `text` is a part of the recipient or the subject."""

    text: str = ""
    state: str = ""
    kind: str = ""
    mode: str = ""
    oldest_first: bool = False

    def page(self, place: Place = FIRST_PAGE) -> Page[Email]:
        """The emails with their orders, newest first."""
        rows = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER)
        source = self._text.source(self._found(), Email.id) if self.text else source_of(self._found(), Email.id)
        return read_page(replace(source, descending=not self.oldest_first), rows, Email.id, place=place)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, Email, EMAIL_TEXTS, Email.id)

    def _found(self) -> Any:
        query = Email.select()
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.mode:
            query = query.where(Email.mode == self.mode)
        return query
