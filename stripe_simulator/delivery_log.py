"""The deliveries written down: which event goes to which endpoint, and what came of every attempt.

A delivery is `pending`, `delivered`, `given_up` (too many attempts, or its endpoint is gone) or `dropped`.
"""

import json

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store

ATTEMPTS = 12
BY_ID = {account.id: account for account in accounts.ACCOUNTS}


class DeliveryLog:
    """The table of deliveries."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def pending(self) -> list[int]:
        with self.store.lock:
            rows = self.store.db.execute("SELECT id FROM delivery WHERE state = 'pending' ORDER BY id").fetchall()
        return [row[0] for row in rows]

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

    def record(self, id_: int, attempts: list[Json]) -> str:
        """Writes the attempts down; `delivered`, `pending` or `given_up`."""
        taken = 200 <= (attempts[-1]["status"] or 0) < 300
        state = "delivered" if taken else "pending" if len(attempts) < ATTEMPTS else "given_up"
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE delivery SET state = ?, attempts = ? WHERE id = ?", (state, json.dumps(attempts), id_)
            )
            row = self.store.db.execute("SELECT account, livemode, event FROM delivery WHERE id = ?", (id_,)).fetchone()
            if row and taken:
                self.count_down(Realm(BY_ID[row[0]], bool(row[1])), row[2])
        return state if row else "given_up"

    def count_down(self, realm: Realm, event_id: str) -> None:
        """`pending_webhooks` of an event: the endpoints that haven't taken it yet, however often it was sent."""
        event = self.store.find(realm, "event", event_id)
        if event is None:
            return
        open_, taken = (
            {row[0] for row in self.store.db.execute(query, (event_id,))}
            for query in (
                "SELECT endpoint FROM delivery WHERE event = ?",
                "SELECT endpoint FROM delivery WHERE event = ? AND state = 'delivered'",
            )
        )
        event["pending_webhooks"] = len(open_ - taken)
        self.store.save(realm, event)

    def drop(self, ids: list[int]) -> None:
        """They are never made, and their events stay undelivered."""
        with self.store.transaction():
            for id_ in ids:
                self.store.db.execute("UPDATE delivery SET state = 'dropped' WHERE id = ?", (id_,))

    def twice(self, id_: int) -> list[int]:
        """A delivery, and a second one of the same event to the same endpoint."""
        with self.store.transaction():
            made = self.store.db.execute(
                "INSERT INTO delivery (account, livemode, event, endpoint) "
                "SELECT account, livemode, event, endpoint FROM delivery WHERE id = ?",
                (id_,),
            ).lastrowid
        return [id_] if made is None else [id_, made]

    def again(self, event_id: str) -> list[int]:
        """New deliveries of an event to every endpoint it was for."""
        with self.store.transaction():
            known = self.store.db.execute(
                "SELECT DISTINCT account, livemode, event, endpoint FROM delivery WHERE event = ?", (event_id,)
            ).fetchall()
            insert = "INSERT INTO delivery (account, livemode, event, endpoint) VALUES (?, ?, ?, ?)"
            ids = [self.store.db.execute(insert, row).lastrowid for row in known]
        return [id_ for id_ in ids if id_ is not None]

    def listed(self, ids: list[int] | None = None) -> list[Json]:
        """Every delivery (or those of these ids) with its attempts, oldest first."""
        with self.store.lock:
            rows = self.store.db.execute(
                "SELECT delivery.id, delivery.account, delivery.livemode, event, endpoint, state, attempts, body "
                "FROM delivery LEFT JOIN object ON object.id = delivery.event "
                "WHERE ?1 IS NULL OR delivery.id IN (SELECT value FROM json_each(?1)) ORDER BY delivery.id",
                (None if ids is None else json.dumps(ids),),
            ).fetchall()
        return [shown(row) for row in rows]


def shown(row: tuple[int, str, int, str, str, str, str, str | None]) -> Json:
    return {
        "id": row[0],
        "account": row[1],
        "livemode": bool(row[2]),
        "event": row[3],
        "type": json.loads(row[7])["type"] if row[7] else None,
        "endpoint": row[4],
        "state": row[5],
        "attempts": json.loads(row[6]),
    }
