"""The simulated Stripe as a whole: what it remembers, its clock, what it has yet to do and to send.

Served by `python -m stripe_simulator` it has threads: events go out and later things happen by themselves.
Without `start()` it has none, and both wait until they are asked for (`POST /simulator/deliveries/send`,
`/simulator/advance`, `/simulator/clock`).
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from stripe_simulator import accounts, happenings, keys
from stripe_simulator.call import Call
from stripe_simulator.clock import Clock
from stripe_simulator.delivery import Deliverer
from stripe_simulator.faults import Faults
from stripe_simulator.idempotency import Idempotency
from stripe_simulator.journal import Journal
from stripe_simulator.keys import Realm
from stripe_simulator.sending import Post, post_nearby
from stripe_simulator.store import Json, Store

LATER = 4.0
TICK = 0.1

log = logging.getLogger("stripe_simulator")


class Simulation:
    """Everything behind the API. `later` is how many seconds what happens later takes; with `threads` whoever
    serves it calls `start()`, and waiting takes real time; `machine` is the clock it starts from."""

    def __init__(
        self,
        state: Path | None = None,
        *,
        later: float = LATER,
        retry_scale: float = 1.0,
        post: Post = post_nearby,
        threads: bool = False,
        machine: Callable[[], float] = time.time,
    ) -> None:
        self.store = Store(state)
        self.clock = Clock(self.store, sleeps=threads, machine=machine)
        self.later = later
        self.deliverer = Deliverer(self.store, self.clock, retry_scale, post)
        self.idempotency = Idempotency(self.store, self.clock)
        self.faults = Faults()
        self.journal = Journal(self.clock)
        self.stopping = threading.Event()
        # Whoever moves the clock lets everything due happen, and says so; the background thread keeps out of it.
        self.catching_up = threading.RLock()

    def start(self) -> None:
        """Lets events go out, and later things happen, by themselves."""
        self.deliverer.start()
        threading.Thread(target=self.tick, name="later", daemon=True).start()

    def close(self) -> None:
        self.stopping.set()
        self.deliverer.stop()
        self.store.close()

    def tick(self) -> None:
        while not self.stopping.wait(TICK):
            try:
                self.catch_up()
            except Exception:
                # At the end the database is simply gone.
                if not self.stopping.is_set():
                    log.exception("what should have happened did not")

    def act(
        self, realm: Realm, function: Callable[[Call], Json], params: Json | None = None, now: int | None = None
    ) -> Json:
        """Does something nobody asked the API for, as the Dashboard, a bank or a buyer would; at `now`, if not now.

        Raises StripeError as `function` does; then nothing has happened.
        """
        key = keys.KNOWN[accounts.secret_key(realm.account, realm.mode)]
        call = Call(self.store, key, params or {}, {}, "", "", now or self.clock.seconds(), self.later)
        with self.store.transaction():
            done = function(call)
        self.deliverer.take_in(call.queued)
        return done

    def catch_up(self, *, at_once: bool = False) -> list[Json]:
        """Lets happen what is due by the clock (`at_once`: whatever waits, except deadlines); what it was.

        What has a moment of its own happens at that moment, in order, however far the clock was moved.
        """
        with self.catching_up:
            if at_once:
                return [told(row) for row in happenings.waiting(self.store) if self.happens(row)]
            happened, until = [], self.clock.time()
            while row := happenings.next_due(self.store, until):
                if self.happens(row):
                    happened.append(told(row))
            return happened

    def happens(self, row: happenings.Planned) -> bool:
        return bool(self.act(row.realm, row.happen, now=row.due)["happened"])

    def move_clock(self, seconds: float) -> list[Json]:
        """Moves the clock and lets happen what has become due."""
        with self.catching_up:
            self.clock.advance(seconds)
            self.deliverer.wake()
            return self.catch_up()

    def reset(self) -> None:
        """Forgets every object, answer, fault and request; time and deliveries are normal again."""
        self.store.clear()
        self.clock.reset()
        self.deliverer.reset()
        self.faults.clear()
        self.journal.clear()


def told(row: happenings.Planned) -> Json:
    return {"what": row.what, "id": row.subject, "account": row.realm.account.id, "livemode": row.realm.livemode}
