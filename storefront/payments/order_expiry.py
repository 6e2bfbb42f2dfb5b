"""Order expiry: closing unpaid orders that are overdue."""

from peewee import ModelSelect

from storefront import emails
from storefront.db import db
from storefront.models import (
    PAYABLE_STATUSES,
    EmailKind,
    Merchant,
    Order,
    OrderStatus,
    Payment,
    TimelineKind,
    now,
)
from storefront.payments import checkout_limits, intents


def overdue_orders(merchant: Merchant) -> "ModelSelect[Order]":
    """Unpaid orders of the merchant past their expiry, oldest first, at most 200."""
    overdue = (Order.merchant == merchant) & (Order.status == OrderStatus.PENDING) & (Order.expires_at <= now())
    return Order.select().where(overdue).order_by(Order.expires_at).limit(200)


def expire_order(order: Order) -> None:
    """Cancel the intents of an overdue order, then mark the order as expired.

    An intent whose id our rows don't have is looked for at Stripe first: the customer is told that nothing was charged.

    If the intent has succeeded meanwhile, the order becomes paid. If the bank is still processing it, the order stays
    open. Raises StripeError when the intent can't be canceled; the order stays open then too.
    """
    payment = Payment.current(order)
    if payment is not None and not intents.retire_payment(payment, "expired"):
        return
    if order.merchant.is_connected:
        intents.retire_unanswered(order)
    with db.atomic():
        expired = order.transition(OrderStatus.EXPIRED, TimelineKind.EXPIRED, after=PAYABLE_STATUSES)
        # Nobody can order again what was asked of one person.
        if expired and not order.is_request and checkout_limits.card_was_tried(order):
            emails.write(EmailKind.ORDER_EXPIRED, order)
