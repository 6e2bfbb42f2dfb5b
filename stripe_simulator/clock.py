"""The simulated Stripe's clock: this machine's, moved by as much as a rehearsal wants."""

import time
from collections.abc import Callable

from stripe_simulator.store import Store


class Clock:
    """What time it is at the simulated Stripe. How far it was moved stays in the database, like everything else.

    `sleeps` says whether waiting takes real time; without threads it only moves the clock. `machine` is whose time it
    goes by, in seconds since 1970.
    """

    def __init__(self, store: Store, *, sleeps: bool = True, machine: Callable[[], float] = time.time) -> None:
        self.store = store
        self.machine = machine
        self.sleeps = sleeps
        row = store.db.execute("SELECT moved FROM clock").fetchone()
        self.moved = float(row[0]) if row else 0.0

    def time(self) -> float:
        """Seconds since 1970."""
        return self.machine() + self.moved

    def seconds(self) -> int:
        """The same in whole seconds, as Stripe writes moments."""
        return int(self.time())

    def advance(self, seconds: float) -> None:
        """Moves it; backwards with a negative number, as a shop with a wrong clock would see it."""
        with self.store.transaction():
            self.moved += seconds
            self.store.db.execute("DELETE FROM clock")
            self.store.db.execute("INSERT INTO clock (moved) VALUES (?)", (self.moved,))

    def reset(self) -> None:
        """Back to this machine's own time."""
        self.advance(-self.moved)

    def sleep(self, seconds: float) -> None:
        if self.sleeps:
            time.sleep(seconds)
        else:
            self.advance(seconds)
