"""The simulated clock: this machine's time plus an adjustable offset."""

import time
from collections.abc import Callable

from stripe_simulator.store import Store


class Clock:
    """The simulated time. The offset is stored in the database.

    With `real_sleep` waiting takes real time; otherwise it only moves the clock. `system_time` returns the time that
    the offset is added to, in seconds since 1970.
    """

    def __init__(self, store: Store, *, real_sleep: bool = True, system_time: Callable[[], float] = time.time) -> None:
        self.store = store
        self.system_time = system_time
        self.sleeps = real_sleep
        row = store.db.execute("SELECT moved FROM clock").fetchone()
        self.offset = float(row[0]) if row else 0.0

    def time(self) -> float:
        """Return seconds since 1970."""
        return self.system_time() + self.offset

    def seconds(self) -> int:
        """Return whole seconds since 1970, as Stripe writes timestamps."""
        return int(self.time())

    def delivery_time(self) -> int:
        """Return whole seconds for the signature of a delivery, as the receiving shop's clock shows them.

        A shop that is another program does not follow this clock when it is moved, as it does not follow Stripe's test
        clocks. One in the same process shares it.
        """
        return int(self.system_time() if self.sleeps else self.time())

    def advance(self, seconds: float) -> None:
        """Move the clock. A negative number moves it back, as if the shop's clock were wrong."""
        with self.store.transaction():
            self.offset += seconds
            self.store.db.execute("DELETE FROM clock")
            self.store.db.execute("INSERT INTO clock (moved) VALUES (?)", (self.offset,))

    def reset(self) -> None:
        """Reset the clock to this machine's time."""
        self.advance(-self.offset)

    def sleep(self, seconds: float) -> None:
        if self.sleeps:
            time.sleep(seconds)
        else:
            self.advance(seconds)
