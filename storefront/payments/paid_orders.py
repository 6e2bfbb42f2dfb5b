"""Paid orders: what they get, and those whose first invoice the seller has marked as paid outside of Stripe."""

from storefront import delivery, emails, integrations, offers
from storefront.db import db
from storefront.models import (
    UNPAID_STATUSES,
    EmailKind,
    Order,
    OrderStatus,
    Payment,
    PaymentEnd,
    Subscription,
    TimelineKind,
    now,
    public_id,
)
from storefront.payments import documents


def serve(order: Order) -> bool:
    """Give an order what it has bought, in the transaction that marks it as paid.

    Other programs are told that it is paid, and the owner when license keys run out. False if too few units or keys are
    left: it gets nothing then, and the caller refunds it.
    """
    integrations.announce_paid_order(order)
    if offers.is_oversold(order) or not delivery.give(order):
        return False
    _report_few_keys(order)
    return True


def deliver_again(order: Order) -> bool:
    """Email its customer what the order has bought. One that got nothing is given what its offer delivers now.

    False, and nothing is sent, if there is nothing to give, or the customer has no access.
    """
    with db.atomic():
        order.lock()
        found = delivery.delivered(order)
        if not found.bought and order.is_settled and delivery.access_obstacle(order) is None and delivery.give(order):
            _report_few_keys(order)
            found = delivery.delivered(order)
        if not found.items:
            return False
        emails.write(EmailKind.DELIVERY, order, f"delivery-{order.id}-{public_id(64)}")
    return True


def _report_few_keys(order: Order) -> None:
    for row, left in delivery.lists_to_report(order):
        kind = EmailKind.OWNER_KEYS_LOW if left else EmailKind.OWNER_KEYS_OUT
        about = f"{kind}-{row.id}-{public_id(64)}"
        emails.write(kind, None, about, title=row.offer.title, offer=row.offer_id, left=str(left))
        integrations.announce_few_keys(row.offer_id, left, about)


def record_payment_outside(payment: Payment) -> None:
    """Mark the order as paid although `payment`, of its subscription's first invoice, has received nothing.

    Stripe has canceled the intent. If the order was paid otherwise meanwhile, the subscription of this payment is not
    needed. Call it in the transaction that holds the order's lock. Repeating it changes nothing.
    """
    ended_at = Payment.get_by_id(payment.id).ended_at or now()
    ended = (
        Payment.update(status="canceled", ended_at=ended_at, end_reason=PaymentEnd.PAID_OUTSIDE, next_check_at=None)
        .where(Payment.id == payment.id, Payment.end_reason != PaymentEnd.PAID_OUTSIDE, ~Payment.succeeded())
        .execute()
    )
    if not ended:
        return
    order = payment.order
    if order.transition(OrderStatus.PAID, TimelineKind.PAID_OUTSIDE, after=UNPAID_STATUSES, amount=payment.amount):
        Order.update(paid_outside=True).where(Order.id == order.id).execute()
        emails.drop_unpaid_order_reminder(order)
        emails.write(EmailKind.PAID_OUTSIDE, order)
        if not serve(order):
            # The money is not at Stripe, so the owner decides what to do.
            order.note(TimelineKind.SOLD_OUT, amount=payment.amount)
        order.reload()
        documents.invoice_order(order, {}, payment.created_at)
    else:
        Subscription.update(unwanted=True).where(Subscription.payment == payment).execute()
