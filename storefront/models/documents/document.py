"""Invoices and credit notes. Once issued they never change: a correction is another document."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import (
    SQL,
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    fn,
)

from storefront.models.base import JsonField, Record, UtcDateTimeField, now
from storefront.models.documents.document_series import CREDIT_NOTES, INVOICES, TEST, DocumentNumber
from storefront.models.orders.order import Order
from storefront.models.orders.refund import Refund
from storefront.models.prepared_query import PreparedQuery
from storefront.models.subscriptions.invoice import Invoice
from storefront.money import Money


class DocumentKind(StrEnum):
    """The values are stored in rows and never change."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    CORRECTION = "correction"  # takes a credit note back: its refund has failed. Numbered with the invoices


class Document(Record):
    """Amounts are positive minor units of `currency`. `net` plus `tax` is `gross`, which is what was paid or refunded.

    `charge` names what was paid: the order's own payment, or a renewal. Its documents have positions from 0, the first
    invoice. `about` is the document that a credit note or a correction refers to, or that a corrected invoice replaces.
    `buyer` and `content` are what the document says, as it was when it was written; `payments.documents` describes
    them. `buyer` is apart, so that it can be erased. A document without a `number` waits: see DocumentSeries. One that
    `is_undecided` is of a payment from before a restore: the customer may hold it already, with a number that was lost.
    """

    kind = CharField(max_length=12)
    series = CharField(max_length=10)
    year = IntegerField(null=True)
    sequence = IntegerField(null=True)
    number = CharField(max_length=30, null=True, unique=True)
    month = CharField(max_length=7, default="")  # of `issued_at` in the shop's time zone, as 2026-11
    mode = CharField(max_length=4)
    order = ForeignKeyField(Order, backref="documents", on_delete="RESTRICT")
    order_id: int
    charge = CharField(max_length=30)
    position = IntegerField(default=0)
    invoice = ForeignKeyField(Invoice, null=True, on_delete="RESTRICT")  # of a renewal
    invoice_id: int | None
    refund = ForeignKeyField(Refund, null=True, on_delete="RESTRICT")
    refund_id: int | None
    about = ForeignKeyField("self", null=True)
    about_id: int | None
    language = CharField(max_length=2)
    currency = CharField(max_length=3)
    net = BigIntegerField()
    tax = BigIntegerField(default=0)
    gross = BigIntegerField()
    buyer = JsonField(default=dict)
    content = JsonField(default=dict)
    created_at = UtcDateTimeField(default=now)
    issued_at = UtcDateTimeField(null=True)
    is_undecided = BooleanField(default=False)

    class Meta:
        table_name = "document"
        indexes = (
            (("charge", "position"), True),
            (("mode", "id"), False),
            (("month", "id"), False),
            (("mode", "month", "id"), False),
        )

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives money back; the sums of a shop subtract it."""
        return bool(self.kind == DocumentKind.CREDIT_NOTE)

    @property
    def total(self) -> Money:
        """What was paid or refunded."""
        return Money(self.gross, self.currency)

    @property
    def signed_gross(self) -> int:
        """The amount with its sign in sums."""
        return -self.gross if self.is_credit_note else self.gross

    @property
    def is_issued(self) -> bool:
        """Whether it has a number."""
        return self.number is not None

    @staticmethod
    def charge_of(order: Order, invoice: Invoice | None = None) -> str:
        """The name of the order's own payment, or of the renewal that this invoice is for."""
        return f"order-{order.id}" if invoice is None else f"renewal-{invoice.id}"

    @classmethod
    def issued_for(cls, order: Order, invoice: Invoice | None = None) -> "list[Document]":
        """The documents of that payment that have a number, in their order."""
        return [document for document in cls.of_charge(cls.charge_of(order, invoice)) if document.is_issued]

    @classmethod
    def by_number(cls, number: str) -> "Document | None":
        """The document with its order."""
        found = cls.select(cls, Order).join(Order).where(cls.number == number)
        return next(iter(found), None)

    @classmethod
    def of_charge(cls, charge: str) -> "list[Document]":
        """The documents of what was paid, in their order."""
        return _OF_CHARGE.all(charge)

    @classmethod
    def of_order(cls, order: Order) -> "list[Document]":
        """The documents of the order and of its renewals that have a number, oldest first."""
        return [document for document in _OF_ORDER.all(order.id) if document.is_issued]

    @classmethod
    def first_month(cls) -> str:
        """The month of the oldest issued document; "" if there is none."""
        found: str | None = cls.select(fn.MIN(cls.month)).where(cls.month > "").scalar()
        return found or ""

    @classmethod
    def newest_mode(cls, month: str) -> str:
        """The mode of the month's newest document; "live" if it has none."""
        newest = cls.select(cls.mode).where(cls.month == month).order_by(cls.id.desc()).first()
        return newest.mode if newest is not None else "live"

    @classmethod
    def unnumbered(cls) -> Any:
        """A condition of a query: documents that wait for a number."""
        return cls.number.is_null()

    def give_number(self, number: DocumentNumber, issued_at: datetime, month: str) -> None:
        """Issue a document that has waited. Call it in the transaction that has drawn the number."""
        Document.update(
            number=str(number),
            year=number.year,
            sequence=number.sequence,
            month=month,
            issued_at=issued_at,
            is_undecided=False,
        ).where(Document.id == self.id).execute()


def series_of(kind: DocumentKind, mode: str) -> str:
    """The series that documents of this kind and mode are numbered in."""
    series = CREDIT_NOTES if kind == DocumentKind.CREDIT_NOTE else INVOICES
    return series if mode == "live" else TEST + series


def outstanding(documents: Iterable[Document]) -> int:
    """Minor units that the documents of one charge add up to."""
    return sum(document.signed_gross for document in documents)


_OF_CHARGE: PreparedQuery[Document] = PreparedQuery(
    lambda charge: Document.select().where(Document.charge == charge).order_by(Document.position)
)
_OF_ORDER: PreparedQuery[Document] = PreparedQuery(
    lambda order: Document.select().where(Document.order == order).order_by(Document.id)
)
Document.add_index(Document.index(Document.id, where=SQL("number IS NULL"), name="document_without_number"))
