"""The simulation as a whole: store, clock, scheduled actions and deliveries.

Served by `python -m stripe_simulator` it has threads that send events and run scheduled actions. Without `start()` it
has none: both wait for `POST /simulator/deliveries/send`, `/simulator/advance` and `/simulator/clock`.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from stripe_simulator import accounts, keys, scheduled_actions
from stripe_simulator.api.call import Call
from stripe_simulator.api.faults import Faults
from stripe_simulator.api.idempotency import Idempotency
from stripe_simulator.api.request_log import RequestLog
from stripe_simulator.clock import Clock
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Rows, Store
from stripe_simulator.webhooks.deliverer import Deliverer
from stripe_simulator.webhooks.sender import Post, post_locally

DEFAULT_DELAY = 4.0
TICK = 0.1

log = logging.getLogger("stripe_simulator")


class Simulation:
    """Everything behind the API. `delay` is the number of seconds until delayed effects happen. With `threads` the
    caller must call `start()`, and waiting takes real time. `system_time` is the time the clock is based on.

    `constant_time` is for measurements of a shop: no events are made or sent until `POST /simulator/deliveries/mode`
    asks for them, and delayed effects happen at once. A call takes as long with many objects as with few in any mode.
    """

    def __init__(
        self,
        state: Path | None = None,
        *,
        delay: float = DEFAULT_DELAY,
        retry_scale: float = 1.0,
        post: Post = post_locally,
        threads: bool = False,
        system_time: Callable[[], float] = time.time,
        constant_time: bool = False,
    ) -> None:
        self.store = Store(state)
        self.clock = Clock(self.store, real_sleep=threads, system_time=system_time)
        self.delay = 0.0 if constant_time else delay
        first_mode = "off" if constant_time else "normal"
        self.deliverer = Deliverer(self.store, self.clock, retry_scale, post, first_mode)
        self.idempotency = Idempotency(self.store, self.clock)
        self.faults = Faults()
        self.request_log = RequestLog(self.clock)
        self.stopping = threading.Event()
        self.kept: tuple[Rows, list[Json]] | None = None
        # While a caller moves the clock and runs due actions, the background thread must not run them.
        self.catching_up = threading.RLock()

    def start(self) -> None:
        """Start the threads that send events and run scheduled actions."""
        self.deliverer.start()
        threading.Thread(target=self.run_in_background, name="later", daemon=True).start()

    def close(self) -> None:
        self.stopping.set()
        self.deliverer.stop()
        self.store.close()

    def run_in_background(self) -> None:
        while not self.stopping.wait(TICK):
            try:
                self.run_due()
            except Exception:
                # During shutdown the database is already closed.
                if not self.stopping.is_set():
                    log.exception("a scheduled action failed")

    def perform(
        self, realm: Realm, function: Callable[[Call], Json], params: Json | None = None, now: int | None = None
    ) -> Json:
        """Run a function without an API request, as the Dashboard, a bank or a buyer would; at `now` if given.

        Raises StripeError as `function` does; its changes are then rolled back.
        """
        key = keys.KEYS[accounts.secret_key(realm.account, realm.mode)]
        moment = now or self.clock.seconds()
        with_events = self.deliverer.makes_events
        call = Call(self.store, key, params or {}, {}, "", "", moment, self.delay, with_events=with_events)
        with self.store.transaction():
            done = function(call)
        self.deliverer.add(call.queued)
        return done

    def run_due(self, *, everything: bool = False) -> list[Json]:
        """Run and return the actions that are due (`everything`: all pending ones, except those with a deadline).

        An action with a deadline runs at that time, in order, however far the clock was moved.
        """
        with self.catching_up:
            if everything:
                return [
                    describe_action(action)
                    for action in scheduled_actions.list_pending(self.store)
                    if self.run_action(action)
                ]
            happened, until = [], self.clock.time()
            while action := scheduled_actions.next_due(self.store, until):
                if self.run_action(action):
                    happened.append(describe_action(action))
            return happened

    def run_action(self, action: scheduled_actions.ScheduledAction) -> bool:
        return bool(self.perform(action.realm, action.run, now=action.due)["happened"])

    def move_clock(self, seconds: float) -> list[Json]:
        """Move the clock and run the actions that became due."""
        with self.catching_up:
            self.clock.advance(seconds)
            self.deliverer.wake()
            return self.run_due()

    def reset(self) -> None:
        """Delete all objects, responses, faults and requests; reset the clock and deliveries."""
        self.store.clear()
        self.clock.reset()
        self.deliverer.reset()
        self.faults.clear()
        self.request_log.clear()

    def keep(self) -> None:
        """Keep a copy of all objects, responses and requests in memory, for `restore`."""
        self.kept = self.store.copy(), self.request_log.list_all()

    def restore(self) -> bool:
        """Bring back what was kept, after a reset. False, and no change, if nothing was kept or something is here."""
        if self.kept is None or not self.store.is_empty() or self.request_log.list_all() or self.faults.list_all():
            return False
        rows, requests = self.kept
        self.store.load(rows)
        self.request_log.entries.extend(requests)
        return True


def describe_action(action: scheduled_actions.ScheduledAction) -> Json:
    return {
        "what": action.what,
        "id": action.subject,
        "account": action.realm.account.id,
        "livemode": action.realm.livemode,
    }
