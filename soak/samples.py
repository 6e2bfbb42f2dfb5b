"""Memory and open files of the shop's processes during a soak test."""

import statistics
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process_tree import memory_bytes
from soak.shop import SoakedShop

SECONDS_BETWEEN = 5.0
# Samples without which nothing is judged.
ENOUGH = 8
# What may be added between the second and the last quarter: a part of the memory, or so many bytes; so many files.
MORE_MEMORY, MORE_BYTES, MORE_FILES = 0.10, 10_000_000, 12


@dataclass
class Samples(threading.Thread):
    """Samples until `ended` is set. `reset` begins again, once no process is killed any more."""

    shop: SoakedShop
    ended: threading.Event
    # (bytes of the whole tree, open files of the whole tree, ids of its processes)
    rows: list[tuple[int, int, frozenset[int]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name="Samples")

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.ended.wait(SECONDS_BETWEEN):
            # A process may end while it is looked at.
            with suppress(OSError):
                pids = self.shop.pids()
                files = sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)
                self.rows.append((sum(map(memory_bytes, pids)), files, frozenset(pids)))

    def reset(self) -> None:
        self.rows.clear()

    def steady(self) -> list[tuple[int, int, frozenset[int]]]:
        """The samples of those processes that were sampled most often together, so that no start falls into them."""
        rows = list(self.rows)
        usual = statistics.mode(row[2] for row in rows) if rows else frozenset()
        return [row for row in rows if row[2] == usual]

    def quarters(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((bytes, files) of the second quarter, (bytes, files) of the last quarter), medians."""
        rows = self.steady()
        size = len(rows) // 4
        return _medians(rows[size : 2 * size]), _medians(rows[-size:])

    def problems(self) -> list[str]:
        """What has grown, in words."""
        if len(self.steady()) < ENOUGH:
            return [f"only {len(self.steady())} samples of memory: the run was too short, or processes ended in it"]
        (memory, files), (later_memory, later_files) = self.quarters()
        found = []
        if later_memory > memory * (1 + MORE_MEMORY) and later_memory > memory + MORE_BYTES:
            found.append(f"memory grew from {memory / 1e6:.0f} to {later_memory / 1e6:.0f} MB")
        if later_files > files + MORE_FILES:
            found.append(f"open files grew from {files:.0f} to {later_files:.0f}")
        return found


def _medians(rows: list[tuple[int, int, frozenset[int]]]) -> tuple[float, float]:
    return statistics.median(row[0] for row in rows), statistics.median(row[1] for row in rows)
