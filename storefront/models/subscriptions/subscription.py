"""A buyer's subscription or payment plan: one Stripe Subscription, in Stripe's own words and dates."""

from datetime import datetime
from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, ModelSelect

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.models.subscriptions.subscription_status import (
    CHARGED_STATUSES,
    ENDED_STATUSES,
    REPRICEABLE_STATUSES,
    RUNNING_STATUSES,
    SubscriptionStatus,
)
from storefront.money import Money


class Subscription(Record):
    """`status` is Stripe's own word, "" until Stripe knows it. Amounts in minor units of `currency`.

    It was begun by one payment of its order; when that payment ends unpaid, another payment begins another one.
    `unit_amount` is what one piece costs each time now; `next_unit_amount` what the owner has decided it shall cost.
    """

    public_id = CharField(unique=True, default=public_id)  # in idempotency keys and Stripe's metadata
    order = ForeignKeyField(Order, backref="subscriptions", on_delete="RESTRICT")
    merchant = ForeignKeyField(Merchant, backref="subscriptions", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, unique=True, on_delete="RESTRICT")
    order_id: int
    merchant_id: int
    payment_id: int
    customer_id = CharField(default="")
    customer_email = CharField(default="")  # as Stripe knows it; the order's may have changed since
    subscription_id = CharField(null=True, unique=True)
    item_id = CharField(default="")
    schedule_id = CharField(default="")
    status = CharField(max_length=20, default="", index=True)

    unit_amount = BigIntegerField()
    quantity = IntegerField(default=1)
    currency = CharField(max_length=3)
    every = IntegerField()
    interval = CharField(max_length=5)
    trial_days = IntegerField(default=0)
    instalments = IntegerField(default=0)  # 0: until it is cancelled
    next_unit_amount = BigIntegerField(null=True)

    period_start = UtcDateTimeField(null=True)
    period_end = UtcDateTimeField(null=True)
    trial_end = UtcDateTimeField(null=True)
    cancel_at = UtcDateTimeField(null=True)  # when it will end by itself; a plan's end included
    cancels_at_period_end = BooleanField(default=False)
    canceled_at = UtcDateTimeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = CharField(max_length=30, default="")  # Stripe's word: cancellation_requested, payment_failed, …
    unwanted = BooleanField(default=False)  # it serves nobody: cancelled as soon as Stripe can be asked
    paused = BooleanField(default=False)  # collection is paused: invoices are void meanwhile
    resumes_at = UtcDateTimeField(null=True)

    card_id = CharField(default="", index=True)
    card_brand = CharField(max_length=20, default="")
    card_last4 = CharField(max_length=4, default="")
    card_exp_month = IntegerField(default=0)
    card_exp_year = IntegerField(default=0)

    created_at = UtcDateTimeField(default=now)
    synced_at = UtcDateTimeField(null=True)  # when Stripe was asked for what stands here
    next_check_at = UtcDateTimeField(null=True, index=True, default=now)

    @property
    def total(self) -> Money:
        """What is charged each time."""
        return Money(self.unit_amount * self.quantity, self.currency)

    @property
    def is_ended(self) -> bool:
        """Whether Stripe will change it no more, its open invoices apart."""
        return self.status in ENDED_STATUSES

    @property
    def is_running(self) -> bool:
        """Whether it has begun and not ended."""
        return self.status in RUNNING_STATUSES and self.has_begun

    @property
    def has_begun(self) -> bool:
        """Whether its buyer has it, or had it: at Stripe a free trial runs before there is a card."""
        return self.status in RUNNING_STATUSES - {SubscriptionStatus.TRIALING} or self.payment_has_come()

    @property
    def is_plan(self) -> bool:
        """Whether it ends after a number of instalments."""
        return self.instalments > 0

    @property
    def is_repriceable(self) -> bool:
        """Whether a later period may have another price: a plan's installments are fixed, an end is final."""
        return (
            self.status in REPRICEABLE_STATUSES
            and self.is_running
            and not self.is_plan
            and not self.cancels_at_period_end
        )

    @property
    def asks_for_open_invoices(self) -> bool:
        """Whether an open invoice is still asked for: not after a cancellation, but after a plan's own end."""
        finished = self.is_plan and self.end_reason != "cancellation_requested"
        return not self.is_ended or finished

    @property
    def next_charge_at(self) -> datetime | None:
        """When its card is charged next; None when it isn't any more, or while nothing is collected."""
        end: datetime | None = self.period_end
        if (
            self.status not in CHARGED_STATUSES
            or not self.has_begun
            or self.paused
            or self.cancels_at_period_end
            or end is None
        ):
            return None
        return None if self.cancel_at is not None and self.cancel_at <= end else end

    def payment_has_come(self) -> bool:
        """Whether it ever began: its first payment, or the card for after its trial, was there."""
        return self.payment.has_succeeded

    @classmethod
    def current(cls, order: Order) -> "Subscription | None":
        """The newest one of an order, with its merchant: the one that runs, or the last that did."""
        found: Subscription | None = (
            cls.select(cls, Merchant).join(Merchant).where(cls.order == order).order_by(cls.id.desc()).first()
        )
        return found

    @classmethod
    def count_running(cls, merchant: Merchant) -> int:
        """How many of a merchant's subscriptions go on charging."""
        return int(cls.select().where(cls.merchant == merchant, cls.runs()).count())

    @classmethod
    def runs(cls) -> Any:
        """`is_running` as a condition of a query."""
        came = Payment.select(Payment.id).where(Payment.succeeded())
        return cls.status.in_(list(RUNNING_STATUSES)) & (
            (cls.status != SubscriptionStatus.TRIALING) | cls.payment.in_(came)
        )

    @classmethod
    def repriceable(cls) -> Any:
        """`is_repriceable` as a condition of a query."""
        renewed = (cls.instalments == 0) & (cls.cancels_at_period_end == False)  # noqa: E712
        return cls.status.in_(list(REPRICEABLE_STATUSES)) & cls.runs() & renewed

    @classmethod
    def by_public_id(cls, name: str) -> "Subscription | None":
        """With its order, first payment and merchant, in one query."""
        found: Subscription | None = cls.with_all().where(cls.public_id == name).first()
        return found

    @classmethod
    def with_all(cls) -> "ModelSelect[Subscription]":
        """A query of subscriptions with their orders, first payments and merchants."""
        query = cls.select(cls, Order, Payment, Merchant).join(Order).switch(cls).join(Payment)
        return query.switch(cls).join(Merchant)

    def reload(self) -> None:
        """Take over what the row says now, and what the row of its first payment says when it is asked for next."""
        self.__rel__.pop("payment", None)
        self.__data__.update(Subscription.get_by_id(self.id).__data__)
