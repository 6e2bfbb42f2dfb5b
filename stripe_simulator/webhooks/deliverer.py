"""Sends queued deliveries and retries them, from background threads or on request.

Stripe retries for days. Here the waits are 1, 2, 4 … times `retry_scale` seconds, so that retries can be tried out.

mode        what happens to new events
normal      they are sent immediately
drop        they are never sent, and stay undelivered
delay       they are sent `seconds` later
duplicate   each is sent twice
reverse     they are collected for `seconds`, then sent one after another, newest first
off         there are no new events at all; a constant-time simulator begins with this mode
"""

import heapq
import itertools
import logging
import threading

from stripe_simulator.clock import Clock
from stripe_simulator.store import Json, Store
from stripe_simulator.webhooks.delivery_log import DeliveryLog
from stripe_simulator.webhooks.sender import Post, send

SENDERS = 4
MODES = {"normal": 0.0, "drop": 0.0, "delay": 5.0, "duplicate": 0.0, "reverse": 1.0, "off": 0.0}

log = logging.getLogger("stripe_simulator")


class Deliverer:
    """A queue of deliveries and, once started, the threads that send them.

    The threads are daemons, so a shop that does not answer can't delay the end of the program.
    """

    def __init__(self, store: Store, clock: Clock, retry_scale: float, post: Post, first_mode: str = "normal") -> None:
        self.log = DeliveryLog(store)
        self.clock = clock
        self.retry_scale = retry_scale
        self.post = post
        # (due time, sequence number, deliveries that one thread sends one after another)
        self.due: list[tuple[float, int, list[int]]] = []
        self.batch: list[int] = []
        self.numbers = itertools.count()
        self.changed = threading.Condition()
        self.held = False
        self.first_mode = first_mode
        self.mode, self.seconds = first_mode, MODES[first_mode]
        self.started = self.stopping = False
        # Deliveries left from an earlier run.
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
        """Wake the threads after a change of the queue, the hold or the clock."""
        with self.changed:
            self.changed.notify_all()

    def hold(self, held: bool) -> None:
        """While held nothing is sent; deliveries that became due are sent afterwards."""
        with self.changed:
            self.held = held
            if not held:
                self.release_batch()
            self.changed.notify_all()

    def set_mode(self, mode: str, seconds: float | None = None) -> None:
        """Set the mode for future events. Raises ValueError for an unknown mode."""
        if mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        with self.changed:
            self.mode, self.seconds = mode, MODES[mode] if seconds is None else seconds
            self.release_batch()
            self.changed.notify_all()

    def reset(self) -> None:
        """Clear the queue and return to the first mode."""
        with self.changed:
            self.due.clear()
            self.hold(False)
            self.set_mode(self.first_mode)

    def sends_immediately(self) -> bool:
        """Whether a new delivery would be sent immediately."""
        return self.started and not self.held and self.mode in ("normal", "duplicate")

    @property
    def makes_events(self) -> bool:
        """Whether events are recorded at all."""
        return self.mode != "off"

    def add(self, ids: list[int]) -> None:
        """Add new deliveries, in the order of their events, according to the mode."""
        if self.mode == "drop":
            return self.log.drop(ids)
        if self.mode == "reverse":
            return self.add_to_batch(ids)
        for id_ in ids:
            copies = self.log.duplicate(id_) if self.mode == "duplicate" else [id_]
            for copy in copies:
                self.schedule([copy], self.seconds)
        return None

    def add_to_batch(self, ids: list[int]) -> None:
        """Insert deliveries before those of the current batch."""
        with self.changed:
            if ids and not self.batch:
                self.batch = []
                self.schedule(self.batch, self.seconds)
            for id_ in ids:
                self.batch.insert(0, id_)

    def release_batch(self) -> None:
        """Make the current batch due now."""
        if self.batch:
            self.due = [entry for entry in self.due if entry[2] is not self.batch]
            heapq.heapify(self.due)
            self.schedule(self.batch)
            self.batch = []

    def schedule(self, ids: list[int], wait: float = 0.0) -> None:
        """Schedule deliveries, one after another, `wait` seconds from now."""
        with self.changed:
            heapq.heappush(self.due, (self.clock.time() + wait, next(self.numbers), ids))
            self.changed.notify_all()

    def run(self) -> None:
        """One thread: waits for the next due delivery and sends it."""
        while (ids := self.next_due()) is not None:
            for id_ in ids:
                try:
                    self.attempt(id_)
                except Exception:
                    # The other deliveries must still be sent. During shutdown the database is already closed.
                    if not self.stopping:
                        log.exception("delivery %s failed", id_)

    def next_due(self) -> list[int] | None:
        """Wait for the next due deliveries; None when the deliverer stops."""
        with self.changed:
            while not self.stopping and (self.held or not self.due or self.due[0][0] > self.clock.time()):
                idle = self.held or not self.due
                self.changed.wait(None if idle else max(self.due[0][0] - self.clock.time(), 0))
            return None if self.stopping else self.pop_due()

    def pop_due(self) -> list[int]:
        ids = heapq.heappop(self.due)[2]
        if ids is self.batch:
            self.batch = []
        return ids

    def attempt(self, id_: int) -> None:
        """Attempt one delivery: send it, record the result, and schedule the next attempt."""
        loaded = self.log.load(id_)
        if loaded is None:
            return
        event, endpoint, attempts = loaded
        attempts.append(send(event, endpoint, self.clock, self.post))
        if self.log.record(id_, attempts) == "pending":
            self.schedule([id_], self.retry_scale * 2 ** (len(attempts) - 1))

    def send_now(self, requested: list[int] | None = None) -> list[Json]:
        """Attempt these pending deliveries in this order, or all, even when held or not due; return the results."""
        with self.changed:
            waiting = [id_ for entry in sorted(self.due) for id_ in entry[2]]
            ids = waiting if requested is None else [id_ for id_ in requested if id_ in waiting]
            for entry in self.due:
                entry[2][:] = [id_ for id_ in entry[2] if id_ not in ids]
            self.due = [entry for entry in self.due if entry[2]]
            heapq.heapify(self.due)
        remaining = list(ids)
        try:
            while remaining:
                self.attempt(remaining[0])
                remaining.pop(0)
        finally:
            # A shop in the same process may raise its own exception through this call.
            for id_ in remaining:
                self.schedule([id_])
        return self.log.list_all(ids)

    def resend(self, event_id: str) -> bool:
        """Send an event once more to each of its endpoints; False if it has no deliveries."""
        ids = self.log.redeliver(event_id)
        for id_ in ids:
            self.schedule([id_])
        return bool(ids)
