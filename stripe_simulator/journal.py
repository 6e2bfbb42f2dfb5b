"""The last requests, so that a rehearsal or a test can see what was asked. Card data and keys are masked."""

import threading
from collections import deque
from typing import Any

from stripe_simulator.clock import Clock
from stripe_simulator.keys import masked

KEPT = 1000
HIDDEN = frozenset(["number", "cvc", "key"])


class Journal:
    """A ring of the most recent requests, oldest first when listed."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self.lock = threading.Lock()

    def write(self, entry: dict[str, Any]) -> None:
        with self.lock:
            self.entries.append({"at": round(self.clock.time(), 3), **entry})

    def listed(self) -> list[dict[str, Any]]:
        with self.lock:
            return list(self.entries)

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()


def without_secrets(value: Any, name: str = "") -> Any:
    """The same parameters with card numbers, CVCs and keys masked."""
    if isinstance(value, dict):
        return {child: without_secrets(one, child) for child, one in value.items()}
    if isinstance(value, list):
        return [without_secrets(one, name) for one in value]
    if name not in HIDDEN or not isinstance(value, str):
        return value
    if name == "key":
        return masked(value)
    return "*" * 12 + value[-4:] if name == "number" and len(value) > 8 else "***"
