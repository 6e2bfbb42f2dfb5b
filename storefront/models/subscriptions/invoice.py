"""Invoices of subscriptions, as Stripe has them, and what the customer has to do to pay them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, fn

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.orders.payment import Payment
from storefront.models.subscriptions.subscription import Subscription
from storefront.money import Money

# Stripe's billing_reason of the invoice that is paid with the order.
FIRST_INVOICE = "subscription_create"
# Those of the invoices that begin a period.
PERIOD_REASONS = (FIRST_INVOICE, "subscription_cycle")


class InvoiceNeed(StrEnum):
    """What the customer has to do before a renewal can be paid. The values are stored in rows and never change."""

    AUTHENTICATION = "authentication"  # confirm the saved card at the bank (3-D Secure)
    CARD = "card"  # give another card


class SwitchNeed(StrEnum):
    """The same of the invoice of a switch of plans: it is no renewal, and the present plan goes on without it."""

    AUTHENTICATION = "switch_3ds"
    CARD = "switch_card"


# What `Invoice.needs` can be beside "".
ALL_NEEDS: tuple[str, ...] = (*InvoiceNeed, *SwitchNeed)


class InvoiceStatus(StrEnum):
    """Stripe's statuses of an invoice: docs.stripe.com/billing/invoices/workflow. A row has "" until it is known."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


# Nothing more is paid with it.
CLOSED_INVOICE_STATUSES = frozenset({InvoiceStatus.VOID, InvoiceStatus.UNCOLLECTIBLE})


class Invoice(Record):
    """`status` is an InvoiceStatus. Amounts are in minor units of `currency`.

    `needs` is an InvoiceNeed or a SwitchNeed, or "" if the customer has nothing to do.
    `failed_at` is when its payment first failed, for the sums of recovered and lost renewals.
    `amount_received` is the part that payments of Stripe have paid; None in rows of older versions, which did not know.
    `payment` is our row of the payment once it is paid; of the first invoice, the order's payment. An invoice that was
    marked as paid outside of Stripe has none.
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
    amount_received = BigIntegerField(null=True)
    currency = CharField(max_length=3)
    period_start = UtcDateTimeField(null=True)
    period_end = UtcDateTimeField(null=True)
    intent_id = CharField(default="", index=True)
    intent_status = CharField(max_length=32, default="")
    error_code = CharField(default="")
    decline_code = CharField(default="")
    needs = CharField(max_length=15, default="", index=True)
    attempts = IntegerField(default=0)  # counted by Stripe
    next_attempt_at = UtcDateTimeField(null=True)  # when Stripe retries by itself; None: it does not
    failed_at = UtcDateTimeField(null=True, index=True)
    paid_at = UtcDateTimeField(null=True)
    card_taken = BooleanField(default=False)  # the subscription has got the card that paid this after a failure
    payment = ForeignKeyField(Payment, null=True, unique=True, on_delete="RESTRICT")
    payment_id: int | None
    created_at = UtcDateTimeField(default=now)  # at Stripe

    @property
    def total(self) -> Money:
        """The amount to pay."""
        return Money(self.amount, self.currency)

    @property
    def is_first(self) -> bool:
        """Whether it is paid with the order."""
        return self.reason == FIRST_INVOICE

    @property
    def is_period(self) -> bool:
        """Whether it is the invoice of a period: in a plan, of an installment."""
        return self.reason in PERIOD_REASONS

    @property
    def paid_outside(self) -> Money:
        """The part of a paid invoice that Stripe has not received: the seller marked it as paid outside of Stripe."""
        received = self.amount_paid if self.amount_received is None else self.amount_received
        outside = self.amount_paid - received if self.status == InvoiceStatus.PAID else 0
        return Money(max(0, outside), self.currency)

    @classmethod
    def received(cls) -> Any:
        """The amount that Stripe has received, as an expression of a query."""
        return fn.COALESCE(cls.amount_received, cls.amount_paid)

    @property
    def is_payable(self) -> bool:
        """Whether it is open and waits for the customer."""
        return self.status == InvoiceStatus.OPEN and self.needs in ALL_NEEDS

    @property
    def is_of_switch(self) -> bool:
        """Whether it waits for the customer so that a switch of plans takes effect."""
        return self.needs in tuple(SwitchNeed)

    @property
    def asks_bank(self) -> bool:
        """Whether it waits for the bank's confirmation of the saved card."""
        return self.needs in (InvoiceNeed.AUTHENTICATION, SwitchNeed.AUTHENTICATION)

    @property
    def lacks_card(self) -> bool:
        """Whether it waits for a card because there is none to charge: no bank has declined it."""
        if self.needs not in (InvoiceNeed.CARD, SwitchNeed.CARD) or self.subscription.card_id:
            return False
        return self.subscription.lacks_card or not (self.error_code or self.decline_code)

    @classmethod
    def payable(cls, source: Any = None) -> Any:
        """`is_payable` as a condition of a query on this table or an alias of it."""
        source = source or cls
        return source.needs.in_(list(ALL_NEEDS)) & (source.status == InvoiceStatus.OPEN)

    @classmethod
    def newest_payable(cls, subscription: Subscription) -> "Invoice | None":
        """The newest invoice that waits for the customer, or None."""
        found: Invoice | None = (
            cls.select()
            .where(cls.subscription == subscription, cls.payable())
            .order_by(cls.created_at.desc(), cls.id.desc())
            .first()
        )
        return found

    @classmethod
    def all_of(cls, subscription: Subscription) -> list["Invoice"]:
        """All invoices of a subscription, newest first."""
        return list(cls.select().where(cls.subscription == subscription).order_by(cls.created_at.desc(), cls.id.desc()))

    @classmethod
    def periods_of(cls, subscription: Subscription) -> list["Invoice"]:
        """The invoices of the periods, oldest first: in a plan, of the installments and of those that exceed it."""
        found = cls.select().where(cls.subscription == subscription, cls.reason.in_(PERIOD_REASONS))
        return list(found.order_by(cls.created_at, cls.id))

    @classmethod
    def all_installments_paid(cls, subscription: Subscription) -> bool:
        """Whether all installments of a plan are paid."""
        return subscription.is_plan and paid_installments(subscription, cls.periods_of(subscription)) >= (
            subscription.instalments
        )

    @classmethod
    def exceeds_plan(cls, invoice: "Invoice") -> bool:
        """Whether it is the invoice of a period after the last installment of a plan."""
        subscription = invoice.subscription
        if not subscription.is_plan or not invoice.is_period:
            return False
        agreed = cls.periods_of(subscription)[: subscription.instalments]
        return invoice.id not in {one.id for one in agreed}


def paid_installments(subscription: Subscription, invoices: Iterable[Invoice]) -> int:
    """Number of paid installments of a plan, never more than agreed. `invoices` in any order."""
    periods = sorted((one for one in invoices if one.is_period), key=lambda one: (one.created_at, one.id))
    return sum(1 for one in periods[: subscription.instalments] if one.status == InvoiceStatus.PAID)


def needs_customer(invoice: Invoice | None) -> bool:
    """Whether the customer can still pay this invoice, and should.

    False if the merchant is disconnected: the shop can neither take a payment nor learn whether it was paid.
    """
    if invoice is None or not invoice.is_payable:
        return False
    subscription = invoice.subscription
    return subscription.merchant.takes_payments and subscription.collects_open_invoices
