"""Idempotency keys per account and mode (docs.stripe.com/api/idempotent_requests).

The same key with the same request replays the first response, 5xx included. The same key with another request is an
error. The same key while the first request is still running is a conflict.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stripe_simulator.clock import Clock
from stripe_simulator.errors import StripeError, invalid
from stripe_simulator.keys import Realm
from stripe_simulator.store import Store

MAX_LENGTH = 255
# Stripe keeps keys for at least a day.
LIFETIME = 24 * 60 * 60


@dataclass(frozen=True)
class SavedResponse:
    """The response that is saved under an idempotency key."""

    status: int
    body: Any
    request_id: str


class Idempotency:
    """The saved responses, and the keys of requests that are running now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.running: set[tuple[str, bool, str]] = set()
        self.running_until: dict[tuple[str, bool, str], float] = {}
        self.lock = threading.Lock()

    @contextmanager
    def hold(self, realm: Realm, key: str) -> Iterator[None]:
        """Hold the key while its request runs. Raises StripeError 409 when another request holds it."""
        entry = (realm.account.id, realm.livemode, key)
        with self.lock:
            if entry in self.running or self.clock.time() < self.running_until.get(entry, 0):
                message = (
                    "There is currently another in-progress request using this Idempotent Key (that probably means "
                    f"you submitted twice, and the other request is still going through): {key}."
                )
                raise invalid(message, code="idempotency_key_in_use", status=409)
            self.running.add(entry)
        try:
            yield
        finally:
            with self.lock:
                self.running.discard(entry)

    def keep_running(self, realm: Realm, key: str, seconds: float) -> None:
        """Answer 409 to this key for so many seconds, as if its request were still running."""
        with self.lock:
            self.running_until[realm.account.id, realm.livemode, key] = self.clock.time() + seconds

    def find_saved(self, realm: Realm, key: str, fingerprint: str) -> SavedResponse | None:
        """Return the response saved under this key. Raises StripeError `idempotency_error` for another request."""
        with self.store.lock:
            row = self.store.db.execute(
                "SELECT fingerprint, status, body, request_id FROM answer "
                "WHERE account = ? AND livemode = ? AND key = ? AND at > ?",
                (realm.account.id, realm.livemode, key, self.clock.time() - LIFETIME),
            ).fetchone()
        if row is None:
            return None
        if row[0] != fingerprint:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise StripeError(400, "idempotency_error", message)
        return SavedResponse(row[1], json.loads(row[2]), row[3])

    def save(self, realm: Realm, key: str, fingerprint: str, answer: SavedResponse) -> None:
        """Save a response inside the caller's transaction."""
        self.store.db.execute(
            "INSERT OR REPLACE INTO answer (account, livemode, key, fingerprint, status, body, request_id, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                realm.account.id,
                realm.livemode,
                key,
                fingerprint,
                answer.status,
                json.dumps(answer.body),
                answer.request_id,
                self.clock.time(),
            ),
        )

    def clear(self) -> None:
        """Delete all saved responses, as if a day had passed."""
        with self.store.transaction():
            self.store.db.execute("DELETE FROM answer")
        self.running_until.clear()


def check_key(key: str | None) -> str | None:
    """Return the header's value, or None if it is empty. Raises StripeError 400 when it is too long."""
    if key and len(key) > MAX_LENGTH:
        raise invalid(f"Idempotency keys can be at most {MAX_LENGTH} characters long; this one has {len(key)}.")
    return key or None


def fingerprint_request(method: str, path: str, params: dict[str, Any]) -> str:
    """Hash method, path and parameters. The order of the parameters does not matter."""
    text = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
