"""How many connections each web process has, in memory that all of them share.

A proxy keeps a few connections open. Without this, one process may accept all of them while the others do nothing.
"""

import mmap
from typing import Any

# More than WEB_CONCURRENCY may be: a process that stops and its successor run at the same time.
PLACES = 160
NOBODY = -1


class ProcessBalance:
    """Make it before the fork. The main process assigns places; each web process writes into its own place only."""

    def __init__(self) -> None:
        self._open = memoryview(mmap.mmap(-1, PLACES * 4)).cast("i")
        self._places: dict[int, int] = {}
        self._mine: int | None = None
        for place in range(PLACES):
            self._open[place] = NOBODY

    def before_fork(self, _arbiter: Any, worker: Any) -> None:
        """gunicorn calls this in the main process for each web process that it is about to start."""
        self._mine = next((place for place in range(PLACES) if place not in self._places.values()), None)
        if self._mine is not None:
            self._places[worker.age] = self._mine

    def after_exit(self, _arbiter: Any, worker: Any) -> None:
        """gunicorn calls this in the main process when a web process has ended, however it ended."""
        place = self._places.pop(worker.age, None)
        if place is not None:
            self._open[place] = NOBODY

    def report(self, connections: int) -> None:
        """Tell the others how many connections this process has; NOBODY when it accepts no more."""
        if self._mine is not None:
            self._open[self._mine] = connections

    def another_has_fewer(self) -> bool:
        """Whether another process should accept the next connection."""
        return self._mine is not None and self._fewest() < self._open[self._mine]

    def has_too_many(self) -> bool:
        """Whether a connection should be closed, so that its client opens the next one to another process."""
        if self._mine is None:
            return False
        mine, fewest = self._open[self._mine], self._fewest()
        return mine >= fewest + 2 and mine > fewest * 1.25

    def _fewest(self) -> int:
        return min((count for count in self._open if count != NOBODY), default=0)
