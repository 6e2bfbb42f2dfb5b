"""Idempotency keys, kept per account and mode (docs.stripe.com/api/idempotent_requests).

The same key with the same request replays the first answer, 5xx too; with another request it is an
error; while the first one is still running it is a conflict.
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

LONGEST = 255
# Stripe keeps keys for at least a day.
KEPT = 24 * 60 * 60


@dataclass(frozen=True)
class Answer:
    """A remembered answer."""

    status: int
    body: Any
    request_id: str


class Idempotency:
    """The remembered answers, and which keys are being worked on now."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.running: set[tuple[str, bool, str]] = set()
        self.lock = threading.Lock()

    @contextmanager
    def alone(self, realm: Realm, key: str) -> Iterator[None]:
        """Holds the key while its request runs. Raises StripeError 409 when it is held already."""
        held = (realm.account.id, realm.livemode, key)
        with self.lock:
            if held in self.running:
                words = (
                    "There is currently another in-progress request using this Idempotent Key (that probably means "
                    f"you submitted twice, and the other request is still going through): {key}."
                )
                raise invalid(words, code="idempotency_key_in_use", status=409)
            self.running.add(held)
        try:
            yield
        finally:
            with self.lock:
                self.running.discard(held)

    def remembered(self, realm: Realm, key: str, fingerprint: str) -> Answer | None:
        """The answer this key had before. Raises StripeError `idempotency_error` for another request."""
        with self.store.lock:
            row = self.store.db.execute(
                "SELECT fingerprint, status, body, request_id FROM answer "
                "WHERE account = ? AND livemode = ? AND key = ? AND at > ?",
                (realm.account.id, realm.livemode, key, self.clock.time() - KEPT),
            ).fetchone()
        if row is None:
            return None
        if row[0] != fingerprint:
            words = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise StripeError(400, "idempotency_error", words)
        return Answer(row[1], json.loads(row[2]), row[3])

    def remember(self, realm: Realm, key: str, fingerprint: str, answer: Answer) -> None:
        """Keeps an answer; stands in the transaction of the request itself."""
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

    def forget(self) -> None:
        """As if a day had gone by."""
        with self.store.transaction():
            self.store.db.execute("DELETE FROM answer")


def checked_key(key: str | None) -> str | None:
    """The header's value, if it is one. Raises StripeError 400 when it is too long."""
    if key and len(key) > LONGEST:
        raise invalid(f"Idempotency keys can be at most {LONGEST} characters long; this one has {len(key)}.")
    return key or None


def fingerprint_of(method: str, path: str, params: dict[str, Any]) -> str:
    """What makes two requests the same one: method, path and parameters, whatever their order."""
    text = json.dumps([method, path, params], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
