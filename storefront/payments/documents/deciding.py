"""Documents of what was paid or refunded before a restore: the customer may hold them, with a number that was lost.

The owner enters that number, or says that none was given. Until then they have none, so that one payment never has two.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from storefront import settings
from storefront.db import db
from storefront.errors import FieldErrors
from storefront.models import ALL_SERIES, Document, DocumentNumber, DocumentSeries, Order, now
from storefront.payments.documents.holding import number_waiting

_TYPED = re.compile(r"((?:TEST-)?(?:CN-)?)(2\d{3})-(\d{5,8})")


def undecided(most: int) -> list[Document]:
    """The oldest of them, with their orders."""
    found = Document.select(Document, Order).join(Order).where(Document.unnumbered(), Document.is_undecided)
    return list(found.order_by(Document.id).limit(most))


def decide_numbers(given: Mapping[int, str], never_given: Collection[int]) -> int:
    """Give documents their numbers, and those that have waited for them theirs. Return how many.

    `given` are the numbers that customers hold, as typed, by the document's id. Those of `never_given` get the next
    number. Raises FieldErrors by the document's id: number_format, number_later (than the last one of its series) and
    number_taken.
    """
    zone = settings.for_documents().zone
    with db.atomic():
        # Locked until the end, in the order in which everybody locks them.
        series = {prefix: DocumentSeries.locked(prefix) for prefix in ALL_SERIES}
        documents = Document.select().where(
            Document.unnumbered(), Document.is_undecided, Document.id.in_([*given, *never_given])
        )
        decided = 0
        for document in documents.order_by(Document.id):
            typed = given.get(document.id, "")
            own = series[document.series]
            if typed:
                document.give_number(_held_number(document, typed, own), *_issued(document, zone))
            elif not _give_next(document, own, zone):
                continue
            decided += 1
        return decided + sum(number_waiting(one, zone) for one in series.values() if one is not None)


def _held_number(document: Document, typed: str, series: DocumentSeries | None) -> DocumentNumber:
    match = _TYPED.fullmatch(typed.strip().upper())
    if match is None or match[1] != document.series:
        raise FieldErrors({str(document.id): ["number_format"]})
    number = DocumentNumber(match[1], int(match[2]), int(match[3]))
    if series is None or series.is_held or (number.year, number.sequence) > (series.year, series.last):
        raise FieldErrors({str(document.id): ["number_later"]})
    if number.sequence == 0 or Document.by_number(str(number)) is not None:
        raise FieldErrors({str(document.id): ["number_taken"]})
    return number


def _issued(document: Document, zone: ZoneInfo) -> tuple[datetime, str]:
    """When it was issued as far as is known, and the month of that: on the day of the payment or refund."""
    refund, paid_at = document.refund, document.content.get("paid_at")
    if refund is not None:
        moment = refund.created_at
    else:
        moment = datetime.fromisoformat(paid_at) if paid_at else document.created_at
    return moment, f"{moment.astimezone(zone):%Y-%m}"


def _give_next(document: Document, series: DocumentSeries | None, zone: ZoneInfo) -> bool:
    moment = now()
    local = moment.astimezone(zone)
    number = DocumentSeries.draw(document.series, local.year) if series is None or not series.is_held else None
    if number is not None:
        document.give_number(number, moment, f"{local:%Y-%m}")
    return number is not None
