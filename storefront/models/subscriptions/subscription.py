"""Subscriptions and payment plans, as Stripe has them."""

from datetime import datetime
from typing import Any

from peewee import SQL, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, ModelSelect

from storefront.models.base import UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.models.prepared_query import PreparedQuery
from storefront.models.stripe_answers import StripeObject
from storefront.models.subscriptions.later_charges import LaterCharges
from storefront.models.subscriptions.subscription_status import (
    CHARGED_STATUSES,
    ENDED_STATUSES,
    REPRICEABLE_STATUSES,
    RUNNING_STATUSES,
    SubscriptionStatus,
)

_FILTERS = "status", "mode", "mode status", "offer_id", "offer_id status", "offer_id mode", "offer_id mode status"


class Subscription(StripeObject, LaterCharges):
    """`status` is a SubscriptionStatus, "" until Stripe knows the subscription. Amounts in minor units of `currency`.

    One payment of the order starts it. If that payment ends unpaid, the next payment starts another subscription.
    `unit_amount` is the current price of one unit; `next_unit_amount` is a price that the owner has decided on and
    that is not at Stripe yet. Price, quantity, currency and interval are those of Stripe's item, and follow it. If it
    has several items, `items_total` is the sum of all.
    """

    public_id = CharField(unique=True, default=public_id)  # part of idempotency keys and of Stripe's metadata
    order = ForeignKeyField(Order, backref="subscriptions", on_delete="RESTRICT")
    merchant = ForeignKeyField(Merchant, backref="subscriptions", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, unique=True, on_delete="RESTRICT")
    order_id: int
    merchant_id: int
    payment_id: int
    # Those of its order, which never change; here, so that an index has them.
    mode = CharField(max_length=4, default="")
    offer_id = IntegerField(default=0)
    customer_id = CharField(default="", index=True)
    customer_email = CharField(default="")  # at Stripe; the order's may have changed since
    subscription_id = CharField(null=True, unique=True)
    item_id = CharField(default="")
    schedule_id = CharField(default="")
    status = CharField(max_length=20, default="")

    unit_amount = BigIntegerField()
    quantity = IntegerField(default=1)
    currency = CharField(max_length=3)
    every = IntegerField()
    interval = CharField(max_length=5)
    trial_days = IntegerField(default=0)
    instalments = IntegerField(default=0)  # 0: no fixed end
    next_unit_amount = BigIntegerField(null=True)
    switch_id = BigIntegerField(null=True)  # a PlanSwitch that is on its way, or whose schedule is to be released
    begins_free = BooleanField(default=False)  # by a promo code, not by a trial: active before its card is saved
    # An UnclearTerms: why these columns don't tell all that Stripe charges. "" if they do.
    unclear_terms = CharField(max_length=20, default="")

    period_start = UtcDateTimeField(null=True)
    period_end = UtcDateTimeField(null=True)
    trial_end = UtcDateTimeField(null=True)
    cancel_at = UtcDateTimeField(null=True)  # when it will end, by a cancellation or as a plan
    cancels_at_period_end = BooleanField(default=False)  # read `planned_end` instead: Stripe does not always set it
    canceled_at = UtcDateTimeField(null=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = CharField(max_length=30, default="")  # Stripe's value: cancellation_requested, payment_failed, …
    promised_end = UtcDateTimeField(null=True)  # the end that the customer planned here and was told
    plan_completed = BooleanField(default=False)  # the shop ended this plan, because nothing more may be charged
    unwanted = BooleanField(default=False)  # not needed: to be canceled at Stripe as soon as possible
    pause_reason = CharField(max_length=40, default="")  # a PauseReason, or another value of Stripe
    paused = BooleanField(default=False)  # collection is paused: new invoices are void
    resumes_at = UtcDateTimeField(null=True)

    card_id = CharField(default="", index=True)
    card_brand = CharField(max_length=20, default="")
    card_last4 = CharField(max_length=4, default="")
    card_exp_month = IntegerField(default=0)
    card_exp_year = IntegerField(default=0)
    card_removed_at = UtcDateTimeField(null=True)  # when Stripe no longer had the card; None again with another one

    created_at = UtcDateTimeField(default=now, index=True)
    synced_at = UtcDateTimeField(null=True)  # when this row was last refreshed from Stripe
    next_check_at = UtcDateTimeField(null=True, index=True, default=now)

    class Meta:
        # The admin's list is filtered by these, and sorted by id.
        indexes = tuple(((*filters.split(), "id"), False) for filters in _FILTERS)

    def save(self, force_insert: bool = False, only: Any = None) -> Any:
        """Write the row; a new one gets the mode and the offer of its order."""
        if self.id is None:
            self.mode, self.offer_id = self.order.mode, self.order.offer_id
        return super().save(force_insert, only)

    @property
    def has_own_terms(self) -> bool:
        """Whether it has one item with a fixed price. In Stripe's Dashboard it can get any others."""
        return self.items_total is None and not self.unclear_terms

    @property
    def is_ended(self) -> bool:
        """Whether it has ended. Stripe may still change its open invoices."""
        return self.status in ENDED_STATUSES

    @property
    def is_running(self) -> bool:
        """Whether it has started and not ended."""
        return self.status in RUNNING_STATUSES and self.has_started

    @property
    def has_started(self) -> bool:
        """Whether the customer has, or had, it. One that begins free has not started before a card is saved."""
        has_begun = self.status in RUNNING_STATUSES - {SubscriptionStatus.TRIALING} and not self.begins_free
        return has_begun or self.first_payment_succeeded

    @property
    def is_link(self) -> bool:
        """Whether Link pays it, Stripe's wallet: it has no card that could be named."""
        return bool(self.card_brand == "link")

    @property
    def is_plan(self) -> bool:
        """Whether it ends after a number of installments."""
        return self.instalments > 0

    @property
    def planned_end(self) -> datetime | None:
        """When it ends by a cancellation. None if none is planned; the regular end of a plan is none.

        A cancellation in Stripe's Dashboard sets `cancel_at` alone in the flexible billing mode
        (docs.stripe.com/billing/subscriptions/billing-mode).
        """
        end: datetime | None = self.cancel_at
        if self.cancels_at_period_end:
            return end or self.period_end
        return None if self.is_plan else end

    @property
    def ends_with_period(self) -> bool:
        """Whether it ends by a cancellation before it is charged again."""
        if self.cancels_at_period_end:
            return True
        end, period_end = self.planned_end, self.period_end
        return end is not None and (period_end is None or end <= period_end)

    @classmethod
    def ending_with_period(cls) -> Any:
        """`ends_with_period` as a condition of a query."""
        in_period = cls.period_end.is_null() | (cls.cancel_at <= cls.period_end)
        return cls.cancels_at_period_end | ((cls.instalments == 0) & cls.cancel_at.is_null(False) & in_period)

    @property
    def is_repriceable(self) -> bool:
        """Whether the price of later periods can change: not for a plan, and not after a cancellation."""
        return (
            self.status in REPRICEABLE_STATUSES
            and self.is_running
            and not self.is_plan
            and not self.ends_with_period
            and self.has_own_terms
        )

    @property
    def lacks_card(self) -> bool:
        """Whether its card was removed at Stripe, and it has no other. A card that is not saved yet is not missing."""
        return not self.card_id and self.card_removed_at is not None

    @property
    def collects_open_invoices(self) -> bool:
        """Whether open invoices should still be paid: not after a cancellation, but after the regular end of a plan."""
        finished = self.is_plan and (self.plan_completed or self.end_reason != "cancellation_requested")
        return not self.is_ended or finished

    @property
    def next_charge_at(self) -> datetime | None:
        """When the card is charged next. None if it is not, or while collection is paused."""
        end: datetime | None = self.period_end
        stops = self.unwanted or self.paused or self.ends_with_period
        if self.status not in CHARGED_STATUSES or not self.has_started or stops or end is None:
            return None
        return None if self.cancel_at is not None and self.cancel_at <= end else end

    @property
    def first_payment_succeeded(self) -> bool:
        """Whether the first payment was made, also outside of Stripe, or, with a trial, the card was saved."""
        return self.payment.has_succeeded or self.payment.was_paid_outside

    @classmethod
    def current(cls, order: Order) -> "Subscription | None":
        """The newest subscription of an order, with its merchant, or None."""
        return _CURRENT.first(order.id)

    @classmethod
    def count_running(cls, merchant: Merchant) -> int:
        """Number of running subscriptions of a merchant."""
        return int(cls.select().where(cls.merchant == merchant, cls.running()).count())

    @classmethod
    def running(cls) -> Any:
        """`is_running` as a condition of a query."""
        came = Payment.select(Payment.id).where(Payment.succeeded())
        return cls.status.in_(list(RUNNING_STATUSES)) & (
            ((cls.status != SubscriptionStatus.TRIALING) & ~cls.begins_free) | cls.payment.in_(came)
        )

    @classmethod
    def repriceable(cls) -> Any:
        """`is_repriceable` as a condition of a query."""
        renewed = (cls.instalments == 0) & ~cls.ending_with_period()
        own_terms = cls.items_total.is_null() & (cls.unclear_terms == "")
        return cls.status.in_(list(REPRICEABLE_STATUSES)) & cls.running() & renewed & own_terms

    @classmethod
    def by_public_id(cls, name: str) -> "Subscription | None":
        """The subscription with its order, first payment and merchant, in one query, or None."""
        found: Subscription | None = cls.with_relations().where(cls.public_id == name).first()
        return found

    @classmethod
    def with_relations(cls) -> "ModelSelect[Subscription]":
        """A query for subscriptions with orders, first payments and merchants."""
        return (
            cls.select(cls, Order, Payment, Merchant).join(Order).switch(cls).join(Payment).switch(cls).join(Merchant)
        )

    def reload(self) -> None:
        """Read the row again. The row of the first payment is read again when it is used next."""
        self.__rel__.pop("payment", None)
        self.__data__.update(Subscription.get_by_id(self.id).__data__)


_WITH_MERCHANT = Subscription.select(Subscription, Merchant).join(Merchant).order_by(Subscription.id.desc())
_CURRENT: PreparedQuery[Subscription] = PreparedQuery(lambda order: _WITH_MERCHANT.where(Subscription.order == order))

Subscription.add_index(
    Subscription.index(Subscription.merchant, where=SQL("switch_id IS NOT NULL"), name="subscription_switch")
)
Subscription.add_index(
    Subscription.index(Subscription.merchant, where=SQL("next_unit_amount IS NOT NULL"), name="subscription_new_price")
)
