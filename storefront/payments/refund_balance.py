"""How much of an order was refunded, how much can still be refunded, and the order status that follows from it.

Renewal payments are separate: their amounts and refunds never count towards the order.
"""

from collections.abc import Iterable, Sequence

from peewee import fn

from storefront.models import (
    SETTLED_STATUSES,
    Dispute,
    Order,
    OrderLine,
    OrderStatus,
    OutsidePayment,
    Payment,
    Refund,
    TimelineKind,
)
from storefront.money import Money

# The timeline entry of each status that `update_order_status` can set.
TIMELINE_KINDS = {
    OrderStatus.PAID: TimelineKind.PAID_RESTORED,
    OrderStatus.PARTIALLY_REFUNDED: TimelineKind.PARTIALLY_REFUNDED,
    OrderStatus.REFUNDED: TimelineKind.REFUNDED,
    OrderStatus.DISPUTED: TimelineKind.DISPUTED,
}


def update_order_status(order: Order) -> None:
    """Set a settled order's status from its refunds and disputes. Call it in the transaction that changed them."""
    status = status_after_refunds(order)
    order.reload()
    if order.is_settled and order.status != status:
        order.transition(status, TIMELINE_KINDS[status], after=SETTLED_STATUSES)


def status_after_refunds(order: Order) -> OrderStatus:
    """Return paid, partially_refunded, refunded or disputed. Pending refunds do not count yet."""
    if Dispute.is_open_or_lost(order):
        return OrderStatus.DISPUTED
    refunded = refunded_amount(order)
    if refunded == 0:
        return OrderStatus.PAID
    return OrderStatus.REFUNDED if refunded >= order.amount else OrderStatus.PARTIALLY_REFUNDED


def refunded_amount(order: Order, *statuses: str) -> int:
    """Minor units of the order's price that were refunded; counts refunds in `statuses`, by default succeeded.

    When an order was paid twice, refunds count against the overpayment first and only then against the price. An order
    that was paid outside of Stripe is refunded as a whole, or not at all.
    """
    if order.paid_outside:
        received = OutsidePayment.of(order)
        is_refunded = received is not None and received.refunded_at is not None
        return order.amount if is_refunded and (not statuses or "succeeded" in statuses) else 0
    return max(0, Refund.sum_of(order, *(statuses or ("succeeded",))) - _overpaid_amount(order))


def refunded_by_order(order_ids: Sequence[int]) -> dict[int, int]:
    """`refunded_amount` of those orders that have a succeeded refund: {order id: minor units}, in three queries."""
    refunds = (
        Refund.select(Refund.order, Order.amount, Order.paid_outside, fn.SUM(Refund.amount))
        .join(Order)
        .switch(Refund)
        .join(Payment)
        .where(Refund.status == "succeeded", Refund.order.in_(order_ids), Payment.of_checkout())
        .group_by(Refund.order, Order.amount, Order.paid_outside)
    )
    payments = Payment.select(Payment.order, fn.SUM(Payment.amount)).where(
        Payment.succeeded(),
        Payment.of_checkout(),
        Payment.order.in_(Refund.select(Refund.order).where(Refund.order.in_(order_ids))),
    )
    paid = {order_id: int(total) for order_id, total in payments.group_by(Payment.order).tuples().iterator()}
    of_stripe = {
        order_id: max(0, int(refunded) - max(0, paid.get(order_id, 0) - (0 if paid_outside else price)))
        for order_id, price, paid_outside, refunded in refunds.tuples().iterator()
    }
    outside = OutsidePayment.select(OutsidePayment.order, Order.amount).join(Order)
    given_back = outside.where(OutsidePayment.order.in_(order_ids), OutsidePayment.refunded_at.is_null(False))
    return of_stripe | {order_id: int(price) for order_id, price in given_back.tuples().iterator()}


def refundable(order: Order, renewal: Payment | None = None) -> int:
    """Minor units of the order's price that can still be refunded; with `renewal`, of that renewal payment instead.

    Pending refunds count as refunded. Returns 0 while the bank holds the money because of a dispute, and for an order
    that was paid outside of Stripe.
    """
    is_paid = order.is_settled and not order.paid_outside if renewal is None else renewal.has_succeeded
    if not is_paid or has_blocking_dispute(order, renewal):
        return 0
    if renewal is not None:
        return max(0, renewal.amount - Refund.sum_of_payment(renewal))
    return max(0, order.amount - max(0, Refund.sum_of(order) - _overpaid_amount(order)))


def refundable_lines(order: Order, refunds: Iterable[Refund]) -> dict[int, Money]:
    """{position: what was charged for this line and not refunded yet}, without lines of which nothing is left.

    `refunds` are those of the order. Those that name no line may be of any, so they are not counted here.
    """
    lines = OrderLine.of_order(order)
    left = {line.position: line.first_charge.amount for line in lines}
    for refund in refunds:
        if refund.line_position in left and not refund.is_unsuccessful:
            left[refund.line_position] -= refund.amount
    return {position: Money(amount, order.currency) for position, amount in left.items() if amount > 0}


def has_blocking_dispute(order: Order, renewal: Payment | None = None) -> bool:
    """Whether Stripe refuses refunds of the order (or of `renewal`) because of a dispute."""
    return Dispute.blocks_refund(order) if renewal is None else Dispute.blocks_refund_of(renewal)


def _overpaid_amount(order: Order) -> int:
    """Minor units paid beyond the order's price, because the order was paid more than once.

    All payments are beyond the price of an order that was paid outside of Stripe.
    """
    paid = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.order == order, Payment.succeeded(), Payment.of_checkout()
    )
    return max(0, int(paid.scalar()) - (0 if order.paid_outside else order.amount))
