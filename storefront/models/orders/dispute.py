"""A buyer's bank takes money back until the owner has shown why it was due."""

from peewee import BigIntegerField, CharField, ForeignKeyField, ModelSelect

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.orders.order import Order
from storefront.models.orders.payment import Payment
from storefront.money import Money

# Decided for the owner, or never more than a warning: the money is theirs.
DISPUTES_WITHOUT_LOSS = frozenset({"won", "warning_closed", "prevented"})
# The bank has the money: Stripe gives nothing back beside it. A bank's mere question (warning_…) takes none.
TAKEN = frozenset({"needs_response", "under_review", "lost"})


class Dispute(Record):
    """`status` and `reason` are Stripe's own words."""

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
        """What is disputed."""
        return Money(self.amount, self.currency)

    @classmethod
    def weighs_on(cls, order: Order) -> bool:
        """Whether one of the order's disputes is open or lost; those of its later periods stand by themselves."""
        return cls._of_order(order).where(cls.status.not_in(list(DISPUTES_WITHOUT_LOSS))).exists()

    @classmethod
    def forbids_refund(cls, order: Order) -> bool:
        """Whether the bank has taken the order's money, so that Stripe refuses to refund it."""
        return cls._of_order(order).where(cls.status.in_(list(TAKEN))).exists()

    @classmethod
    def forbids_refund_of(cls, payment: Payment) -> bool:
        """The same of one payment."""
        return cls.select().where(cls.payment == payment, cls.status.in_(list(TAKEN))).exists()

    @classmethod
    def _of_order(cls, order: Order) -> "ModelSelect[Dispute]":
        return cls.select().join(Payment).where(cls.order == order, Payment.of_checkout())
