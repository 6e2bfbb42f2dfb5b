"""Sends queued events to their endpoints, again until they are taken: from background threads, or when told.

Stripe retries for days; here the waits are 1, 2, 4 … times the scale, so that a rehearsal doesn't have to.

mode        what happens to events from then on
normal      they go out at once
drop        they never do, and can be found as undelivered
delay       they go out `seconds` later
duplicate   each goes out twice
reverse     those of `seconds` are gathered, and go out one after another, the newest first
"""

import heapq
import itertools
import logging
import threading

from stripe_simulator.clock import Clock
from stripe_simulator.delivery_log import DeliveryLog
from stripe_simulator.sending import Post, send
from stripe_simulator.store import Json, Store

SENDERS = 4
MODES = {"normal": 0.0, "drop": 0.0, "delay": 5.0, "duplicate": 0.0, "reverse": 1.0}

log = logging.getLogger("stripe_simulator")


class Deliverer:
    """What is due when, and, once started, a few threads that send it.

    They are daemons: a shop that doesn't answer must not hold up the end of the program.
    """

    def __init__(self, store: Store, clock: Clock, retry_scale: float, post: Post) -> None:
        self.log = DeliveryLog(store)
        self.clock = clock
        self.retry_scale = retry_scale
        self.post = post
        # (when, number, deliveries that one sender makes one after another)
        self.due: list[tuple[float, int, list[int]]] = []
        self.batch: list[int] = []
        self.numbers = itertools.count()
        self.changed = threading.Condition()
        self.held = False
        self.mode, self.seconds = "normal", 0.0
        self.started = self.stopping = False
        # What an earlier run left.
        for id_ in self.log.pending():
            self.schedule([id_])

    def start(self) -> None:
        self.started = True
        for number in range(SENDERS):
            threading.Thread(target=self.run, name=f"delivery-{number}", daemon=True).start()

    def stop(self) -> None:
        self.stopping = True
        self.wake()

    def wake(self) -> None:
        """Something has changed: what is due, whether it is held, what time it is."""
        with self.changed:
            self.changed.notify_all()

    def hold(self, held: bool) -> None:
        """While held nothing is sent; what has become due goes out afterwards."""
        with self.changed:
            self.held = held
            if not held:
                self.close_batch()
            self.changed.notify_all()

    def behave(self, mode: str, seconds: float | None = None) -> None:
        """Sets the mode for events from now on. Raises ValueError for a mode there isn't."""
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self.changed:
            self.mode, self.seconds = mode, MODES[mode] if seconds is None else seconds
            self.close_batch()
            self.changed.notify_all()

    def reset(self) -> None:
        """Forgets what is due and sends normally again."""
        with self.changed:
            self.due.clear()
            self.hold(False)
            self.behave("normal")

    def sends_at_once(self) -> bool:
        """Whether a delivery taken in now would be on its way at once."""
        return self.started and not self.held and self.mode in ("normal", "duplicate")

    def take_in(self, ids: list[int]) -> None:
        """New deliveries, in the order of their events, treated as the mode wants it."""
        if self.mode == "drop":
            return self.log.drop(ids)
        if self.mode == "reverse":
            return self.gather(ids)
        for id_ in ids:
            copies = self.log.twice(id_) if self.mode == "duplicate" else [id_]
            for copy in copies:
                self.schedule([copy], self.seconds)
        return None

    def gather(self, ids: list[int]) -> None:
        """Puts deliveries before those that wait already."""
        with self.changed:
            if ids and not self.batch:
                self.batch = []
                self.schedule(self.batch, self.seconds)
            for id_ in ids:
                self.batch.insert(0, id_)

    def close_batch(self) -> None:
        """What was gathered is due now."""
        if self.batch:
            self.due = [entry for entry in self.due if entry[2] is not self.batch]
            heapq.heapify(self.due)
            self.schedule(self.batch)
            self.batch = []

    def schedule(self, ids: list[int], wait: float = 0.0) -> None:
        """Makes deliveries due, one after another, `wait` seconds from now."""
        with self.changed:
            heapq.heappush(self.due, (self.clock.time() + wait, next(self.numbers), ids))
            self.changed.notify_all()

    def run(self) -> None:
        """One sender: waits for the next delivery that is due, and makes it."""
        while (ids := self.next_due()) is not None:
            for id_ in ids:
                try:
                    self.attempt(id_)
                except Exception:
                    # The others must still be sent; at the end the database is simply gone.
                    if not self.stopping:
                        log.exception("delivery %s failed", id_)

    def next_due(self) -> list[int] | None:
        """Waits; None when there is nothing to wait for any more."""
        with self.changed:
            while not self.stopping and (self.held or not self.due or self.due[0][0] > self.clock.time()):
                idle = self.held or not self.due
                self.changed.wait(None if idle else max(self.due[0][0] - self.clock.time(), 0))
            return None if self.stopping else self.popped()

    def popped(self) -> list[int]:
        ids = heapq.heappop(self.due)[2]
        if ids is self.batch:
            self.batch = []
        return ids

    def attempt(self, id_: int) -> None:
        """One try at one delivery: sends, writes down what came of it, and plans the next try."""
        loaded = self.log.load(id_)
        if loaded is None:
            return
        event, endpoint, attempts = loaded
        attempts.append(send(event, endpoint, self.clock.time(), self.post))
        if self.log.record(id_, attempts) == "pending":
            self.schedule([id_], self.retry_scale * 2 ** (len(attempts) - 1))

    def send_now(self, wanted: list[int] | None = None) -> list[Json]:
        """Tries what waits, held or not, due or not: these deliveries in this order, or all; what came of it."""
        with self.changed:
            waiting = [id_ for entry in sorted(self.due) for id_ in entry[2]]
            ids = waiting if wanted is None else [id_ for id_ in wanted if id_ in waiting]
            for entry in self.due:
                entry[2][:] = [id_ for id_ in entry[2] if id_ not in ids]
            self.due = [entry for entry in self.due if entry[2]]
            heapq.heapify(self.due)
        left = list(ids)
        try:
            while left:
                self.attempt(left[0])
                left.pop(0)
        finally:
            # A shop of the same process may fail right through us.
            for id_ in left:
                self.schedule([id_])
        return self.log.listed(ids)

    def send_again(self, event_id: str) -> bool:
        """Delivers an event once more to every endpoint it was for; False if there is no such event."""
        ids = self.log.again(event_id)
        for id_ in ids:
            self.schedule([id_])
        return bool(ids)
