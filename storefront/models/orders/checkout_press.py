"""Presses of the button that starts a checkout or resumes it, counted to limit what strangers may start."""

from datetime import timedelta
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.orders.order import Order


class CheckoutPress(Record):
    """`network` is the IP address of the checkout, or its /64 network if it is IPv6; `email` is in lower case.

    `begins`: this press has made the order. The others resume it.
    """

    order = ForeignKeyField(Order, backref="presses", on_delete="CASCADE")
    network = CharField(max_length=64)
    email = CharField()
    begins = BooleanField()
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        indexes = ((("network", "at"), False), (("email", "at"), False))

    @classmethod
    def within(cls, window: timedelta) -> Any:
        """A condition of a query: presses of the last `window`."""
        return is_recent(cls.at, window)
