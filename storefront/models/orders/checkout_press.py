"""Presses of the button that starts a checkout or resumes it, counted to limit what strangers may start."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField

from storefront.db import db
from storefront.models.base import Record, UtcDateTimeField, is_recent, now, recent_period
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
    def count_begun(
        cls, window: timedelta, statuses: Sequence[str], *counters: tuple[str, str, int]
    ) -> tuple[int, ...]:
        """How many orders of these statuses were made within `window`, for each counter; in one query.

        A counter is (column, value, most): only presses with this value count, all if the column is "", and counting
        stops at `most`.
        """
        mark, period = db.obj.param, recent_period(window)
        selects, parameters = [], list[object]()
        for column, value, most in counters:
            wanted = f"press.{column} = {mark} AND " if column else ""
            selects.append(
                f"(SELECT COUNT(*) FROM (SELECT 1 FROM checkout_press press JOIN shop_order ON shop_order.id = "  # noqa: S608
                f"press.order_id WHERE {wanted}press.begins AND press.at BETWEEN {mark} AND {mark} AND "
                # Not by the status's index: there are many unpaid orders, and few presses within an hour.
                f"shop_order.status || '' IN ({', '.join([mark] * len(statuses))}) LIMIT {mark}) counted)"
            )
            parameters += [*([value] if column else []), *period, *statuses, most]
        return tuple(db.execute_sql(f"SELECT {', '.join(selects)}", parameters).fetchone())

    @classmethod
    def within(cls, window: timedelta) -> Any:
        """A condition of a query: presses of the last `window`."""
        return is_recent(cls.at, window)
