"""How far the shop has read the balance transactions and payouts of a Stripe account."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_due, now
from storefront.models.merchants.merchant import Merchant

# What is new is looked for this often.
READING_INTERVAL = timedelta(minutes=10)
LONGEST_READING_WAIT = timedelta(hours=6)


class BalanceList(StrEnum):
    """A list at Stripe. The values are stored in rows and never change."""

    TRANSACTIONS = "transactions"
    PAYOUTS = "payouts"


class BalanceReading(Record):
    """One row for each merchant and list.

    Stripe lists the newest first. `newest_at` is when the newest object of the last complete reading was created: the
    next one asks for those since then. A reading that takes several runs goes on after `new_after`, and its newest is
    `next_newest_at`. Meanwhile the older ones are read once, after `old_after`, until `old_done`.
    """

    merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
    merchant_id: int
    list = CharField(max_length=20)
    newest_at = UtcDateTimeField(null=True)
    next_newest_at = UtcDateTimeField(null=True)
    new_after = CharField(default="")
    old_after = CharField(default="")
    old_done = BooleanField(default=False)
    due_at = UtcDateTimeField()
    failures = IntegerField(default=0)
    problem = CharField(max_length=20, default="")  # "permission": the restricted key may not read it; "no_answer"
    read_at = UtcDateTimeField(null=True)  # when Stripe last answered

    class Meta:
        table_name = "balance_reading"
        indexes = ((("merchant", "list"), True),)

    @classmethod
    def of(cls, merchant: Merchant, which: BalanceList) -> "BalanceReading":
        """The row of the merchant; it is made if it doesn't exist."""
        cls.insert_unless_exists(merchant=merchant.id, list=which, due_at=now())
        return cls.get(cls.merchant == merchant, cls.list == which)

    @classmethod
    def is_over(cls) -> Any:
        """Condition: the list is to be read now."""
        return is_due(cls.due_at, LONGEST_READING_WAIT)

    @classmethod
    def wake(cls, merchant: Merchant) -> None:
        """Let the worker read both lists of the merchant in its next run."""
        cls.update(due_at=now()).where(cls.merchant == merchant, cls.problem == "").execute()

    @classmethod
    def retry_soon(cls, merchant: Merchant) -> None:
        """Let the worker try again in its next run what has failed: the owner may have repaired it."""
        cls.update(due_at=now()).where(cls.merchant == merchant, cls.problem != "").execute()

    def forget_places(self) -> None:
        """Begin again at the newest: the object that a page began after is not at Stripe any more."""
        self.new_after = self.old_after = ""
        self.next_newest_at = None

    def done(self, more: bool) -> None:
        """Stripe has answered. With `more`, the next run goes on."""
        self.failures, self.problem, self.read_at = 0, "", now()
        self.due_at = now() if more else now() + READING_INTERVAL
        self.save()

    def failed(self, problem: str, wait: timedelta | None = None) -> None:
        """Ask again later, and later still after each further failure; after `wait` if it is given."""
        backoff = timedelta(minutes=2 ** min(self.failures, 9))
        self.failures += 1
        self.problem = problem
        self.due_at = now() + min(wait or backoff, LONGEST_READING_WAIT)
        self.save()

    @staticmethod
    def earlier(known: datetime | None, by: timedelta) -> datetime | None:
        """From when on to ask: a little earlier than what is known. None: from the beginning."""
        return None if known is None else min(known, now()) - by
