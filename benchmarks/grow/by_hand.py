"""What the shop's team has done to some orders: notes, and orders that were marked as paid."""

from datetime import datetime
from typing import Any

from benchmarks.grow.tables import Rows, stamp
from storefront.i18n import fold
from storefront.models import OutsideMethod, OutsidePayment, TimelineKind, details_with_notes

# How an order ends that was paid by bank transfer or in cash.
OUTSIDE = "outside"
_NOTE_EVERY = 40
_NOTES = ("Called about parking", "Просить місце біля вікна", "Оплата пришла на второй день", "Brings her own brushes")
_BY = "manager@example.com"
_METHODS = (OutsideMethod.BANK_TRANSFER.value, OutsideMethod.CASH.value)


class HandRows:
    """Makes the rows of what was done by hand, and its `entries` in the timeline."""

    def __init__(self, entries: Rows) -> None:
        self._entries = entries
        self.outside = Rows(OutsidePayment, "order_id method reference received_on recorded_by recorded_at")

    def note(self, order_id: int, details: str, at: str) -> str:
        """Add a note to one order in so many. Return `details`, what the order is found by, with the note."""
        if order_id % _NOTE_EVERY:
            return details
        words = _NOTES[order_id // _NOTE_EVERY % len(_NOTES)]
        self._entries.add((order_id, TimelineKind.NOTE.value, f'{{"by": "{_BY}", "words": "{words}"}}', at))
        return details_with_notes(details, fold(words))

    def mark_paid(self, order_id: int, amount: int, paid: datetime) -> dict[str, Any]:
        """Add how an order was paid outside of Stripe. Return what its document says of that."""
        method, at = _METHODS[order_id % len(_METHODS)], stamp(paid)
        detail = f'{{"amount": {amount}, "by": "{_BY}", "method": "{method}"}}'
        self._entries.add((order_id, TimelineKind.MARKED_PAID.value, detail, at))
        self.outside.add((order_id, method, f"Statement {at[:7]}", at[:10], _BY, at))
        return {"outside": amount, "outside_method": method, "outside_on": at[:10]}
