"""Customers: one row for each email address that has orders. The database keeps the rows in step with the orders.

No code writes these tables: the triggers in `customer_rows` do, in the transaction of the change itself.
"""

import json
from typing import Any, NamedTuple, Self

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, PostgresqlDatabase, TextField

from storefront.db import db
from storefront.i18n import fold
from storefront.models.base import Record
from storefront.models.rows_in_json import json_rows

# As `compact_counters` does.
_MERGE = """
WITH batch AS (
  SELECT id, email, mode, currency FROM customer_total WHERE NOT is_merged ORDER BY id LIMIT %s
), keys AS (
  SELECT DISTINCT email, mode, currency FROM batch
), gone AS (
  DELETE FROM customer_total WHERE id = ANY (ARRAY(
    SELECT id FROM batch
    UNION ALL
    SELECT s.id FROM keys AS k CROSS JOIN LATERAL (
      SELECT t.id FROM customer_total AS t WHERE t.is_merged AND t.email = k.email AND t.mode = k.mode
        AND t.currency = k.currency OFFSET 0) AS s))
  RETURNING email, mode, currency, paid, refunded, running, is_merged
), sums AS (
  INSERT INTO customer_total (email, mode, currency, paid, refunded, running, is_merged)
  SELECT email, mode, currency, SUM(paid), SUM(refunded), SUM(running), true FROM gone
  GROUP BY email, mode, currency
)
SELECT COUNT(*) FROM gone WHERE NOT is_merged
"""


class Customer(Record):
    """`email` is the address in lower case. `newest_order_id` is the order with its latest spelling, name and language.

    `orders` is the number of orders, at least 1; `live_orders` and `test_orders` are those of one mode, and the newest
    orders of a mode are 0 where there is none. `search_text` is the folded address and the folded names of the
    orders, each on a line.
    """

    email = CharField(unique=True)
    newest_order_id = IntegerField(index=True)
    orders = IntegerField()
    live_orders = IntegerField(default=0)
    test_orders = IntegerField(default=0)
    newest_live_id = IntegerField(default=0, index=True)
    newest_test_id = IntegerField(default=0, index=True)
    search_text = TextField(default="")

    class Meta:
        # The admin's list can be sorted by it, and limited to a mode and to days.
        indexes = (
            (("orders", "newest_order_id"), False),
            (("live_orders", "newest_live_id"), False),
            (("test_orders", "newest_test_id"), False),
        )

    @classmethod
    def is_found_by(cls, typed: str) -> Any:
        """The condition that the address or a name contains what was typed into a search."""
        return cls.search_text.contains(fold(typed))

    @classmethod
    def by_email(cls, email: str) -> Self | None:
        """The customer with this address, in upper or lower case. None if it has no orders."""
        return cls.get_or_none(cls.email == email.lower())


class CustomerSums(NamedTuple):
    """The sum of a customer's rows of CustomerTotal for one mode and currency."""

    mode: str
    currency: str
    paid: int
    refunded: int
    running: int


class CustomerTotal(Record):
    """What a customer has paid and got back, in minor units of `currency`, for each mode and currency.

    `running` is the number of running subscriptions, in the rows with the currency "". On PostgreSQL several rows of
    the same customer, mode and currency add up: each change is a row of its own, so that no payment waits for another.
    `merge` adds them together. On SQLite there is one.
    """

    email = CharField()  # of the Customer
    mode = CharField(max_length=4)
    currency = CharField(max_length=3)
    paid = BigIntegerField(default=0)
    refunded = BigIntegerField(default=0)
    running = IntegerField(default=0)
    is_merged = BooleanField(default=False)

    class Meta:
        table_name = "customer_total"

    @classmethod
    def merge(cls, most: int = 5000) -> int:
        """Add together the rows that changes have added, at most `most`. Return how many; 0 on SQLite, which has none.

        One statement: readers see the rows or their sums, never both or none. Payments do not wait for it.
        """
        if not isinstance(db.obj, PostgresqlDatabase):
            return 0
        return int(db.execute_sql(_MERGE, (most,)).fetchone()[0])

    @classmethod
    def of_customer(cls) -> Any:
        """The column "totals" of a query that reads customers: their rows for `sums_in`, as JSON."""
        rows = json_rows(cls, ("mode", "currency", "paid", "refunded", "running"))
        return rows.where(cls.email == Customer.email).alias("totals")

    @classmethod
    def sums_of(cls, customer: Customer) -> list[CustomerSums]:
        """The sums of one customer. One query."""
        return cls.sums_in(Customer.select(cls.of_customer()).where(Customer.id == customer.id).scalar())

    @classmethod
    def sums_in(cls, totals: str | None) -> list[CustomerSums]:
        """The sums of a customer's `totals`, by mode and currency."""
        sums: dict[tuple[str, str], CustomerSums] = {}
        for mode, currency, *amounts in json.loads(totals or "[]"):
            before = sums.get((mode, currency), (mode, currency, 0, 0, 0))
            added = (one + other for one, other in zip(before[2:], amounts, strict=True))
            sums[mode, currency] = CustomerSums(mode, currency, *added)
        return [sums[key] for key in sorted(sums)]
