"""After a restore: documents wait until the owner has confirmed the next numbers.

The restored series would give out numbers that customers already hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from peewee import ModelSelect

from storefront import settings
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import ALL_SERIES, Document, DocumentNumber, DocumentSeries, ShopSetting, now

# More digits than a number has.
MAX_SEQUENCE = 99_999_999


@dataclass(frozen=True)
class HeldSeries:
    """`next_number` is the earliest that the owner can confirm; `waiting` is how many documents wait for a number."""

    series: DocumentSeries
    next_number: DocumentNumber
    waiting: int


def hold_numbers() -> None:
    """Give no numbers until the owner has confirmed them. For a database that was just restored.

    What was paid or refunded before, and is found at Stripe later, is for the owner to decide: see `undecided`.
    """
    moment = now()
    DocumentSeries.hold(moment.year)
    ShopSetting.store(settings.DOCUMENTS_RESTORED, moment.timestamp())


def held_series() -> list[HeldSeries]:
    """The series that wait for the owner."""
    zone = settings.for_documents().zone
    return [HeldSeries(series, _earliest(series, zone), _waiting(series).count()) for series in DocumentSeries.held()]


def confirm_numbers(next_numbers: Mapping[str, int]) -> int:
    """Go on with these numbers, by the prefix of their series, and issue what has waited, in order. Return how many.

    Raises FieldErrors for a prefix whose number was used already, is missing or too large: number_used, with
    `earliest`, and number_range.
    """
    zone = settings.for_documents().zone
    with db.atomic():
        held = {series.prefix: series for series in DocumentSeries.held()}
        for prefix in ALL_SERIES:
            if prefix in held:
                _release(held[prefix], next_numbers.get(prefix, 0), zone)
        return sum(number_waiting(held[prefix], zone) for prefix in ALL_SERIES if prefix in held)


def _release(series: DocumentSeries, sequence: int, zone: ZoneInfo) -> None:
    earliest = _earliest(series, zone)
    if sequence > MAX_SEQUENCE:
        raise FieldErrors({series.prefix: ["number_range"]})
    if sequence < earliest.sequence:
        raise FieldErrors({series.prefix: ["number_used"]}, earliest=str(earliest))
    series.release(earliest.year, sequence - 1)


def _earliest(series: DocumentSeries, zone: ZoneInfo) -> DocumentNumber:
    year = now().astimezone(zone).year
    return series.next_number if year <= series.year else DocumentNumber(series.prefix, year, 1)


def number_waiting(series: DocumentSeries, zone: ZoneInfo) -> int:
    """Give the documents of the series that wait for no decision their numbers, in order. Return how many."""
    waiting, moment = list(_waiting(series).order_by(Document.id)), now()
    local = moment.astimezone(zone)
    for document in waiting:
        number = DocumentSeries.draw(series.prefix, local.year)
        if number is not None:
            document.give_number(number, moment, f"{local:%Y-%m}")
    return len(waiting)


def _waiting(series: DocumentSeries) -> "ModelSelect[Document]":
    """A credit note waits as long as its invoice."""
    about = Document.alias()
    undecided = about.select(about.id).where(about.number.is_null(), about.is_undecided)
    ready = ~Document.is_undecided & (Document.about.is_null() | Document.about.not_in(undecided))
    return Document.select().where(Document.unnumbered(), Document.series == series.prefix, ready)
