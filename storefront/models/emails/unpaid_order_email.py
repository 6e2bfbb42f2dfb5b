"""Emails about unpaid orders, counted: anybody can start an order with another person's address."""

from datetime import timedelta

from peewee import CharField, ForeignKeyField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.emails.email import Email


class UnpaidOrderEmail(Record):
    """An email that may be sent. `recipient` is in lower case."""

    WINDOW = timedelta(days=1)

    email = ForeignKeyField(Email, unique=True, on_delete="CASCADE")
    recipient = CharField(index=True)
    at = UtcDateTimeField(default=now, index=True)

    class Meta:
        table_name = "unpaid_order_email"

    @classmethod
    def allow(cls, email: Email, per_day: int) -> bool:
        """Count the email. Return False if its recipient had one within a day, or all recipients had `per_day`.

        0 is no limit for all recipients. An email that was counted before is allowed: its delivery is repeated.
        The row is written before the earlier ones are counted, so that concurrent workers can't exceed the limit.
        """
        if cls.select().where(cls.email == email).exists():
            return True
        cls.delete().where(~is_recent(cls.at, cls.WINDOW)).execute()
        counted = cls.create(email=email, recipient=email.recipient.lower())
        earlier = cls.select().where(cls.id < counted.id, is_recent(cls.at, cls.WINDOW))
        allowed = not earlier.where(cls.recipient == counted.recipient).exists()
        if not allowed or (per_day and earlier.count() >= per_day):
            counted.delete_instance()
            return False
        return True

    @classmethod
    def delete_old(cls, most: int) -> int:
        """Delete rows that don't count any more, at most `most`. Return how many."""
        old = cls.select(cls.id).where(~is_recent(cls.at, cls.WINDOW)).limit(most)
        return int(cls.delete().where(cls.id.in_(old)).execute())
