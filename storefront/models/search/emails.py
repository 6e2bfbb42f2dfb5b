"""Search for emails."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from storefront.models import Email, Order
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class EmailSearch:
    """Each field limits the search; "" does not. `text` is a part of the recipient or the subject."""

    text: str = ""
    state: str = ""
    kind: str = ""

    def page(self, place: Place = FIRST_PAGE) -> Page[Email]:
        """The emails with their orders, newest first."""
        rows = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER)
        return read_page(source_of(self._found(), Email.id), rows, Email.id, place=place)

    def _found(self) -> Any:
        query = Email.select()
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.text:
            query = query.where(Email.is_found_by(self.text))
        return query
