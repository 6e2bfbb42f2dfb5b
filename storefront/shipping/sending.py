"""Marking orders as sent, changing the tracking number, and taking it back."""

from collections.abc import Iterable

from storefront import emails
from storefront.db import db
from storefront.models import EmailKind, Order, OrderStatus, TimelineKind, now

SENDABLE = (OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.DISPUTED)


def can_send(order: Order) -> bool:
    """Whether the order is posted to an address, and paid."""
    return order.is_posted and order.status in SENDABLE


def mark_sent(order: Order, carrier: str, number: str, *, tell: bool) -> bool:
    """Mark the order as sent with this tracking number ("" for none), or change the number of one that was sent.

    `tell`: the customer gets an email. Returns False, and does nothing, for an order that can't be sent. Repeating it
    with the same number changes nothing and writes no second email.
    """
    with db.atomic():
        order.lock()
        if not can_send(order):
            return False
        is_new = order.sent_at is None
        if not is_new and (order.tracking_carrier, order.tracking_number) == (carrier, number):
            return True
        Order.update(sent_at=order.sent_at or now(), tracking_carrier=carrier, tracking_number=number).where(
            Order.id == order.id
        ).execute()
        kind = TimelineKind.SENT if is_new else TimelineKind.TRACKING_CHANGED
        entry = order.note(kind, tracking=number)
        if tell:
            emails.write(EmailKind.ORDER_SENT, order, f"sent-{entry.id}")
    order.reload()
    return True


def mark_several_sent(orders: Iterable[Order]) -> int:
    """Mark those that are to be sent as sent, without a tracking number, each with its email. Returns how many."""
    return sum(order.sent_at is None and mark_sent(order, "", "", tell=True) for order in orders)


def send_again(order: Order) -> None:
    """A renewal is paid: the order of a subscription is to be sent again. Call it in the transaction that records it.

    A payment plan is posted once. A parcel that has not been sent yet stays the one that is to be sent.
    """
    if not order.is_posted or order.is_plan:
        return
    again = {"sent_at": None, "tracking_carrier": "", "tracking_number": ""}
    if Order.update(**again).where(Order.id == order.id, Order.sent_at.is_null(False)).execute():
        order.note(TimelineKind.SEND_AGAIN)


def undo_sent(order: Order) -> None:
    """The order is to be sent again. An email that has not left yet is dropped. Safe to repeat."""
    with db.atomic():
        order.lock()
        if order.sent_at is None:
            return
        Order.update(sent_at=None, tracking_carrier="", tracking_number="").where(Order.id == order.id).execute()
        order.note(TimelineKind.NOT_SENT)
        emails.drop_sent_notice(order)
    order.reload()
