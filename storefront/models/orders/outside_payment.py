"""How an order was paid that its owner has marked as paid: money that Stripe knows nothing about."""

from datetime import date
from enum import StrEnum

from peewee import CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.orders.order import Order


class OutsideMethod(StrEnum):
    """The values are stored in rows and never change."""

    BANK_TRANSFER = "bank_transfer"
    CASH = "cash"
    OTHER = "other"


class OutsidePayment(Record):
    """One row for each such order. `reference` is for the owner only; `received_on` is an ISO date.

    Such an order is refunded as a whole, or not at all.
    """

    MAX_REFERENCE = 200

    order = ForeignKeyField(Order, unique=True, on_delete="CASCADE")
    method = CharField(max_length=20)
    reference = CharField(max_length=MAX_REFERENCE)
    received_on = CharField(max_length=10)
    recorded_by = CharField()  # the admin's email address
    recorded_at = UtcDateTimeField(default=now)
    refunded_at = UtcDateTimeField(null=True)  # the owner has given all of it back
    refunded_by = CharField(default="")  # the admin's email address

    class Meta:
        table_name = "outside_payment"

    @classmethod
    def of(cls, order: Order) -> "OutsidePayment | None":
        """The row of an order; no query for one that was not paid outside of Stripe."""
        found: OutsidePayment | None = cls.get_or_none(cls.order == order) if order.paid_outside else None
        return found

    @property
    def received(self) -> date:
        """The day when the money arrived."""
        return date.fromisoformat(str(self.received_on))
