"""Number series of documents: without gaps, each with one row that holds the last number of its year."""

from dataclasses import dataclass
from typing import Any

from peewee import BooleanField, CharField, IntegerField

from storefront.db import db
from storefront.models.base import Record

INVOICES, CREDIT_NOTES = "", "CN-"
# Numbers of test mode begin with it.
TEST = "TEST-"
# In the order in which a transaction that uses several locks their rows.
ALL_SERIES = (CREDIT_NOTES, INVOICES, TEST + CREDIT_NOTES, TEST + INVOICES)


@dataclass(frozen=True)
class DocumentNumber:
    """`2026-00017`, `CN-2026-00002`, `TEST-2026-00003`: the series, the year, and a number that counts in them."""

    series: str
    year: int
    sequence: int

    def __str__(self) -> str:
        return f"{self.series}{self.year}-{self.sequence:05}"


class DocumentSeries(Record):
    """`last` is the last number that was given in `year`; the first one of a later year is 1.

    `is_held`: no number is given until the owner has confirmed the next one, because a backup was restored and the
    customers may hold later numbers.
    """

    prefix = CharField(max_length=10, unique=True)
    year = IntegerField()
    last = IntegerField(default=0)
    is_held = BooleanField(default=False)

    class Meta:
        table_name = "document_series"

    @property
    def next_number(self) -> DocumentNumber:
        """The number that the next document of its year gets."""
        return DocumentNumber(self.prefix, self.year, self.last + 1)

    @classmethod
    def draw(cls, series: str, year: int) -> DocumentNumber | None:
        """Give the next number of a series. None while the series is held.

        Call it in the transaction that writes the document: it locks the series until the end, and a rollback gives
        the number back. The year never goes back, whatever a wrong clock says.
        """
        given_year, last, is_held = db.execute_sql(_draw_sql(), (series, year, False)).fetchone()
        return None if is_held else DocumentNumber(series, given_year, last)

    @classmethod
    def hold(cls, year: int) -> None:
        """Give no more numbers until `release`."""
        for series in ALL_SERIES:
            cls.insert(prefix=series, year=year, is_held=True).on_conflict(
                conflict_target=[cls.prefix], update={cls.is_held: True}
            ).execute()

    @classmethod
    def held(cls) -> "list[DocumentSeries]":
        """The series that wait for the owner, those of live mode first."""
        return sorted(cls.select().where(cls.is_held), key=lambda one: (one.prefix.startswith(TEST), one.prefix))

    @classmethod
    def locked(cls, prefix: str) -> "DocumentSeries | None":
        """The series, which nobody else draws from until the end of the transaction; None if it has given no number."""
        # PostgreSQL locks the row of an UPDATE. On SQLite the transaction holds the lock of the whole database.
        cls.update(last=cls.last).where(cls.prefix == prefix).execute()
        found: DocumentSeries | None = cls.get_or_none(cls.prefix == prefix)
        return found

    @classmethod
    def is_any_held(cls) -> bool:
        """Whether documents wait for the owner; one query."""
        return bool(cls.select().where(cls.is_held).exists())

    def release(self, year: int, last: int) -> None:
        """Go on after this number."""
        changes: dict[Any, object] = {DocumentSeries.year: year, DocumentSeries.last: last}
        DocumentSeries.update({**changes, DocumentSeries.is_held: False}).where(DocumentSeries.id == self.id).execute()


def _draw_sql() -> str:
    mark = db.obj.param
    return (
        f"INSERT INTO document_series (prefix, year, last, is_held) VALUES ({mark}, {mark}, 1, {mark})"  # noqa: S608
        " ON CONFLICT (prefix) DO UPDATE SET last = CASE WHEN document_series.is_held THEN document_series.last"
        " WHEN excluded.year > document_series.year THEN 1 ELSE document_series.last + 1 END,"
        " year = CASE WHEN excluded.year > document_series.year AND NOT document_series.is_held"
        " THEN excluded.year ELSE document_series.year END RETURNING year, last, is_held"
    )
