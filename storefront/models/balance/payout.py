"""Payouts: money that Stripe has sent from an account's balance to the owner's bank."""

from enum import StrEnum

from peewee import SQL, BigIntegerField, BooleanField, CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField
from storefront.models.merchants.merchant import Merchant
from storefront.money import Money


class PayoutStatus(StrEnum):
    """Stripe's own words."""

    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


class Payout(Record):
    """`amount` is in minor units of `currency`; negative where Stripe took money from the bank.

    Only of an `automatic` payout Stripe says what it contains. `contents_at` is when all of that was read;
    `contents_after` is the last transaction that was read before.
    """

    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    merchant_id: int
    mode = CharField(max_length=4)  # the merchant's, which never changes; here, so that an index has it
    stripe_id = CharField()
    status = CharField(max_length=20)
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    automatic = BooleanField()
    failure = CharField(max_length=60, default="")  # Stripe's code for why it failed
    created_at = UtcDateTimeField()
    arrives_at = UtcDateTimeField()  # the day on which the bank has it, or should have
    contents_at = UtcDateTimeField(null=True)
    contents_after = CharField(default="")

    class Meta:
        indexes = (
            (("merchant", "stripe_id"), True),
            (("created_at", "id"), False),
            (("mode", "created_at", "id"), False),
            (("merchant", "created_at", "id"), False),
        )

    @property
    def total(self) -> Money:
        """What the bank gets."""
        return Money(self.amount, self.currency)


Payout.add_index(
    Payout.index(
        Payout.merchant, Payout.id, where=SQL("automatic AND contents_at IS NULL"), name="payout_contents_unread"
    )
)
