"""First invoices of subscriptions that the seller has marked as paid outside of Stripe."""

from storefront import emails
from storefront.models import (
    PAID_OUTSIDE,
    UNPAID_STATUSES,
    EmailKind,
    Order,
    OrderStatus,
    Payment,
    Subscription,
    TimelineKind,
    now,
)
from storefront.payments import paid_orders


def record_payment_outside(payment: Payment) -> None:
    """Mark the order as paid although `payment`, of its subscription's first invoice, has received nothing.

    Stripe has canceled the intent. If the order was paid otherwise meanwhile, the subscription of this payment is not
    needed. Call it in the transaction that holds the order's lock. Repeating it changes nothing.
    """
    ended_at = Payment.get_by_id(payment.id).ended_at or now()
    ended = (
        Payment.update(status="canceled", ended_at=ended_at, end_reason=PAID_OUTSIDE, next_check_at=None)
        .where(Payment.id == payment.id, Payment.end_reason != PAID_OUTSIDE, ~Payment.succeeded())
        .execute()
    )
    if not ended:
        return
    order = payment.order
    if order.transition(OrderStatus.PAID, TimelineKind.PAID_OUTSIDE, after=UNPAID_STATUSES, amount=payment.amount):
        Order.update(paid_outside=True).where(Order.id == order.id).execute()
        emails.drop_unpaid_order_reminder(order)
        emails.write(EmailKind.PAID_OUTSIDE, order)
        if not paid_orders.serve(order):
            # The money is not at Stripe, so the owner decides what to do.
            order.note(TimelineKind.SOLD_OUT, amount=payment.amount)
    else:
        Subscription.update(unwanted=True).where(Subscription.payment == payment).execute()
