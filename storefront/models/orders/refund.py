"""Money that goes back. Sums decide what an order is, never a yes or no."""

from typing import Any

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, fn

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.money import Money

# Stripe's words for what will not come back to the buyer.
UNSUCCESSFUL_REFUND_STATUSES = frozenset({"failed", "canceled"})


class Refund(Record):
    """`status` is Stripe's own word, "" until Stripe knows it. `origin`: shop (asked for here) or stripe.

    `reason`: requested_by_customer, duplicate, fraudulent, sold_out (money that came when all were sold), "".
    """

    public_id = CharField(unique=True, default=public_id)
    order = ForeignKeyField(Order, backref="refunds", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, backref="refunds", on_delete="RESTRICT")
    order_id: int
    refund_id = CharField(null=True, unique=True)
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    status = CharField(max_length=20, default="")
    reason = CharField(max_length=30, default="")
    origin = CharField(max_length=10, default="shop")
    failure = CharField(default="")
    created_at = UtcDateTimeField(default=now)
    checked_at = UtcDateTimeField(null=True)
    keys_used_up = IntegerField(default=0)  # idempotency keys that Stripe answered with a 5xx, and made nothing

    @property
    def total(self) -> Money:
        """What goes back."""
        return Money(self.amount, self.currency)

    @property
    def idempotency_key(self) -> str:
        """Made of our row's own id: pressing twice gives the money back once.

        Stripe replays a 5xx under the same key; once it is known to have made nothing, the next key is used.
        """
        return f"refund-{self.public_id}" + (f"-{self.keys_used_up}" if self.keys_used_up else "")

    @classmethod
    def not_failed(cls) -> Any:
        """A condition of a query: refunds that were made, or that still can be."""
        return cls.status.not_in(list(UNSUCCESSFUL_REFUND_STATUSES))

    @classmethod
    def sum_of(cls, order: Order, *statuses: str) -> int:
        """Minor units of the order's refunds in these of Stripe's statuses; of all that aren't gone, by default.

        Those of its subscription's later periods are not the order's.
        """
        wanted = cls.status.in_(statuses) if statuses else cls.not_failed()
        found = cls.select(fn.COALESCE(fn.SUM(cls.amount), 0)).join(Payment)
        return int(found.where(cls.order == order, Payment.of_checkout(), wanted).scalar())

    @classmethod
    def sum_of_payment(cls, payment: Payment) -> int:
        """Minor units of one payment that have gone back or are on their way."""
        found = cls.select(fn.COALESCE(fn.SUM(cls.amount), 0)).where(cls.payment == payment, cls.not_failed())
        return int(found.scalar())
