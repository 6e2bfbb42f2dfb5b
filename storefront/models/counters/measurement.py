"""How many requests were answered and calls made, and how long they took: counted in memory, stored as sums."""

from bisect import bisect_left
from collections import Counter
from threading import Lock
from typing import NamedTuple

from peewee import BigIntegerField, CharField

from storefront.db import db
from storefront.models.base import Record

# Upper bounds of the times that are told apart, in seconds. Longer ones have the bound "inf".
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measured(NamedTuple):
    """What is told apart: `name` is that of `Measurements`, `result` a status or an outcome, `bound` one of BOUNDS."""

    name: str
    result: str
    bound: str


class Measurement(Record):
    """The sums of all processes. There is a row for each combination of the three that has happened, and no other."""

    name = CharField(max_length=20)
    result = CharField(max_length=20)
    bound = CharField(max_length=10)
    number = BigIntegerField()
    microseconds = BigIntegerField()

    class Meta:
        indexes = ((("name", "result", "bound"), True),)

    @classmethod
    def add(cls, seen: dict[Measured, tuple[int, int]]) -> None:
        """Add {what: (number, microseconds)}."""
        with db.atomic():
            # In one order, so that two processes don't wait for each other.
            for what, (number, microseconds) in sorted(seen.items()):
                more = {cls.number: cls.number + number, cls.microseconds: cls.microseconds + microseconds}
                cls.insert(**what._asdict(), number=number, microseconds=microseconds).on_conflict(
                    conflict_target=[cls.name, cls.result, cls.bound], update=more
                ).execute()


class Measurements:
    """What one process has counted and not stored yet. `runtime.current().resource(Measurements)` is the shop's."""

    REQUEST, STRIPE_CALL = "request", "stripe_call"
    BOUNDS = BOUNDS

    def __init__(self, _runtime: object = None) -> None:
        self._numbers: Counter[Measured] = Counter()
        self._times: Counter[Measured] = Counter()
        self._lock = Lock()

    def note(self, name: str, result: str, seconds: float) -> None:
        """Count one. `result` must be one of a few words."""
        place = bisect_left(BOUNDS, seconds)
        what = Measured(name, result, str(BOUNDS[place]) if place < len(BOUNDS) else "inf")
        with self._lock:
            self._numbers[what] += 1
            self._times[what] += int(seconds * 1_000_000)

    def store(self) -> None:
        """Store what was counted. What can't be stored is kept for the next time. Raises the error of the database."""
        with self._lock:
            numbers, self._numbers = self._numbers, Counter()
            times, self._times = self._times, Counter()
        try:
            if numbers:
                Measurement.add({what: (number, times[what]) for what, number in numbers.items()})
        except Exception:
            with self._lock:
                self._numbers.update(numbers)
                self._times.update(times)
            raise
