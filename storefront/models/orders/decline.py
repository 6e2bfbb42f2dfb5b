"""Declined attempts, counted to stop card testing: with one client secret anybody can try cards at Stripe directly."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField, IntegerField

from storefront.db import db
from storefront.models.base import Record, UtcDateTimeField, now, recent_period
from storefront.models.orders.payment import Payment

DECLINE_WINDOW = timedelta(hours=1)


class Decline(Record):
    """`attempt` identifies the attempt at Stripe, so each counts once.

    `address` is the IP address of the checkout, or its /64 network if it is IPv6; `network` the /24 or /64 network.
    """

    payment = ForeignKeyField(Payment, backref="declines", on_delete="CASCADE")
    attempt = CharField(max_length=80)
    address = CharField(max_length=64)
    network = CharField(max_length=64, default="")
    offer_id = IntegerField()
    merchant_id = IntegerField(default=0)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        # Each limit counts those of the last hour.
        indexes = (
            (("payment", "attempt"), True),
            (("address", "at"), False),
            (("network", "at"), False),
            (("offer_id", "at"), False),
            (("merchant_id", "at"), False),
        )

    @classmethod
    def count_recent(cls, **values: str | int) -> dict[str, int]:
        """{column: number of declines in the last hour that have its value}, in one query."""
        mark, period = db.obj.param, recent_period(DECLINE_WINDOW)
        counts = [
            f"(SELECT COUNT(*) FROM decline WHERE {column} = {mark} AND at BETWEEN {mark} AND {mark})"  # noqa: S608
            for column in values
        ]
        parameters = [parameter for value in values.values() for parameter in (value, *period)]
        return dict(zip(values, db.execute_sql(f"SELECT {', '.join(counts)}", parameters).fetchone(), strict=True))
