"""Orders that cost nothing: complete when the customer presses the button, without Stripe."""

from storefront import emails
from storefront.db import db
from storefront.models import PAYABLE_STATUSES, EmailKind, Order, OrderStatus, Payment, TimelineKind
from storefront.payments import paid_orders


def is_free(order: Order) -> bool:
    """Whether nothing is to be paid, now or later."""
    return order.is_payable and not order.recurs and order.amount == 0


def complete(order: Order) -> None:
    """Mark the order as paid. Safe to repeat, and to call concurrently: emails are written once.

    An order that has a payment is left alone: its bank may still be processing it.
    """
    with db.atomic():
        order.lock()
        if not is_free(order) or Payment.current(order) is not None:
            return
        if order.transition(OrderStatus.PAID, TimelineKind.PAID, after=PAYABLE_STATUSES, amount=0):
            emails.drop_unpaid_order_reminder(order)
            emails.write(EmailKind.RECEIPT, order)
            emails.write(EmailKind.OWNER_SALE, order)
            if not paid_orders.serve(order):
                order.note(TimelineKind.SOLD_OUT, amount=0)
