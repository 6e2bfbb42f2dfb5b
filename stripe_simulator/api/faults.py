"""Faults on demand: delays, errors and dropped connections.

kind            what happens
delay           waits `seconds`, then continues normally
status          answers `status` without executing the request
error_before    answers 500 without executing the request
error_after     executes the request, then answers 500
drop_before     closes the connection without executing the request
drop_after      executes the request, then closes the connection
time_out        like drop_after; its idempotency key answers 409 for `seconds`, as if the request were still running
"""

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from stripe_simulator.keys import Realm

KINDS = frozenset(["delay", "status", "error_before", "error_after", "drop_before", "drop_after", "time_out"])


@dataclass
class Fault:
    """One active fault. `account` is an id or a name; `path` may contain `*`."""

    kind: str
    method: str = "*"
    path: str = "/v1/*"
    status: int = 500
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    account: str | None = None

    def matches(self, method: str, path: str, realm: Realm) -> bool:
        account_names = (None, realm.account.id, realm.account.name, realm.account.name.lower())
        return (
            self.method in ("*", method)
            and fnmatchcase(path, self.path)
            and self.account in account_names
            and self.times > 0
        )


class Faults:
    """The list of active faults."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.lock = threading.Lock()

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Add a fault from its JSON fields. Raises ValueError with a message that says what is wrong."""
        unknown = set(wanted) - set(Fault.__annotations__)
        if unknown:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        if wanted.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}")
        for name, kind in (("times", int), ("skip", int), ("status", int), ("seconds", (int, float))):
            if name in wanted and not isinstance(wanted[name], kind):
                raise ValueError(f"{name} must be a number")
        fault = Fault(**wanted)
        with self.lock:
            self.waiting.append(fault)
        return fault

    def take(self, method: str, path: str, realm: Realm) -> list[Fault]:
        """Return the faults that apply to this request and count them down: all delays, and the first other fault."""
        matched: list[Fault] = []
        with self.lock:
            for fault in self.waiting:
                if not fault.matches(method, path, realm):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                elif fault.kind == "delay" or all(one.kind == "delay" for one in matched):
                    fault.times -= 1
                    matched.append(fault)
            self.waiting = [fault for fault in self.waiting if fault.times > 0]
        return matched

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def list_all(self) -> list[dict[str, Any]]:
        with self.lock:
            return [asdict(fault) for fault in self.waiting]
