"""Balance transactions: what each charge, refund, dispute, fee and payout did to the balance of a Stripe account."""

from enum import StrEnum

from peewee import BigIntegerField, CharField, ForeignKeyField

from storefront.models.balance.payout import Payout
from storefront.models.base import Record, UtcDateTimeField
from storefront.models.merchants.merchant import Merchant
from storefront.money import Money


class BalanceCategory(StrEnum):
    """What a transaction is summed as. The values are stored in rows and never change."""

    CHARGE = "charge"
    REFUND = "refund"  # refunds, and those that failed and came back
    DISPUTE = "dispute"  # money that a bank has withdrawn, and what came back after a dispute was won
    PAYOUT = "payout"  # payouts, and those that came back
    OTHER = "other"  # adjustments, and Stripe's fees that belong to no payment


class BalanceTransaction(Record):
    """`amount`, `fee` and `net` are in minor units of `currency`, which the account settles in; what leaves the
    balance is negative.

    `charged_amount` and `charged_currency` are what the customer was charged or got back, None and "" if Stripe
    doesn't say. `exchange_rate` is Stripe's decimal, None without a conversion. `intent_id` is the PaymentIntent
    of the payment, `source_id` the charge, refund, dispute or payout; "" if there is none. Both are Stripe's
    ids, because the payment may be recorded later, or belong to another system.
    """

    merchant = ForeignKeyField(Merchant, on_delete="RESTRICT")
    merchant_id: int
    stripe_id = CharField()
    type = CharField(max_length=60)  # Stripe's own word
    category = CharField(max_length=10)
    amount = BigIntegerField()
    fee = BigIntegerField()
    net = BigIntegerField()
    currency = CharField(max_length=3)
    charged_amount = BigIntegerField(null=True)
    charged_currency = CharField(max_length=3, default="")
    exchange_rate = CharField(max_length=30, null=True)
    source_id = CharField(default="")
    intent_id = CharField(default="", index=True)
    payout = ForeignKeyField(Payout, null=True, on_delete="SET NULL", index=False)
    payout_id: int | None
    created_at = UtcDateTimeField()
    available_at = UtcDateTimeField()

    class Meta:
        table_name = "balance_transaction"
        indexes = (
            (("merchant", "stripe_id"), True),
            (("merchant", "created_at", "id"), False),
            (("payout", "created_at", "id"), False),
        )

    def money(self, amount: int) -> Money:
        """An amount in the currency that the account settles in."""
        return Money(amount, self.currency)

    @property
    def charged(self) -> Money | None:
        """What the customer was charged or got back, if it is another currency than the account's."""
        if self.charged_amount is None or self.charged_currency == self.currency:
            return None
        return Money(self.charged_amount, self.charged_currency)
