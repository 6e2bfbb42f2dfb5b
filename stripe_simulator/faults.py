"""Faults on demand, so that one can rehearse what a bad day does to a shop.

kind            what happens
delay           waits `seconds`, then goes on as usual
status          answers `status` without doing anything
error_before    answers 500 without doing anything
error_after     does what was asked, then answers 500
drop_before     closes the connection without doing anything
drop_after      does what was asked, then closes the connection
"""

import threading
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from stripe_simulator.keys import Realm

KINDS = frozenset(["delay", "status", "error_before", "error_after", "drop_before", "drop_after"])


@dataclass
class Fault:
    """One fault waiting for its requests. `account` is an id or a name, `path` may hold `*`."""

    kind: str
    method: str = "*"
    path: str = "/v1/*"
    status: int = 500
    seconds: float = 0.0
    times: int = 1
    skip: int = 0
    account: str | None = None

    def meets(self, method: str, path: str, realm: Realm) -> bool:
        whose = (None, realm.account.id, realm.account.name, realm.account.name.lower())
        return (
            self.method in ("*", method) and fnmatchcase(path, self.path) and self.account in whose and self.times > 0
        )


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.lock = threading.Lock()

    def add(self, wanted: dict[str, Any]) -> Fault:
        """A fault from its JSON. Raises ValueError with words saying what is wrong in it."""
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
        """The faults this request meets, each counted down: delays, and the first other one."""
        taken: list[Fault] = []
        with self.lock:
            for fault in self.waiting:
                if not fault.meets(method, path, realm):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                elif fault.kind == "delay" or all(one.kind == "delay" for one in taken):
                    fault.times -= 1
                    taken.append(fault)
            self.waiting = [fault for fault in self.waiting if fault.times > 0]
        return taken

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        with self.lock:
            return [asdict(fault) for fault in self.waiting]
