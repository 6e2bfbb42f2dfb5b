"""Outages of the mail server: times in which it could not be reached or did not let the shop sign in."""

from datetime import timedelta
from typing import Self

from peewee import TextField

from storefront.models.base import Record, UtcDateTimeField, now

# One worker at a time tries a mail server that is away. Longer than connecting can take: each step has its own timeout.
ATTEMPT_LEASE = timedelta(seconds=90)


class MailOutage(Record):
    """`problem` is what the last attempt to connect ended with. `ended_at` is NULL while the mail server is away."""

    began_at = UtcDateTimeField(default=now)
    next_attempt_at = UtcDateTimeField(default=now)
    ended_at = UtcDateTimeField(null=True, index=True)
    problem = TextField(default="")

    class Meta:
        table_name = "mail_outage"

    @classmethod
    def current(cls) -> Self | None:
        """The outage that lasts. None if the mail server was reached by the last attempt."""
        found: Self | None = cls.select().where(cls.ended_at.is_null()).order_by(cls.id).first()
        return found

    @classmethod
    def record(cls, problem: str, wait: timedelta) -> None:
        """Record an attempt that failed; the next one follows after `wait`."""
        current = cls.current() or cls.create()
        cls.update(problem=problem, next_attempt_at=now() + wait).where(cls.id == current.id).execute()

    @classmethod
    def end(cls) -> None:
        """Record that the mail server was reached."""
        cls.update(ended_at=now()).where(cls.ended_at.is_null()).execute()

    def begin_attempt(self) -> bool:
        """Reserve the next attempt. Return False if it is not due yet, or another worker makes it."""
        model = type(self)
        return bool(
            model.update(next_attempt_at=now() + ATTEMPT_LEASE)
            .where(model.id == self.id, model.ended_at.is_null(), model.next_attempt_at <= now())
            .execute()
        )
