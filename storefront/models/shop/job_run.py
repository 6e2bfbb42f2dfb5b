"""When the worker's periodic jobs last ran, so that several workers run each of them once."""

from peewee import CharField

from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, now
from storefront.models.process_identity import has_ended, process_identity


class JobRun(Record):
    """One row for each periodic job, by its stored name. `minute` is the last one for which a worker has claimed it.

    `claimed_by` is the `process_identity` of that worker.
    """

    name = CharField(max_length=60, unique=True)
    minute = UtcDateTimeField()
    claimed_by = CharField(max_length=120, default="")

    @classmethod
    def claim(cls, name: str) -> bool:
        """Whether the calling worker is to run the job in this minute: True once, in all workers together.

        A worker that is started again need not wait for the next minute: it takes the claims of the one that ended.
        """
        minute = now().replace(second=0, microsecond=0)
        row = cls.get_or_none(cls.name == name)
        if row is None:
            # Of several workers one inserts the row.
            cls.insert(name=name, minute=minute.replace(year=2000)).on_conflict_ignore().execute()
        # A minute in the future was claimed while a clock was ahead.
        is_free = (cls.minute < minute) | (cls.minute > minute + CLOCK_TOLERANCE)
        if row is not None and has_ended(row.claimed_by):
            is_free |= cls.claimed_by == row.claimed_by
        claim = cls.update(minute=minute, claimed_by=process_identity()).where(cls.name == name, is_free)
        return bool(claim.execute())
