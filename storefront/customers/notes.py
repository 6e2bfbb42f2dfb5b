"""Notes that the shop's team writes about orders. Customers never see them, and they go when a customer is erased."""

from storefront.db import db
from storefront.i18n import fold
from storefront.models import Order, TimelineEntry, TimelineKind, details_with_notes


def add_order_note(order: Order, text: str, by: str) -> None:
    """Add a note to the order's timeline. `by` is the address of the admin who writes it."""
    with db.atomic():
        order.lock()
        order.note(TimelineKind.NOTE, words=text, by=by)
        _index(order)


def delete_order_note(order: Order, entry_id: int) -> bool:
    """Delete a note. False if the order has no note with this id."""
    with db.atomic():
        order.lock()
        is_it = (TimelineEntry.id == entry_id) & (TimelineEntry.kind == TimelineKind.NOTE)
        deleted = TimelineEntry.delete().where(is_it, TimelineEntry.order == order).execute()
        if deleted:
            _index(order)
    return bool(deleted)


def _index(order: Order) -> None:
    """Let searches for orders find what the notes say now."""
    notes = [str(entry.detail["words"]) for entry in order.timeline() if entry.kind == TimelineKind.NOTE]
    Order.update(details_folded=details_with_notes(order.details_folded, fold("\n".join(notes)))).where(
        Order.id == order.id
    ).execute()
