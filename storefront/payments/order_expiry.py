"""Orders that nobody paid in time: their intent is canceled first, and money that was quicker is honoured."""

from storefront import emails
from storefront.db import db
from storefront.models import PAYABLE_STATUSES, Order, Payment, now
from storefront.payments import intents


def overdue_orders() -> list[Order]:
    """Unpaid orders past their expiry, oldest first."""
    return list(
        Order.select().where(Order.status == "pending", Order.expires_at <= now()).order_by(Order.expires_at).limit(200)
    )


def expire_order(order: Order) -> None:
    """Let an overdue order go. Raises StripeError when its intent can't be canceled: then it waits.

    Where Stripe says that it has just succeeded, the order is paid instead; while a bank is thinking, it waits.
    """
    payment = Payment.current(order)
    if payment is not None and not intents.retire_payment(payment, "expired"):
        return
    with db.atomic():
        if order.transition("expired", "expired", after=PAYABLE_STATUSES):
            emails.write("order_expired", order)
