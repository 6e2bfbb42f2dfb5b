"""Sends queued events to their endpoints from background threads, again until they are taken.

Stripe retries for days; here the waits are 1, 2, 4 … times the scale, so that a rehearsal doesn't have to.
"""

import heapq
import json
import logging
import threading
import time

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.sending import send
from stripe_simulator.store import Json, Store

ATTEMPTS = 12
SENDERS = 4
BY_ID = {account.id: account for account in accounts.ACCOUNTS}

log = logging.getLogger("stripe_simulator")


class Deliverer:
    """What is due when, and a few threads that send it.

    They are daemons: a shop that doesn't answer must not hold up the end of the program.
    """

    def __init__(self, store: Store, retry_scale: float = 1.0) -> None:
        self.store = store
        self.retry_scale = retry_scale
        self.due: list[tuple[float, int]] = []
        self.changed = threading.Condition()
        self.held = False
        self.stopping = False

    def start(self) -> None:
        """Takes up what an earlier run left pending."""
        with self.store.lock:
            rows = self.store.db.execute("SELECT id FROM delivery WHERE state = 'pending'").fetchall()
        self.schedule([row[0] for row in rows])
        for number in range(SENDERS):
            threading.Thread(target=self.run, name=f"delivery-{number}", daemon=True).start()

    def stop(self) -> None:
        with self.changed:
            self.stopping = True
            self.changed.notify_all()

    def hold(self, held: bool) -> None:
        """While held nothing is sent; what has become due goes out afterwards."""
        with self.changed:
            self.held = held
            self.changed.notify_all()

    def schedule(self, ids: list[int], wait: float = 0.0) -> None:
        """Makes deliveries due, `wait` seconds from now."""
        with self.changed:
            for id_ in ids:
                heapq.heappush(self.due, (time.monotonic() + wait, id_))
            self.changed.notify_all()

    def run(self) -> None:
        """One sender: waits for the next delivery that is due, and makes it."""
        while (id_ := self.next_due()) is not None:
            try:
                self.attempt(id_)
            except Exception:
                # The others must still be sent; at the end the database is simply gone.
                if not self.stopping:
                    log.exception("delivery %s failed", id_)

    def next_due(self) -> int | None:
        """Waits; None when there is nothing to wait for any more."""
        with self.changed:
            while not self.stopping and (self.held or not self.due or self.due[0][0] > time.monotonic()):
                idle = self.held or not self.due
                self.changed.wait(None if idle else self.due[0][0] - time.monotonic())
            return None if self.stopping else heapq.heappop(self.due)[1]

    def attempt(self, id_: int) -> None:
        """One try at one delivery: sends, writes down what came of it, and plans the next try."""
        loaded = self.load(id_)
        if loaded is None:
            return
        event, endpoint, attempts = loaded
        attempts.append(send(event, endpoint))
        if self.record(id_, event, attempts) == "pending":
            self.schedule([id_], self.retry_scale * 2 ** (len(attempts) - 1))

    def load(self, id_: int) -> tuple[Json, Json, list[Json]] | None:
        """Event, endpoint and earlier attempts of a delivery still to be made."""
        with self.store.transaction():
            row = self.store.db.execute(
                "SELECT account, livemode, event, endpoint, attempts FROM delivery WHERE id = ? AND state = 'pending'",
                (id_,),
            ).fetchone()
            if row is None:
                return None
            realm = Realm(BY_ID[row[0]], bool(row[1]))
            event = self.store.find(realm, "event", row[2])
            endpoint = self.store.find(realm, "webhook_endpoint", row[3])
            if event is None or endpoint is None or endpoint["status"] != "enabled":
                self.store.db.execute("UPDATE delivery SET state = 'given_up' WHERE id = ?", (id_,))
                return None
        return event, endpoint, json.loads(row[4])

    def record(self, id_: int, event: Json, attempts: list[Json]) -> str:
        """Writes the attempts down; `delivered`, `pending` or `given_up`."""
        taken = 200 <= (attempts[-1]["status"] or 0) < 300
        state = "delivered" if taken else "pending" if len(attempts) < ATTEMPTS else "given_up"
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE delivery SET state = ?, attempts = ? WHERE id = ?", (state, json.dumps(attempts), id_)
            )
            row = self.store.db.execute("SELECT account, livemode FROM delivery WHERE id = ?", (id_,)).fetchone()
            if row and taken:
                self.count_down(Realm(BY_ID[row[0]], bool(row[1])), event["id"])
        return state if row else "given_up"

    def count_down(self, realm: Realm, event_id: str) -> None:
        event = self.store.find(realm, "event", event_id)
        if event is not None and event["pending_webhooks"] > 0:
            event["pending_webhooks"] -= 1
            self.store.save(realm, event)

    def send_again(self, event_id: str) -> bool:
        """Delivers an event once more to every endpoint it went to; False if there is no such event."""
        with self.store.transaction():
            known = self.store.db.execute(
                "SELECT DISTINCT account, livemode, event, endpoint FROM delivery WHERE event = ?", (event_id,)
            ).fetchall()
            insert = "INSERT INTO delivery (account, livemode, event, endpoint) VALUES (?, ?, ?, ?)"
            ids = [self.store.db.execute(insert, row).lastrowid for row in known]
        self.schedule([id_ for id_ in ids if id_ is not None])
        return bool(known)

    def listed(self) -> list[Json]:
        """Every delivery with its attempts, oldest first."""
        with self.store.lock:
            rows = self.store.db.execute(
                "SELECT id, account, livemode, event, endpoint, state, attempts FROM delivery ORDER BY id"
            ).fetchall()
        return [
            {
                "id": row[0],
                "account": row[1],
                "livemode": bool(row[2]),
                "event": row[3],
                "endpoint": row[4],
                "state": row[5],
                "attempts": json.loads(row[6]),
            }
            for row in rows
        ]
