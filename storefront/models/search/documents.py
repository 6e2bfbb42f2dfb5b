"""The admin's list of documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from storefront.models import Document, Order
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of

BATCH = 100


@dataclass(frozen=True)
class DocumentSearch:
    """Each field limits the search; "" does not. `text` is a document's number, or that of an order."""

    text: str = ""
    month: str = ""
    mode: str = ""
    is_too_short = False

    def page(self, place: Place = FIRST_PAGE) -> Page[Document]:
        """The documents with their orders, newest first."""
        rows = Document.select(Document, Order).join(Order)
        return read_page(source_of(self._found(), Document.id), rows, Document.id, place=place)

    def iterate(self) -> Iterator[list[Document]]:
        """All that have a number, oldest first, a batch at a time."""
        last = 0
        while True:
            found = self._found().where(Document.id > last, ~Document.unnumbered()).order_by(Document.id).limit(BATCH)
            batch = list(found)
            if not batch:
                return
            yield batch
            last = batch[-1].id

    def _found(self) -> Any:
        found = Document.select()
        if self.text:
            found = found.where(_is_named(self.text))
        if self.month:
            found = found.where(Document.month == self.month)
        if self.mode:
            found = found.where(Document.mode == self.mode)
        return found


def _is_named(text: str) -> Any:
    typed = text.lstrip("#").upper()
    if typed.isascii() and typed.isdigit() and len(typed) < 10:
        return Document.order == int(typed) - Order.FIRST_NUMBER
    return Document.number == typed
