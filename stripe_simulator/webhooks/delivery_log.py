"""Stores deliveries: which event goes to which endpoint, and the result of every attempt.

A delivery is `pending`, `delivered`, `given_up` (too many attempts, or no endpoint any more) or `dropped`.
"""

import json

from stripe_simulator import accounts
from stripe_simulator.keys import Realm
from stripe_simulator.store import Json, Store

MAX_ATTEMPTS = 12
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
        """Return the event, endpoint and earlier attempts of a pending delivery."""
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
        """Save the attempts and return the new state: `delivered`, `pending` or `given_up`."""
        accepted = 200 <= (attempts[-1]["status"] or 0) < 300
        state = "delivered" if accepted else "pending" if len(attempts) < MAX_ATTEMPTS else "given_up"
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE delivery SET state = ?, attempts = ? WHERE id = ?", (state, json.dumps(attempts), id_)
            )
            row = self.store.db.execute("SELECT account, livemode, event FROM delivery WHERE id = ?", (id_,)).fetchone()
            if row and accepted:
                self.update_pending_webhooks(Realm(BY_ID[row[0]], bool(row[1])), row[2])
        return state if row else "given_up"

    def update_pending_webhooks(self, realm: Realm, event_id: str) -> None:
        """Set `pending_webhooks` of an event: the number of endpoints that have not accepted it yet."""
        event = self.store.find(realm, "event", event_id)
        if event is None:
            return
        endpoints, accepted = (
            {row[0] for row in self.store.db.execute(query, (event_id,))}
            for query in (
                "SELECT endpoint FROM delivery WHERE event = ?",
                "SELECT endpoint FROM delivery WHERE event = ? AND state = 'delivered'",
            )
        )
        event["pending_webhooks"] = len(endpoints - accepted)
        self.store.save(realm, event)

    def drop(self, ids: list[int]) -> None:
        """Mark deliveries as dropped; their events stay undelivered."""
        with self.store.transaction():
            for id_ in ids:
                self.store.db.execute("UPDATE delivery SET state = 'dropped' WHERE id = ?", (id_,))

    def duplicate(self, id_: int) -> list[int]:
        """Add a second delivery of the same event to the same endpoint; return both ids."""
        with self.store.transaction():
            made = self.store.db.execute(
                "INSERT INTO delivery (account, livemode, event, endpoint) "
                "SELECT account, livemode, event, endpoint FROM delivery WHERE id = ?",
                (id_,),
            ).lastrowid
        return [id_] if made is None else [id_, made]

    def redeliver(self, event_id: str) -> list[int]:
        """Create new deliveries of an event to each of its endpoints."""
        with self.store.transaction():
            known = self.store.db.execute(
                "SELECT DISTINCT account, livemode, event, endpoint FROM delivery WHERE event = ?", (event_id,)
            ).fetchall()
            insert = "INSERT INTO delivery (account, livemode, event, endpoint) VALUES (?, ?, ?, ?)"
            ids = [self.store.db.execute(insert, row).lastrowid for row in known]
        return [id_ for id_ in ids if id_ is not None]

    def list_all(self, ids: list[int] | None = None) -> list[Json]:
        """Return all deliveries (or those with these ids) with their attempts, oldest first."""
        with self.store.lock:
            rows = self.store.db.execute(
                "SELECT delivery.id, delivery.account, delivery.livemode, event, endpoint, state, attempts, body "
                "FROM delivery LEFT JOIN object ON object.id = delivery.event "
                "WHERE ?1 IS NULL OR delivery.id IN (SELECT value FROM json_each(?1)) ORDER BY delivery.id",
                (None if ids is None else json.dumps(ids),),
            ).fetchall()
        return [delivery_json(row) for row in rows]


def delivery_json(row: tuple[int, str, int, str, str, str, str, str | None]) -> Json:
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
