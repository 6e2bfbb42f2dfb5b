"""Maintained counters: pages and metrics read them instead of counting rows.

On SQLite there is one row for each key. On PostgreSQL each change adds a row, because transactions that change one row
would wait for each other; `compact_counters` merges them. So readers always add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from peewee import BigIntegerField, CharField, Model, PostgresqlDatabase, fn

from storefront.db import db


class CounterKind(StrEnum):
    """What is counted. Amounts are in minor units. The values are stored in rows and never change."""

    ORDERS = "orders"  # by mode and status
    PAYMENTS = "payments"  # by mode and Stripe's status, "" if unknown
    SUBSCRIPTIONS = "subscriptions"  # by mode and Stripe's status, "" if unknown
    ORDER_TAKINGS = "order_takings"  # paid orders by day, mode and currency: number and amount
    RENEWAL_TAKINGS = "renewal_takings"  # paid renewals, likewise
    REFUNDS = "refunds"  # by the day on which they were made, likewise
    OFFER_TAKINGS = "offer_takings"  # paid orders and renewals by month, mode, currency and offer (as status)
    FUNNEL = "funnel"  # by month, mode and stage (as status); the subject is the offer
    SUBSCRIPTION_VALUES = "subscription_values"  # by mode, currency and interval (as status), such as "2 week"
    STOPPED_RENEWALS = "stopped_renewals"  # by mode, currency and outcome (as status): number and amount
    OPEN_RENEWALS = "open_renewals"  # subscriptions of connected merchants by mode and InvoiceNeed (as status)
    BALANCE = "balance"  # balance transactions by month, mode, currency, and merchant and category (as status)
    BALANCE_FEES = "balance_fees"  # likewise, those with a fee; by merchant
    STOCK = "stock"  # units by status of their orders; the subject is the offer
    OPTION_STOCK = "option_stock"  # likewise; the subject is the price option
    PROMO_CODES = "promo_codes"  # orders by status; the subject is the promo code
    EMAILS = "emails"  # by state (as status)
    FAILING_EMAILS = "failing_emails"
    GIVEN_UP_EMAILS = "given_up_emails"  # by the day on which they were given up
    WAITING_EVENTS = "waiting_events"
    WEBHOOK_REFUSALS = "webhook_refusals"  # deliveries by reason (as status)
    IGNORED_DELIVERIES = "ignored_deliveries"  # likewise
    ORDERS_CLOSED_BY_DECLINES = "decline_closings"  # by day: their timeline entries
    FOUND_PAYMENTS = "found_payments"  # those that the owner has not decided about
    OPEN_DISPUTES = "open_disputes"  # those that need an answer
    STRIPE_REFUSALS = "stripe_refusals"
    OPEN_REQUESTS = "open_requests"  # payment requests by mode
    OPEN_WITHDRAWALS = "open_withdrawals"  # those that the owner has not dealt with
    LICENSE_KEYS = "license_keys"  # keys that are "free", "held" or "given" (as status); the subject is the deliverable
    LOW_KEY_LISTS = "low_key_lists"  # lists of license keys that the owner was told about
    UNDECIDED_DOCUMENTS = "undecided_documents"  # documents from before a restore that wait for the owner
    HELD_SERIES = "held_series"  # series of documents whose numbers wait for the owner
    LOST_ENDPOINTS = "lost_endpoints"  # merchants whose webhook endpoint has a problem
    OUTAGES = "outages"  # merchants that can't be reached, and those whose new orders go to other ones


DAILY = frozenset(
    {
        CounterKind.ORDER_TAKINGS,
        CounterKind.RENEWAL_TAKINGS,
        CounterKind.REFUNDS,
        CounterKind.ORDERS_CLOSED_BY_DECLINES,
        CounterKind.GIVEN_UP_EMAILS,
    }
)
# One batch of `compact_counters`.
BATCH = 5000

# Rows are looked up by the index `counter_sums` and by their ids, however many there are. `OFFSET 0` keeps the planner
# from reading the whole table instead.
_COMPACT = """
WITH batch AS (
  SELECT id, kind, subject, day, mode, currency, status FROM counter WHERE NOT is_sum ORDER BY id LIMIT %s
), keys AS (
  SELECT DISTINCT kind, subject, day, mode, currency, status FROM batch
), gone AS (
  DELETE FROM counter WHERE id = ANY (ARRAY(
    SELECT id FROM batch
    UNION ALL
    SELECT s.id FROM keys AS k CROSS JOIN LATERAL (
      SELECT c.id FROM counter AS c WHERE c.is_sum AND c.kind = k.kind AND c.subject = k.subject AND c.day = k.day
        AND c.mode = k.mode AND c.currency = k.currency AND c.status = k.status OFFSET 0) AS s))
  RETURNING kind, subject, day, mode, currency, status, number, amount, is_sum
), sums AS (
  INSERT INTO counter (kind, subject, day, mode, currency, status, number, amount, is_sum)
  SELECT kind, subject, day, mode, currency, status, SUM(number), SUM(amount), true FROM gone
  GROUP BY kind, subject, day, mode, currency, status HAVING SUM(number) <> 0 OR SUM(amount) <> 0
)
SELECT COUNT(*) FROM gone WHERE NOT is_sum
"""


class Counter(Model):
    """A row of the table. Columns that a kind does not use have "" or 0.

    `day` is a date (YYYY-MM-DD), of takings and refunds in the shop's time zone, of others in UTC. It may be a month.
    """

    kind = CharField(max_length=20)
    subject = BigIntegerField(default=0)
    day = CharField(max_length=10, default="")
    mode = CharField(max_length=10, default="")
    currency = CharField(max_length=3, default="")
    status = CharField(max_length=40, default="")
    number = BigIntegerField()
    amount = BigIntegerField()

    class Meta:
        database = db
        primary_key = False


@dataclass(frozen=True)
class Count:
    """A sum of counters: the number of rows, and their amount in minor units of `currency`."""

    kind: str
    mode: str
    currency: str
    status: str
    number: int
    amount: int


class Counts(tuple[Count, ...]):
    """Sums of several kinds, without those that are 0."""

    __slots__ = ()

    def of(self, kind: CounterKind) -> list[Count]:
        """Those of one kind."""
        return [count for count in self if count.kind == kind]

    def number(self, kind: CounterKind, *statuses: str) -> int:
        """The number of rows of one kind in these statuses, by default in all."""
        return sum(count.number for count in self.of(kind) if not statuses or count.status in statuses)


def counts(*kinds: CounterKind, since: date | None = None, also: Iterable[Any] = ()) -> Counts:
    """Sums of these kinds by mode, currency and status; of daily ones from the day `since` on. One query.

    `also` are queries with the columns of Count, whose rows are read with them.
    """
    daily = [kind for kind in kinds if kind in DAILY]
    where: Any = Counter.kind.in_([kind for kind in kinds if kind not in DAILY]) & (Counter.day == "")
    if daily:
        where |= Counter.kind.in_(daily) & (Counter.subject == 0) & (Counter.day >= (since or date.min).isoformat())
    columns = (Counter.kind, Counter.mode, Counter.currency, Counter.status)
    sums = fn.SUM(Counter.number), fn.SUM(Counter.amount)
    query: Any = Counter.select(*columns, *sums).where((Counter.subject == 0) & where).group_by(*columns)
    for other in also:
        query = query.union_all(other)
    rows = cast(Iterable[tuple[str, str, str, str, int, int]], query.tuples())
    return Counts(Count(*row[:4], int(row[4] or 0), int(row[5])) for row in rows if row[4] or row[5])


def units_by_status(subject: int, kind: CounterKind = CounterKind.STOCK) -> dict[str, int]:
    """{order status: units of the offer, or of the price option, in orders of that status}, in one small query."""
    query = Counter.select(Counter.status, fn.SUM(Counter.number))
    query = query.where(Counter.kind == kind, Counter.subject == subject).group_by(Counter.status)
    rows = cast(Iterable[tuple[str, int]], query.tuples())
    return {status: int(number) for status, number in rows}


def compact_counters() -> int:
    """Merge a batch of the rows that changes have added. Return how many; 0 on SQLite, which has none.

    One statement: readers see the rows or their sums, never both or none, and writers are not blocked.
    """
    if not isinstance(db.obj, PostgresqlDatabase):
        return 0
    return int(db.execute_sql(_COMPACT, (BATCH,)).fetchone()[0])
