"""Lets many jobs that ask for the same work share a few runs of it."""

import threading
from collections.abc import Callable


class JobSlots:
    """Runs `work` in at most `most` threads of this process at a time.

    A thread that finds no slot returns at once. Its request is not lost: one of the running threads does the work once
    more before it ends.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._running = 0
        self._requests = 0

    @property
    def is_running(self) -> bool:
        """Whether a thread does the work now, and will do it again if it is asked to."""
        return self._running > 0

    def run(self, work: Callable[[], int]) -> int:
        """Do the work, or leave it to a thread that does. Return the sum of its results. Raises what `work` raises."""
        with self._lock:
            self._requests += 1
            if self._running >= self._most:
                return 0
            self._running += 1
        done = total = 0
        try:
            while not self._is_done(done):
                done = self._requests
                total += work()
        except BaseException:
            with self._lock:
                self._running -= 1
            raise
        return total

    def _is_done(self, done: int) -> bool:
        """Whether nobody has asked since the request with this number; then the slot is free again."""
        with self._lock:
            if self._requests == done:
                self._running -= 1
                return True
            return False
