"""Declined attempts, counted to stop card testing: with one client secret anybody can try cards at Stripe directly."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.orders.payment import Payment

DECLINE_WINDOW = timedelta(hours=1)


class Decline(Record):
    """`attempt` identifies the attempt at Stripe, so each counts once.

    `address` is the IP address of the checkout, or its /64 network if it is IPv6; `network` the /24 or /64 network.
    """

    payment = ForeignKeyField(Payment, backref="declines", on_delete="CASCADE")
    attempt = CharField(max_length=80)
    address = CharField(max_length=64, index=True)
    network = CharField(max_length=64, default="", index=True)
    offer_id = IntegerField(index=True)
    merchant_id = IntegerField(default=0, index=True)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        indexes = ((("payment", "attempt"), True),)

    @classmethod
    def count_recent(cls, which: object) -> int:
        """Number of declines in the last hour that match the condition `which`."""
        return cls.select().where(which, is_recent(cls.at, DECLINE_WINDOW)).count()
