"""Marking an order that was paid outside of Stripe as refunded: its money was given back outside of Stripe as well.

No refund row is written, as there is no payment row: figures of Stripe's money count refund rows.
"""

from storefront.db import db
from storefront.models import Order, OrderStatus, OutsidePayment, TimelineKind, now
from storefront.payments import documents


def can_mark_refunded(order: Order) -> bool:
    """Whether the order was marked as paid, and its money was not given back yet."""
    return order.paid_outside and order.status == OrderStatus.PAID and OutsidePayment.of(order) is not None


def mark_refunded(order: Order, by: str) -> bool:
    """Make the order refunded, with a credit note. `by` is the address of the admin.

    Its units are free again, and the customer loses access. False, and nothing changes, if it can't be marked (any
    more). Don't call it in a transaction.
    """
    with db.atomic():
        order.lock()
        received = OutsidePayment.of(order)
        if received is None or not can_mark_refunded(order):
            return False
        OutsidePayment.update(refunded_at=now(), refunded_by=by).where(OutsidePayment.id == received.id).execute()
        after = frozenset({OrderStatus.PAID})
        detail = {"amount": order.amount, "method": received.method, "by": by}
        order.transition(OrderStatus.REFUNDED, TimelineKind.MARKED_REFUNDED, after=after, **detail)
        documents.balance_order(order)
    return True
