"""The admin's list of payment requests."""

from dataclasses import dataclass

from peewee import JOIN

from storefront.models import REQUEST_TEXTS, Merchant, Order, PaymentRequest
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class RequestSearch:
    """Each field limits the search; "" does not. `text` is a part of the description, name or email."""

    text: str = ""
    state: str = ""
    mode: str = ""

    def page(self, place: Place = FIRST_PAGE) -> Page[PaymentRequest]:
        """The requests with their merchants and orders, newest first."""
        rows = PaymentRequest.select(PaymentRequest, Merchant, Order).join(Merchant)
        rows = rows.switch(PaymentRequest).join(Order, JOIN.LEFT_OUTER)
        found = PaymentRequest.select()
        if self.state:
            found = found.where(PaymentRequest.state == self.state)
        if self.mode:
            found = found.where(PaymentRequest.mode == self.mode)
        source = self._text.source(found, PaymentRequest.id) if self.text else source_of(found, PaymentRequest.id)
        return read_page(source, rows, PaymentRequest.id, place=place)

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, PaymentRequest, REQUEST_TEXTS, PaymentRequest.id)
