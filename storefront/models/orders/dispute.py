"""Disputes: the customer's bank takes the money back unless the owner proves that the payment was valid."""

from enum import StrEnum
from typing import Any

from peewee import SQL, BigIntegerField, CharField, ForeignKeyField, ModelSelect, fn

from storefront.models.base import UtcDateTimeField, now
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.models.stripe_answers import StripeObject
from storefront.money import Money

# The shop keeps the money.
DISPUTES_WITHOUT_LOSS = frozenset({"won", "warning_closed", "prevented"})
# The bank has decided.
DECIDED_DISPUTE_STATUSES = DISPUTES_WITHOUT_LOSS | {"lost"}
# The bank has taken the money, so Stripe refuses a refund. An inquiry (warning_…) takes no money.
DISPUTES_WITH_MONEY_TAKEN = frozenset({"needs_response", "under_review", "lost"})

STATUSES_THAT_NEED_RESPONSE = frozenset({"needs_response", "warning_needs_response"})


class DisputeStage(StrEnum):
    """What a dispute means for the owner. One email is sent for each stage."""

    INQUIRY = "inquiry"  # the bank asks; no money is taken
    INQUIRY_CLOSED = "inquiry_closed"
    CHARGEBACK = "chargeback"  # the bank has taken the money
    WON = "won"
    LOST = "lost"
    PREVENTED = "prevented"  # settled before it became a chargeback


# Stripe's statuses: docs.stripe.com/api/disputes/object#dispute_object-status. An inquiry that becomes a chargeback
# stays the same object.
_STAGES = {
    "warning_needs_response": DisputeStage.INQUIRY,
    "warning_under_review": DisputeStage.INQUIRY,
    "warning_closed": DisputeStage.INQUIRY_CLOSED,
    "needs_response": DisputeStage.CHARGEBACK,
    "under_review": DisputeStage.CHARGEBACK,
    "won": DisputeStage.WON,
    "lost": DisputeStage.LOST,
    "prevented": DisputeStage.PREVENTED,
}


class Dispute(StripeObject):
    """`status` and `reason` are Stripe's values. `amount` is in minor units."""

    order = ForeignKeyField(Order, backref="disputes", on_delete="RESTRICT")
    payment = ForeignKeyField(Payment, on_delete="RESTRICT")
    dispute_id = CharField(unique=True)
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    status = CharField(max_length=30)
    reason = CharField(max_length=60, default="")
    evidence_due_at = UtcDateTimeField(null=True)
    created_at = UtcDateTimeField(default=now)

    @property
    def total(self) -> Money:
        """The disputed amount."""
        return Money(self.amount, self.currency)

    @property
    def stage(self) -> DisputeStage | None:
        """The stage that the status belongs to. None for a status that this version does not know, or none yet."""
        return _STAGES.get(self.status)

    @property
    def needs_response(self) -> bool:
        """Whether the bank waits for the owner's evidence."""
        return self.status in STATUSES_THAT_NEED_RESPONSE

    @classmethod
    def unfinished(cls) -> Any:
        """A condition of a query: disputes that the bank has not decided."""
        return cls.status.not_in(list(DECIDED_DISPUTE_STATUSES))

    @classmethod
    def waiting_for_evidence(cls, most: int) -> list["Dispute"]:
        """Disputes for which a bank waits for the owner's evidence, the next deadline first, with their orders."""
        # Written out, so that SQLite uses the index of these disputes.
        statuses = [SQL(f"'{status}'") for status in sorted(STATUSES_THAT_NEED_RESPONSE)]
        waiting = cls.select(cls, Order).join(Order).where(cls.status.in_(statuses))
        return list(waiting.order_by(cls.evidence_due_at, cls.id).limit(most))

    @classmethod
    def latest(cls, order: Order) -> "Dispute | None":
        """The latest dispute of the order that is open or lost. Disputes of renewals do not count."""
        found: Dispute | None = (
            cls._of_order(order).where(cls.status.not_in(list(DISPUTES_WITHOUT_LOSS))).order_by(cls.id.desc()).first()
        )
        return found

    @classmethod
    def is_open_or_lost(cls, order: Order) -> bool:
        """Whether a dispute of the order is open or lost. Disputes of renewals do not count."""
        return cls._of_order(order).where(cls.status.not_in(list(DISPUTES_WITHOUT_LOSS))).exists()

    @classmethod
    def blocks_refund(cls, order: Order) -> bool:
        """Whether the bank has taken the order's money, so that Stripe refuses to refund it."""
        return cls._of_order(order).where(cls.status.in_(list(DISPUTES_WITH_MONEY_TAKEN))).exists()

    @classmethod
    def blocks_refund_of(cls, payment: Payment) -> bool:
        """Whether the bank has taken the money of this payment."""
        return cls.select().where(cls.payment == payment, cls.status.in_(list(DISPUTES_WITH_MONEY_TAKEN))).exists()

    @classmethod
    def takes_money_of_payment(cls) -> Any:
        """`blocks_refund_of` as a condition of a query for payments."""
        taken = cls.select(cls.id).where(cls.payment == Payment.id, cls.status.in_(list(DISPUTES_WITH_MONEY_TAKEN)))
        return fn.EXISTS(taken)

    @classmethod
    def _of_order(cls, order: Order) -> "ModelSelect[Dispute]":
        return cls.select().join(Payment).where(cls.order == order, Payment.of_checkout())


Dispute.add_index(
    Dispute.index(
        Dispute.evidence_due_at,
        Dispute.id,
        where=SQL("status IN ('needs_response', 'warning_needs_response')"),
        name="dispute_needs_response",
    )
)
