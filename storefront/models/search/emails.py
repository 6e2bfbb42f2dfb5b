"""Search for emails."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from storefront.models import Email, Order

PER_PAGE = 50


@dataclass(frozen=True)
class EmailSearch:
    """Each field limits the search; "" does not. `text` is a part of the recipient or the subject."""

    text: str = ""
    state: str = ""
    kind: str = ""

    def page(self, number: int) -> tuple[list[Email], bool]:
        """Return (emails with their orders, is there a next page), newest first."""
        rows = list(self._query().limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """Number of matches."""
        return int(self._query().order_by().count())

    def _query(self) -> Any:
        query = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER).order_by(Email.id.desc())
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.text:
            query = query.where(Email.is_found_by(self.text))
        return query
