"""What a paid order is, given what has gone back since: refunds and disputes are sums, the status follows."""

from storefront.models import Dispute, Order, Refund
from storefront.models.order import SETTLED


def follow(order: Order) -> None:
    """Move a settled order to what its refunds and disputes make of it, in the transaction that changed them."""
    status = of(order)
    order.reload()
    if order.is_settled and order.status != status:
        order.transition(status, status if status != "paid" else "paid_restored", after=SETTLED)


def of(order: Order) -> str:
    """paid, partially_refunded, refunded or disputed. What is still under way (pending) has not gone back yet."""
    if Dispute.weighs_on(order):
        return "disputed"
    gone_back = Refund.sum_of(order, "succeeded")
    if gone_back == 0:
        return "paid"
    return "refunded" if gone_back >= order.amount else "partially_refunded"


def left_to_refund(order: Order) -> int:
    """Minor units that can still be given back: what is under way counts as given."""
    return max(0, order.amount - Refund.sum_of(order)) if order.is_settled else 0
