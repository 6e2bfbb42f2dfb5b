"""One PaymentIntent or SetupIntent of an order."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from peewee import SQL, BigIntegerField, BooleanField, CharField, ForeignKeyField

from storefront.models.base import JsonField, UtcDateTimeField, now, public_id
from storefront.models.merchants.merchant import Merchant
from storefront.models.orders.order import Order
from storefront.models.prepared_query import PreparedQuery
from storefront.models.prepared_statement import PreparedStatement
from storefront.models.stripe_answers import StripeObject
from storefront.money import Money

# Stripe does not change an intent in these statuses any more.
FINAL_PAYMENT_STATUSES = frozenset({"succeeded", "canceled"})


class PaymentEnd(StrEnum):
    """Why an order does not use a payment any more. Stored as `end_reason`, which may have other reasons, too."""

    PAID_OUTSIDE = "paid_outside"  # of a first invoice that was marked as paid outside of Stripe
    TERMS_CHANGED = "terms_changed"  # the order has changed before it was paid
    # Its merchant could not be paid: the order went to the other merchant of the offer. Stripe is asked about it once
    # the merchant answers again.
    MOVED = "moved"
    LOOKED_UP = "looked_up"  # its intent, if there is one, was looked for at Stripe


class PaymentKind(StrEnum):
    """What the intent of a payment is. The values are stored in rows and never change."""

    ONE_OFF = "payment"  # the PaymentIntent of an order that is paid once
    FIRST = "first"  # the PaymentIntent of a subscription's first invoice
    SETUP = "setup"  # the SetupIntent that saves the card for the charges after a trial; the amount is 0
    RENEWAL = "renewal"  # the PaymentIntent of a later invoice; it never decides about the order
    IMPORTED = "imported"  # what began an imported subscription outside of the shop: no intent, and the amount is 0


class Payment(StripeObject):
    """A payment belongs to one merchant, amount (minor units) and currency, and has one `PaymentKind`.

    `status` is the intent's status at Stripe, "" until the intent is known. `ended_at` is set when the order does not
    use this payment any more: it was canceled, the terms changed, or its creation was answered with a 5xx. `end_reason`
    is a code.
    """

    kind = CharField(max_length=10, default=PaymentKind.ONE_OFF)
    public_id = CharField(unique=True, default=public_id)  # part of the idempotency key and of the intent's metadata
    order = ForeignKeyField(Order, backref="payments", on_delete="RESTRICT")
    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    merchant_id: int
    order_id: int
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    # As it was when the row was written: a retry must send the same data under the same key.
    statement_descriptor_suffix = CharField(max_length=22, default="")
    stripe_metadata = JsonField(null=True)  # of its intent or subscription; None in rows of older versions
    takes_link = BooleanField(default=False)  # Stripe's wallet Link, beside cards
    intent_id = CharField(null=True, unique=True)
    status = CharField(max_length=32, default="", index=True)
    error_code = CharField(default="")
    decline_code = CharField(default="")
    attempt = CharField(default="")  # identifies the last failed attempt: its charge or payment method
    challenged = BooleanField(default=False)  # the bank has asked for 3-D Secure
    # Why the payment before this one was not paid, if a card was tried and then the order changed: `unpaid_reason`.
    earlier_reason = CharField(default="")
    # The card that has paid, as Stripe says: "" where it was not told.
    card_brand = CharField(max_length=20, default="")
    card_last4 = CharField(max_length=4, default="")
    created_at = UtcDateTimeField(default=now)
    checked_at = UtcDateTimeField(null=True)
    # When the customer last started or failed to pay with it, and when to ask Stripe about it again.
    touched_at = UtcDateTimeField(null=True, default=now)
    next_check_at = UtcDateTimeField(null=True, default=now)
    # When to ask Stripe about its refunds and disputes. None: it has no unfinished ones.
    refunds_check_at = UtcDateTimeField(null=True, index=True)
    ended_at = UtcDateTimeField(null=True)
    end_reason = CharField(default="")

    class Meta:
        # For the checklists of merchants.
        indexes = ((("merchant", "status"), False), (("merchant", "challenged"), False))

    @classmethod
    def current(cls, order: Order) -> "Payment | None":
        """The payment that the order uses now, with its merchant."""
        return _CURRENT.first(order.id)

    @classmethod
    def card_of(cls, order: Order) -> tuple[str, str]:
        """Brand and last digits of the card of that payment, "" if they are unknown."""
        found = _CARD.first(order.id)
        return (found.card_brand, found.card_last4) if found is not None else ("", "")

    @property
    def total(self) -> Money:
        """The amount to pay."""
        return Money(self.amount, self.currency)

    @property
    def idempotency_key(self) -> str:
        """Made of our row's id: sending the row again creates no second intent."""
        return f"payment-{self.public_id}"

    @property
    def unpaid_reason(self) -> str:
        """Why it is not paid: Stripe's code, "left" where a check of the bank was not answered; "" if nobody tried."""
        own = self.decline_code or self.error_code or ("left" if self.attempt or self.challenged else "")
        return str(own or self.earlier_reason)

    @classmethod
    def reason_before(cls, order: Order) -> str:
        """`unpaid_reason` of the order's last payment, if it ended because the order changed; "" otherwise."""
        last = cls.select().where(cls.order == order, cls.of_checkout()).order_by(cls.id.desc()).first()
        return last.unpaid_reason if last is not None and last.end_reason == PaymentEnd.TERMS_CHANGED else ""

    @property
    def begins_subscription(self) -> bool:
        """Whether a subscription at Stripe created its intent."""
        return self.kind in (PaymentKind.FIRST, PaymentKind.SETUP)

    @property
    def is_renewal(self) -> bool:
        """Whether it pays a later period of a subscription. It then never changes the order's status."""
        return bool(self.kind == PaymentKind.RENEWAL)

    @classmethod
    def of_checkout(cls) -> Any:
        """A condition of a query: payments of a checkout of this shop, not renewals."""
        return cls.kind.not_in([PaymentKind.RENEWAL, PaymentKind.IMPORTED])

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
    def was_paid_outside(self) -> bool:
        """Whether its invoice was marked as paid outside of Stripe. The intent is canceled then."""
        return bool(self.end_reason == PaymentEnd.PAID_OUTSIDE)

    @property
    def is_final(self) -> bool:
        """Whether Stripe does not change this intent any more."""
        return self.status in FINAL_PAYMENT_STATUSES

    @classmethod
    def not_final(cls) -> Any:
        """The opposite of `is_final` as a condition of a query."""
        # Written out, so that SQLite uses the index of these payments.
        return cls.status.not_in([SQL(f"'{status}'") for status in sorted(FINAL_PAYMENT_STATUSES)])

    @classmethod
    def may_be_completed(cls) -> Any:
        """A condition of a query: payments that a customer may still complete."""
        return cls.ended_at.is_null() & cls.not_final()

    @classmethod
    def tried(cls) -> Any:
        """A condition of a query: payments for which the customer has typed a card, whatever became of it."""
        return (cls.attempt != "") | cls.challenged | cls.status.in_(["processing", "succeeded"])

    def has_ended(self) -> bool:
        """Whether the order does not use it any more, read again."""
        return _ENDED.first(self.id) is not None

    def store_status(self, status: str, challenged: bool, card: Mapping[str, str]) -> bool:
        """Store Stripe's status of the intent, unless the status is final. Return whether it was stored.

        `card` are the columns of the card that has paid; empty while none has.
        """
        values = [status, challenged, now(), *card.values(), self.id]
        return bool(_store_status(tuple(card)).execute(*values))

    def plan_refunds_check(self) -> None:
        """Let the worker ask Stripe about its refunds and disputes in its next run."""
        _PLAN_REFUNDS_CHECK.execute(now(), self.id)

    def has_terms(self, merchant: Merchant, total: Money) -> bool:
        """Whether this payment is for this merchant and this amount and currency, and takes what its pages offer."""
        return self.merchant_id == merchant.id and self.total == total and self.takes_link == merchant.takes_link

    @property
    def method_types(self) -> list[str]:
        """The payment methods that its intent takes, as Stripe names them."""
        return ["card", "link"] if self.takes_link else ["card"]


@cache
def _store_status(card: tuple[str, ...]) -> PreparedStatement:
    columns = ("status", "challenged", "checked_at", *card)

    def build(*values: Any) -> Any:
        *new, payment = values
        changes = dict(zip(columns, new, strict=True))
        return Payment.update(changes).where(Payment.id == payment, Payment.not_final())

    return PreparedStatement(build)


_PLAN_REFUNDS_CHECK = PreparedStatement(
    lambda due, payment: Payment.update(refunds_check_at=due).where(Payment.id == payment)
)
_CURRENT: PreparedQuery[Payment] = PreparedQuery(
    lambda order: (
        Payment.select(Payment, Merchant)
        .join(Merchant)
        .where(Payment.order == order, Payment.ended_at.is_null())
        .order_by(Payment.id.desc())
    )
)
_CARD: PreparedQuery[Payment] = PreparedQuery(
    lambda order: (
        Payment.select(Payment.card_brand, Payment.card_last4)
        .where(Payment.order == order, Payment.ended_at.is_null())
        .order_by(Payment.id.desc())
    )
)
_ENDED: PreparedQuery[Payment] = PreparedQuery(
    lambda id_: Payment.select(Payment.id).where(Payment.id == id_, Payment.ended_at.is_null(False))
)
# An order uses one payment at a time, also when requests are concurrent.
Payment.add_index(Payment.index(Payment.order, unique=True, where=Payment.ended_at.is_null(), name="payment_current"))

Payment.add_index(
    Payment.index(Payment.merchant, Payment.id, where=SQL(f"end_reason = '{PaymentEnd.MOVED}'"), name="payment_moved")
)


# Only these are asked about: the other payments would make the search for those that are due longer with each sale.
Payment.add_index(
    Payment.index(
        Payment.next_check_at, where=SQL("status NOT IN ('canceled', 'succeeded')"), name="payment_unfinished"
    )
)
