"""Notes that the shop's team writes about orders. Customers never see them, and they go when a customer is erased.

Those about a customer are the ones about all their orders, so they follow the orders to another email address.
"""

from collections.abc import Collection

from peewee import SQL

from storefront.db import db
from storefront.i18n import fold
from storefront.models import SETTLED_STATUSES, Order, TimelineEntry, TimelineKind, details_with_notes, ordered_by

# Not a parameter: only then SQLite uses the index that has this condition.
_IS_NOTE = TimelineEntry.kind == SQL(f"'{TimelineKind.NOTE}'")


def notes_about(email: str, most: int) -> list[TimelineEntry]:
    """The newest notes about the orders of this address, with their orders, at most so many."""
    orders = Order.select(Order.id).where(ordered_by(email))
    query = TimelineEntry.select(TimelineEntry, Order).join(Order).where(_IS_NOTE, TimelineEntry.order.in_(orders))
    # People write them, so they are few, and the index reads them without sorting.
    return sorted(query, key=lambda entry: int(entry.id), reverse=True)[:most]


def add_customer_note(email: str, text: str, by: str) -> bool:
    """Add a note about a customer: to the newest order that was paid, which is kept, else to the newest order.

    False if there is no order with this address (any more).
    """
    newest = Order.select().where(ordered_by(email)).order_by(Order.id.desc())
    order = newest.where(Order.status.in_(sorted(SETTLED_STATUSES))).first() or newest.first()
    if order is not None:
        add_order_note(order, text, by)
    return order is not None


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


def erase_notes(orders: Collection[int]) -> None:
    """Delete all notes about these orders, in whatever words they are. Runs in the caller's transaction."""
    TimelineEntry.delete().where(TimelineEntry.order.in_(orders), TimelineEntry.kind == TimelineKind.NOTE).execute()


def _index(order: Order) -> None:
    """Let searches for orders find what the notes say now."""
    notes = [str(entry.detail["words"]) for entry in order.timeline() if entry.kind == TimelineKind.NOTE]
    Order.update(details_folded=details_with_notes(order.details_folded, fold("\n".join(notes)))).where(
        Order.id == order.id
    ).execute()
