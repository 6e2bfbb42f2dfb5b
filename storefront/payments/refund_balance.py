"""What a paid order is, given what has gone back since: refunds and disputes are sums, the status follows.

Money of a subscription's later periods is not the order's: it stands by itself, and so does what goes back of it.
"""

from peewee import fn

from storefront.models import SETTLED_STATUSES, Dispute, Order, Payment, Refund


def update_order_status(order: Order) -> None:
    """Move a settled order to what its refunds and disputes make of it, in the transaction that changed them."""
    status = status_after_refunds(order)
    order.reload()
    if order.is_settled and order.status != status:
        order.transition(status, status if status != "paid" else "paid_restored", after=SETTLED_STATUSES)


def status_after_refunds(order: Order) -> str:
    """paid, partially_refunded, refunded or disputed. What is still under way (pending) has not gone back yet."""
    if Dispute.weighs_on(order):
        return "disputed"
    gone_back = refunded_amount(order)
    if gone_back == 0:
        return "paid"
    return "refunded" if gone_back >= order.amount else "partially_refunded"


def refunded_amount(order: Order, *statuses: str) -> int:
    """Minor units of the order's price that have gone back; `statuses` of refunds, by default succeeded.

    What came beyond the price (the same order paid twice) goes back first and takes nothing from it.
    """
    return max(0, Refund.sum_of(order, *(statuses or ("succeeded",))) - _beyond_price(order))


def refunded_by_order() -> dict[int, int]:
    """The same of every order of which something has gone back, {order id: minor units}, in two queries."""
    gone = (
        Refund.select(Refund.order, Order.amount, fn.SUM(Refund.amount))
        .join(Order)
        .switch(Refund)
        .join(Payment)
        .where(Refund.status == "succeeded", Payment.of_checkout())
        .group_by(Refund.order, Order.amount)
    )
    taken = Payment.select(Payment.order, fn.SUM(Payment.amount)).where(
        Payment.status == "succeeded", Payment.of_checkout(), Payment.order.in_(Refund.select(Refund.order))
    )
    sums = {order_id: int(total) for order_id, total in taken.group_by(Payment.order).tuples().iterator()}
    return {
        order_id: max(0, int(total) - max(0, sums.get(order_id, 0) - price))
        for order_id, price, total in gone.tuples().iterator()
    }


def refundable_of_payment(payment: Payment) -> int:
    """The same of a renewal, which is refunded by itself."""
    if payment.status != "succeeded" or Dispute.forbids_refund_of(payment):
        return 0
    return payment.amount - min(payment.amount, Refund.sum_of_payment(payment))


def refundable(order: Order) -> int:
    """Minor units that can still be given back: what is under way counts as given, what a bank has taken is gone."""
    if not order.is_settled or Dispute.forbids_refund(order):
        return 0
    return order.amount - min(order.amount, max(0, Refund.sum_of(order) - _beyond_price(order)))


def _beyond_price(order: Order) -> int:
    taken = Payment.select(fn.COALESCE(fn.SUM(Payment.amount), 0)).where(
        Payment.order == order, Payment.status == "succeeded", Payment.of_checkout()
    )
    return max(0, int(taken.scalar()) - order.amount)
