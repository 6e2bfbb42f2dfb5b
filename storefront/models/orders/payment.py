"""One PaymentIntent or SetupIntent of an order."""

from enum import StrEnum
from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.orders.order import Order
from storefront.money import Money

# Stripe does not change an intent in these statuses any more.
FINAL_PAYMENT_STATUSES = frozenset({"succeeded", "canceled"})


class PaymentKind(StrEnum):
    """What the intent of a payment is. The values are stored in rows and never change."""

    ONE_OFF = "payment"  # the PaymentIntent of an order that is paid once
    FIRST = "first"  # the PaymentIntent of a subscription's first invoice
    SETUP = "setup"  # the SetupIntent that saves the card for the charges after a trial; the amount is 0
    RENEWAL = "renewal"  # the PaymentIntent of a later invoice; it never decides about the order


class Payment(Record):
    """`status` is Stripe's own word, "" until an intent is known. It belongs to one merchant, amount and currency.

    `kind`: payment; first (the PaymentIntent of a subscription's first invoice) or setup (the SetupIntent that keeps
    the card for after a trial; amount 0); renewal (money of a later period: it came to its subscription and never
    decides about its order).
    `ended_at` is set when this payment serves its order no more (canceled, replaced by other terms,
    its creation answered 5xx); `end_reason` is a code.
    """

    kind = CharField(max_length=10, default=PaymentKind.ONE_OFF)
    public_id = CharField(unique=True, default=public_id)  # in the idempotency key and the intent's metadata
    order = ForeignKeyField(Order, backref="payments", on_delete="RESTRICT")
    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    merchant_id: int
    order_id: int
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    # As it was when the row was written: what is sent again under the same key must be the same.
    statement_descriptor_suffix = CharField(max_length=22, default="")
    intent_id = CharField(null=True, unique=True)
    status = CharField(max_length=32, default="", index=True)
    error_code = CharField(default="")
    decline_code = CharField(default="")
    attempt = CharField(default="")  # what tells one failed attempt from the next: its charge or payment method
    challenged = BooleanField(default=False)  # whether the bank ever asked for 3-D Secure
    created_at = UtcDateTimeField(default=now)
    checked_at = UtcDateTimeField(null=True)
    # When a buyer last began or failed with it, and when it is worth asking Stripe about it again.
    touched_at = UtcDateTimeField(null=True, default=now)
    next_check_at = UtcDateTimeField(null=True, index=True, default=now)
    ended_at = UtcDateTimeField(null=True)
    end_reason = CharField(default="")

    @classmethod
    def current(cls, order: Order) -> "Payment | None":
        """The payment that serves the order now."""
        payment: Payment | None = (
            cls.select(cls, Merchant)
            .join(Merchant)
            .where(cls.order == order, cls.ended_at.is_null())
            .order_by(cls.id.desc())
            .first()
        )
        return payment

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.amount, self.currency)

    @property
    def idempotency_key(self) -> str:
        """Made of our row's own id: the same row can be sent again and makes one intent."""
        return f"payment-{self.public_id}"

    @property
    def begins_subscription(self) -> bool:
        """Whether its intent was made by a Stripe subscription."""
        return self.kind in (PaymentKind.FIRST, PaymentKind.SETUP)

    @property
    def is_renewal(self) -> bool:
        """Whether it is money of a later period: it belongs to a subscription and never decides about the order."""
        return bool(self.kind == PaymentKind.RENEWAL)

    @classmethod
    def of_checkout(cls) -> Any:
        """A condition of a query: every payment that is not a renewal, so that it decides about its order."""
        return cls.kind != PaymentKind.RENEWAL

    @property
    def saves_card(self) -> bool:
        """Whether its intent is a SetupIntent, which saves a card and charges nothing."""
        return bool(self.kind == PaymentKind.SETUP)

    @property
    def has_succeeded(self) -> bool:
        """Whether the money has arrived or, for a SetupIntent, the card is saved."""
        return bool(self.status == "succeeded")

    @classmethod
    def succeeded(cls) -> Any:
        """`has_succeeded` as a condition of a query."""
        return cls.status == "succeeded"

    @property
    def is_final(self) -> bool:
        """Whether Stripe will change this intent no more."""
        return self.status in FINAL_PAYMENT_STATUSES

    @classmethod
    def not_final(cls) -> Any:
        """The opposite of `is_final` as a condition of a query."""
        return cls.status.not_in(list(FINAL_PAYMENT_STATUSES))

    def has_terms(self, merchant: Merchant, total: Money) -> bool:
        """Whether this payment asks exactly this money for exactly this merchant."""
        return self.merchant_id == merchant.id and self.total == total


# One payment serves an order at a time, however many requests start one.
Payment.add_index(Payment.index(Payment.order, unique=True, where=Payment.ended_at.is_null(), name="payment_current"))
