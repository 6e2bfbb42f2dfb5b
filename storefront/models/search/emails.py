"""Finding letters among many."""

from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from storefront.models.email import Letter
from storefront.models.order import Order

PER_PAGE = 50
STATES = ("waiting", "sent", "kept", "failed", "dropped")


@dataclass(frozen=True)
class LetterSearch:
    """Each field narrows the search; "" leaves it wide. `text` is a part of the recipient or the subject."""

    text: str = ""
    state: str = ""
    kind: str = ""

    def page(self, number: int) -> tuple[list[Letter], bool]:
        """Letters of the page, newest first and with their orders; whether there is a next page."""
        rows = list(self._query().limit(PER_PAGE + 1).offset((number - 1) * PER_PAGE))
        return rows[:PER_PAGE], len(rows) > PER_PAGE

    def count(self) -> int:
        """How many there are."""
        return int(self._query().order_by().count())

    def _query(self) -> Any:
        query = Letter.select(Letter, Order).join(Order, JOIN.LEFT_OUTER).order_by(Letter.id.desc())
        if self.state:
            query = query.where(Letter.state == self.state)
        if self.kind:
            query = query.where(Letter.kind == self.kind)
        if self.text:
            query = query.where(Letter.recipient.contains(self.text) | Letter.subject.contains(self.text))
        return query
