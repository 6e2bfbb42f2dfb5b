"""The rows of invoices and credit notes, numbered in the order of time."""

import json
from collections.abc import Mapping
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from peewee import fn

from benchmarks.grow.parcels import ADDRESS_LINES, COUNTRY
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows
from storefront import settings
from storefront.models import Document, DocumentKind, DocumentSeries
from storefront.payments.documents import contents

_SERIES = {DocumentKind.INVOICE: "TEST-", DocumentKind.CREDIT_NOTE: "TEST-CN-"}
_CARD = '"card": {"brand": "visa", "last4": "4242"}'


class Sale(NamedTuple):
    """What all documents and emails of an order have: `buyer` is JSON."""

    order_id: int
    offer_id: int
    title: str
    number: int
    currency: str
    language: str
    buyer: str


class Line(NamedTuple):
    """What was bought: the price of one unit, and what was taken off all of them, in minor units."""

    title: str
    quantity: int
    unit: int
    discount: int = 0

    @property
    def amount(self) -> int:
        """What was paid for it."""
        return self.quantity * self.unit - self.discount


class _Pending(NamedTuple):
    """A document without a number. Its id is added to `ids` when it gets one; `about` has that of an invoice."""

    kind: DocumentKind
    sale: Sale
    charge: str
    gross: int
    content: str
    ids: list[int]
    invoice_id: int | None = None
    refund_id: int | None = None
    about: list[int] | None = None


class DocumentRows:
    """Makes the rows of documents. Those of renewals are known before their time, so they wait for their numbers."""

    def __init__(self, next_id: int) -> None:
        self.rows = Rows(
            Document,
            "id kind series year sequence number month mode order_id charge position invoice_id refund_id about_id"
            " language currency net gross buyer content created_at issued_at",
        )
        self._next_id = next_id
        self._last = _last_numbers()
        self._waiting, self._ties = list[tuple[str, int, _Pending]](), count()
        self._seller = _text(contents.seller(settings.for_documents().profile))

    def add_sale(
        self, sale: Sale, lines: list[Line], code: str, at: str, outside: Mapping[str, int | str]
    ) -> list[int]:
        """Add the invoice of an order that was paid at this time. Return the list that gets its id.

        `outside` is what it says of money that Stripe knows nothing about, if that has paid it.
        """
        paid = f'"card": {{"brand": "", "last4": ""}}, {_text(outside)[1:-1]}' if outside else f'{_CARD}, "outside": 0'
        content = f'{_lines(sale, lines)}, {paid}, "code": "{code}", "paid_at": "{at}"'
        return self._add(
            at, DocumentKind.INVOICE, sale, f"order-{sale.order_id}", sum(one.amount for one in lines), content
        )

    def add_renewal(self, sale: Sale, line: Line, period: tuple[str, str], invoice_id: int, payment_id: int) -> None:
        """Add the invoice of a renewal, which was paid when its period began."""
        at, end = period
        content = (
            f'{_lines(sale, [line])}, {_CARD}, "code": "", "paid_at": "{at}", "outside": 0,'
            f' "period": ["{at}", "{end}"], "payments": [{payment_id}]'
        )
        self._add(at, DocumentKind.INVOICE, sale, f"renewal-{invoice_id}", line.amount, content, invoice_id)

    def add_refund(self, sale: Sale, refund_id: int, amount: int, at: str, invoice: list[int]) -> None:
        """Add the credit note of a refund. `invoice` is what `add_sale` has returned."""
        content = f'{_lines(sale, [])}, {_CARD}, "outside": 0, "reason": "requested_by_customer"'
        charge = f"order-{sale.order_id}"
        self._add(at, DocumentKind.CREDIT_NOTE, sale, charge, amount, content, None, refund_id, invoice)

    def issue(self, until: str = "9") -> None:
        """Number the documents of before this time, the earliest first. All that they refer to has rows."""
        while self._waiting and self._waiting[0][0] < until:
            at, _tie, one = heappop(self._waiting)
            sale, series, year = one.sale, _SERIES[one.kind], int(at[:4])
            sequence = self._last[series, year] = self._last.get((series, year), 0) + 1
            one.ids.append(self._next_id)
            numbered = self._next_id, one.kind.value, series, year, sequence, f"{series}{year}-{sequence:05}", at[:7]
            about = one.about[0] if one.about else None
            charged = "test", sale.order_id, one.charge, 1 if one.about else 0, one.invoice_id, one.refund_id, about
            content = f'{{"seller": {self._seller}, "taxes": [], "reverse_charge": false, {one.content}}}'
            said = sale.language, sale.currency, one.gross, one.gross, sale.buyer, content, at, at
            self.rows.add((*numbered, *charged, *said))
            self._next_id += 1

    def _add(
        self,
        at: str,
        kind: DocumentKind,
        sale: Sale,
        charge: str,
        gross: int,
        content: str,
        invoice_id: int | None = None,
        refund_id: int | None = None,
        about: list[int] | None = None,
    ) -> list[int]:
        ids: list[int] = []
        pending = _Pending(kind, sale, charge, gross, content, ids, invoice_id, refund_id, about)
        heappush(self._waiting, (at, next(self._ties), pending))
        return ids


def store_series() -> None:
    """Let the shop go on after the numbers of its documents."""
    for (series, year), last in sorted(_last_numbers().items()):
        stored = DocumentSeries.get_or_none(DocumentSeries.prefix == series)
        if stored is None:
            DocumentSeries.create(prefix=series, year=year, last=last)
        elif (year, last) > (stored.year, stored.last):
            stored.release(year, last)


def _last_numbers() -> dict[tuple[str, int], int]:
    """{(series, year): the last number} of the documents that have rows."""
    of_series = Document.series, Document.year
    rows = Document.select(*of_series, fn.MAX(Document.sequence)).group_by(*of_series).tuples()
    return {(series, year): last for series, year, last in rows}


def buyer_of(person: Person, *, is_posted: bool = False) -> str:
    """The customer in a document, and where the goods were posted to."""
    if not is_posted:
        return f'{{"name": "{person.name}", "company": "", "vat_id": "", "country": ""}}'
    ship_to = {"name": person.name, "lines": ADDRESS_LINES, "country": COUNTRY}
    buyer = {"name": person.name, "company": "", "vat_id": "", "country": COUNTRY}
    return _text({**buyer, contents.SHIP_TO: ship_to})


def _lines(sale: Sale, lines: list[Line]) -> str:
    found = ", ".join(
        f'{{"title": {_text(one.title)}, "quantity": {one.quantity}, "unit": {one.unit},'
        f' "discount": {one.discount}, "amount": {one.amount}}}'
        for one in lines
    )
    return f'"order": {sale.number}, "lines": [{found}]'


def _text(value: object) -> str:
    return _quoted(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@lru_cache
def _quoted(text: str) -> str:
    """Titles are few, and each is written many times."""
    return json.dumps(text, ensure_ascii=False)
