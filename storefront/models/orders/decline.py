"""Declined attempts, counted to stop card testing: with one client secret anybody can try cards at Stripe directly."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.orders.payment import Payment

DECLINE_WINDOW = timedelta(hours=1)


class Decline(Record):
    """`address` is the IP address of the checkout. `attempt` identifies the attempt at Stripe, so each counts once."""

    payment = ForeignKeyField(Payment, backref="declines", on_delete="CASCADE")
    attempt = CharField(max_length=80)
    address = CharField(max_length=64, index=True)
    offer_id = IntegerField(index=True)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        indexes = ((("payment", "attempt"), True),)

    @classmethod
    def count_of_address(cls, address: str) -> int:
        """Number of declines from an IP address in the last hour."""
        return cls.select().where(cls.address == address, cls.at >= now() - DECLINE_WINDOW).count()

    @classmethod
    def count_of_offer(cls, offer_id: int) -> int:
        """Number of declines on an offer in the last hour."""
        return cls.select().where(cls.offer_id == offer_id, cls.at >= now() - DECLINE_WINDOW).count()
