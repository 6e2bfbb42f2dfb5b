"""Refunds, made in the shop or at Stripe."""

from typing import Any

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, fn

from storefront.models.base import UtcDateTimeField, now, public_id
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.models.stripe_answers import StripeObject
from storefront.money import Money

# The customer does not get the money.
UNSUCCESSFUL_REFUND_STATUSES = frozenset({"failed", "canceled"})
# The bank has not taken the money yet. A refund that was not sent has no status.
UNFINISHED_REFUND_STATUSES = frozenset({"pending", "requires_action"})


class Refund(StripeObject):
    """`status` is Stripe's value, "" until Stripe knows the refund. `origin` is where it was made: shop or stripe.

    `reason`: requested_by_customer, duplicate, fraudulent, sold_out (paid after the offer was sold out), or "".
    `amount` is in minor units. `line_position` is set if it is of one line of the order.
    """

    public_id = CharField(unique=True, default=public_id)
    order = ForeignKeyField(Order, backref="refunds", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, backref="refunds", on_delete="RESTRICT")
    order_id: int
    refund_id = CharField(null=True, unique=True)
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    status = CharField(max_length=20, default="", index=True)
    reason = CharField(max_length=30, default="")
    line_position = IntegerField(null=True)
    origin = CharField(max_length=10, default="shop")
    failure = CharField(default="")
    created_at = UtcDateTimeField(default=now)
    checked_at = UtcDateTimeField(null=True)
    keys_used_up = IntegerField(default=0)  # idempotency keys that Stripe answered with a 5xx without a refund

    @property
    def total(self) -> Money:
        """The refunded amount."""
        return Money(self.amount, self.currency)

    @property
    def is_unsuccessful(self) -> bool:
        """Whether the customer does not get the money."""
        return self.status in UNSUCCESSFUL_REFUND_STATUSES

    @property
    def idempotency_key(self) -> str:
        """Made of our row's id: sending the row again makes no second refund.

        Stripe replays a 5xx under the same key. Once it is known that no refund was made, the next key is used.
        """
        return f"refund-{self.public_id}" + (f"-{self.keys_used_up}" if self.keys_used_up else "")

    @classmethod
    def not_failed(cls) -> Any:
        """A condition of a query: refunds that were made, or that still can be."""
        return cls.status.not_in(list(UNSUCCESSFUL_REFUND_STATUSES))

    @classmethod
    def sum_of(cls, order: Order, *statuses: str) -> int:
        """Minor units of the order's refunds in these Stripe statuses; by default of all that have not failed.

        Refunds of renewals do not count.
        """
        wanted = cls.status.in_(statuses) if statuses else cls.not_failed()
        found = cls.select(fn.COALESCE(fn.SUM(cls.amount), 0)).join(Payment)
        return int(found.where(cls.order == order, Payment.of_checkout(), wanted).scalar())

    @classmethod
    def sum_of_payment(cls, payment: Payment) -> int:
        """Minor units of one payment that were refunded or soon will be."""
        found = cls.select(fn.COALESCE(fn.SUM(cls.amount), 0)).where(cls.payment == payment, cls.not_failed())
        return int(found.scalar())
