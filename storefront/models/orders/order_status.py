"""Statuses of an order, and which may follow which."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """A decline or a failed 3-D Secure check leaves an order `pending`."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"


# {new status: the statuses it may follow}. `paid` may follow `expired` or `failed`: a late payment is accepted. It may
# follow the refunded ones: a refund can fail after it was reported as made.
ALLOWED_TRANSITIONS: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PROCESSING}),
    OrderStatus.PROCESSING: frozenset({OrderStatus.PENDING}),
    OrderStatus.PAID: frozenset(
        {
            OrderStatus.PENDING,
            OrderStatus.PROCESSING,
            OrderStatus.EXPIRED,
            OrderStatus.FAILED,
            OrderStatus.REFUNDED,
            OrderStatus.PARTIALLY_REFUNDED,
            OrderStatus.DISPUTED,
        }
    ),
    OrderStatus.FAILED: frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING}),
    OrderStatus.EXPIRED: frozenset({OrderStatus.PENDING}),
    OrderStatus.PARTIALLY_REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.REFUNDED, OrderStatus.DISPUTED}),
    OrderStatus.REFUNDED: frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.DISPUTED}),
    OrderStatus.DISPUTED: frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REFUNDED}),
}
# The order was paid, even if money was returned later.
SETTLED_STATUSES = frozenset(
    {OrderStatus.PAID, OrderStatus.REFUNDED, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.DISPUTED}
)
# Its units are sold. Those of fully refunded orders can be sold again.
SOLD_STATUSES = SETTLED_STATUSES - {OrderStatus.REFUNDED}
# The customer can still pay.
PAYABLE_STATUSES = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING})
UNPAID_STATUSES = frozenset(OrderStatus) - SETTLED_STATUSES
