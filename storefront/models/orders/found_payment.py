"""Payments of this shop at Stripe that no order has, as after the restore of a backup. The owner decides about them."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, ModelSelect

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.merchant import Merchant
from storefront.money import Money


class FoundPayment(Record):
    """`stripe_id` is the id of a PaymentIntent or a subscription (`recurs`). `amount` is the first charge, in minor
    units; 0 with a free trial. `order_number` is the one that the customer was told, 0 if unknown.
    """

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    stripe_id = CharField(unique=True)
    order_number = BigIntegerField(default=0)
    amount = BigIntegerField()
    currency = CharField(max_length=3)
    email = CharField(default="")
    title = CharField(default="")
    livemode = BooleanField()
    recurs = BooleanField(default=False)
    created_at = UtcDateTimeField()  # at Stripe
    found_at = UtcDateTimeField(default=now)
    decided_at = UtcDateTimeField(null=True, index=True)

    @property
    def total(self) -> Money:
        """The first charge."""
        return Money(self.amount, self.currency)

    @classmethod
    def undecided(cls) -> "ModelSelect[FoundPayment]":
        """Those that the owner has not decided about, with their merchants, newest first."""
        query = cls.select(cls, Merchant).join(Merchant).where(cls.decided_at.is_null())
        return query.order_by(cls.created_at.desc(), cls.id.desc())

    @classmethod
    def decide(cls, stripe_id: str) -> None:
        """Take it off the list, for good."""
        cls.update(decided_at=now()).where(cls.stripe_id == stripe_id, cls.decided_at.is_null()).execute()
