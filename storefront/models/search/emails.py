"""Finding letters among many."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from storefront.models import Email, Order

PER_PAGE = 50


@dataclass(frozen=True)
class EmailSearch:
    """Each field narrows the search; "" leaves it wide. `text` is a part of the recipient or the subject."""

    text: str = ""
    state: str = ""
    kind: str = ""

    def page(self, number: int) -> tuple[list[Email], bool]:
        """Letters of the page, newest first and with their orders; whether there is a next page."""
        rows = list(self._query().limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """How many there are."""
        return int(self._query().order_by().count())

    def _query(self) -> Any:
        query = Email.select(Email, Order).join(Order, JOIN.LEFT_OUTER).order_by(Email.id.desc())
        if self.state:
            query = query.where(Email.state == self.state)
        if self.kind:
            query = query.where(Email.kind == self.kind)
        if self.text:
            query = query.where(Email.recipient.contains(self.text) | Email.subject.contains(self.text))
        return query
