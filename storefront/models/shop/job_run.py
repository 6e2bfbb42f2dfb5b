"""When the worker's periodic jobs last ran, so that several workers run each of them once."""

from datetime import timedelta
from typing import Any

from peewee import CharField

from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, is_due, now
from storefront.models.process_identity import has_ended, process_identity

# How long a run counts as going on. Its worker renews that each minute.
LEASE = timedelta(minutes=3)


class JobRun(Record):
    """One row for each periodic job, by its stored name. `minute` is the last one for which a worker has claimed it.

    `claimed_by` is the `process_identity` of that worker; `running_until` is None when its run has ended.
    """

    name = CharField(max_length=60, unique=True)
    minute = UtcDateTimeField()
    claimed_by = CharField(max_length=120, default="")
    running_until = UtcDateTimeField(null=True)

    @classmethod
    def claim(cls, name: str) -> bool:
        """Whether the calling worker is to run the job in this minute: True once, in all workers together.

        False while another worker's run goes on. A worker that is started again need not wait for the next minute: it
        takes the claims of the one that ended. Call `end` after the run.
        """
        minute, own = now().replace(second=0, microsecond=0), process_identity()
        row = cls.get_or_none(cls.name == name)
        if row is None:
            # Of several workers one inserts the row.
            cls.insert(name=name, minute=minute.replace(year=2000)).on_conflict_ignore().execute()
        # A minute in the future was claimed while a clock was ahead.
        is_free = (cls.minute < minute) | (cls.minute > minute + CLOCK_TOLERANCE)
        # A run of this worker has ended without saying so: it does not run a job twice at a time.
        is_free &= (
            cls.running_until.is_null() | is_due(cls.running_until, LEASE) | ((cls.claimed_by == own) & (own != ""))
        )
        if row is not None and has_ended(row.claimed_by):
            is_free |= cls.claimed_by == row.claimed_by
        claim = cls.update(minute=minute, claimed_by=own, running_until=now() + LEASE)
        return bool(claim.where(cls.name == name, is_free).execute())

    @classmethod
    def end(cls, name: str) -> None:
        """The run of the job that this worker has claimed has ended."""
        cls.update(running_until=None).where(*cls._running(), cls.name == name).execute()

    @classmethod
    def renew(cls) -> None:
        """The runs that this worker has claimed go on. Called each minute."""
        cls.update(running_until=now() + LEASE).where(*cls._running()).execute()

    @classmethod
    def _running(cls) -> tuple[Any, ...]:
        return cls.claimed_by == process_identity(), cls.running_until.is_null(False)
