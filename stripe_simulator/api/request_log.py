"""The log of recent requests, with card data and keys masked."""

import threading
from collections import deque
from typing import Any

from stripe_simulator.clock import Clock
from stripe_simulator.keys import mask

MAX_ENTRIES = 1000
SECRET_PARAMS = frozenset(["number", "cvc", "key"])


class RequestLog:
    """Keeps the most recent requests; lists them oldest first."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.entries: deque[dict[str, Any]] = deque(maxlen=MAX_ENTRIES)
        self.lock = threading.Lock()

    def add(self, entry: dict[str, Any]) -> None:
        with self.lock:
            self.entries.append({"at": round(self.clock.time(), 3), **entry})

    def list_all(self) -> list[dict[str, Any]]:
        with self.lock:
            return list(self.entries)

    def clear(self) -> None:
        with self.lock:
            self.entries.clear()


def mask_secrets(value: Any, name: str = "") -> Any:
    """Return the parameters with card numbers, CVCs and keys masked."""
    if isinstance(value, dict):
        return {child: mask_secrets(one, child) for child, one in value.items()}
    if isinstance(value, list):
        return [mask_secrets(one, name) for one in value]
    if name not in SECRET_PARAMS or not isinstance(value, str):
        return value
    if name == "key":
        return mask(value)
    return "*" * 12 + value[-4:] if name == "number" and len(value) > 8 else "***"
