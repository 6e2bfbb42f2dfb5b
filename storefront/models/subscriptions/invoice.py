"""What a subscription asks for one period: a Stripe Invoice in Stripe's own words, and what is needed to pay it."""

from enum import StrEnum
from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.orders.payment import Payment
from storefront.models.subscriptions.subscription import Subscription
from storefront.money import Money

# Stripe's billing_reason of the invoice that is paid with the order itself.
FIRST_INVOICE = "subscription_create"


class InvoiceNeed(StrEnum):
    """What the customer has to do before a renewal can be paid. The values are stored in rows and never change."""

    AUTHENTICATION = "authentication"  # confirm the saved card at the bank (3-D Secure)
    CARD = "card"  # give another card


class InvoiceStatus(StrEnum):
    """Stripe's statuses of an invoice: docs.stripe.com/billing/invoices/workflow. A row has "" until it is known."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


class Invoice(Record):
    """`status` is Stripe's own word. Amounts in minor units of `currency`.

    `needs` is an InvoiceNeed, or "" if the customer has nothing to do.
    `failed_at` is when its payment first stopped, so that what was recovered or lost can be counted.
    `payment` is our row for the money once it has come (the first invoice's: the order's own payment).
    """

    public_id = CharField(unique=True, default=public_id)
    subscription = ForeignKeyField(Subscription, backref="invoices", on_delete="RESTRICT")
    subscription_id: int
    invoice_id = CharField(unique=True)
    number = CharField(default="")
    status = CharField(max_length=15, default="", index=True)
    reason = CharField(max_length=30, default="")  # Stripe's billing_reason: subscription_create, subscription_cycle, …
    amount = BigIntegerField()
    amount_paid = BigIntegerField(default=0)
    currency = CharField(max_length=3)
    period_start = UtcDateTimeField(null=True)
    period_end = UtcDateTimeField(null=True)
    intent_id = CharField(default="", index=True)
    intent_status = CharField(max_length=32, default="")
    error_code = CharField(default="")
    decline_code = CharField(default="")
    needs = CharField(max_length=15, default="", index=True)
    attempts = IntegerField(default=0)  # Stripe's own
    next_attempt_at = UtcDateTimeField(null=True)  # when Stripe tries again by itself; None: it doesn't
    failed_at = UtcDateTimeField(null=True, index=True)
    paid_at = UtcDateTimeField(null=True)
    card_taken = BooleanField(default=False)  # whether the card that recovered it has become the subscription's
    payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
    payment_id: int | None
    created_at = UtcDateTimeField(default=now)  # at Stripe

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.amount, self.currency)

    @property
    def is_first(self) -> bool:
        """Whether it is paid with the order itself."""
        return self.reason == FIRST_INVOICE

    @property
    def is_payable(self) -> bool:
        """Whether it is open and its customer can pay it."""
        return self.status == InvoiceStatus.OPEN and self.needs in tuple(InvoiceNeed)

    @classmethod
    def payable(cls, source: Any = None) -> Any:
        """`is_payable` as a condition of a query, of this table or of an alias of it."""
        source = source or cls
        return source.needs.in_(list(InvoiceNeed)) & (source.status == InvoiceStatus.OPEN)

    @classmethod
    def waiting(cls, subscription: Subscription) -> "Invoice | None":
        """The newest invoice that its customer can pay and has not."""
        found: Invoice | None = (
            cls.select()
            .where(cls.subscription == subscription, cls.payable())
            .order_by(cls.created_at.desc(), cls.id.desc())
            .first()
        )
        return found

    @classmethod
    def of(cls, subscription: Subscription) -> list["Invoice"]:
        """All of a subscription's, newest first."""
        return list(cls.select().where(cls.subscription == subscription).order_by(cls.created_at.desc(), cls.id.desc()))

    @classmethod
    def is_paid_off(cls, subscription: Subscription) -> bool:
        """Whether a plan has had all its instalments."""
        paid = cls.select().where(cls.subscription == subscription, cls.status == InvoiceStatus.PAID, cls.amount > 0)
        return subscription.is_plan and paid.count() >= subscription.instalments


def needs_customer(invoice: Invoice | None) -> bool:
    """Whether this invoice can still be paid by its customer, and is still asked for.

    Nothing can be paid here at a disconnected account, and nobody knows whether it has been paid there.
    """
    if invoice is None or not invoice.is_payable:
        return False
    subscription = invoice.subscription
    return subscription.merchant.is_connected and subscription.asks_for_open_invoices
