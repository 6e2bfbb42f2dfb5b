"""Memory and open files of the shop's processes during a soak test."""

import statistics
import threading
from collections.abc import Iterable
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
# What a connection to an SQLite file keeps of it at most: `cache_size` in storefront/db/database.py.
PAGE_CACHE_BYTES = 16_000_000


@dataclass(frozen=True)
class Sample:
    """`memory` is {process: bytes}, `cache` how many bytes of the database all connections may keep in memory."""

    memory: dict[int, int]
    files: int
    cache: int

    @property
    def bytes(self) -> int:
        """The memory of all processes."""
        return sum(self.memory.values())


@dataclass
class Samples(threading.Thread):
    """Samples until `ended` is set. `reset` begins again, once no process is killed any more."""

    shop: SoakedShop
    ended: threading.Event
    rows: list[Sample] = field(default_factory=list)
    # {process: its command}
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(daemon=True, name="Samples")

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.ended.wait(SECONDS_BETWEEN):
            # A process may end while it is looked at.
            with suppress(OSError):
                pids = self.shop.pids()
                opened = [str(file.readlink()) for pid in pids for file in Path(f"/proc/{pid}/fd").iterdir()]
                self.names.update({pid: _name(pid) for pid in pids if pid not in self.names})
                self.rows.append(Sample({pid: memory_bytes(pid) for pid in pids}, len(opened), _cache(opened)))

    def reset(self) -> None:
        self.rows.clear()

    def steady(self) -> list[Sample]:
        """The samples of those processes that were sampled most often together, so that no start falls into them."""
        rows = list(self.rows)
        usual = statistics.mode(frozenset(row.memory) for row in rows) if rows else frozenset()
        return [row for row in rows if row.memory.keys() == usual]

    def quarters(self) -> tuple[list[Sample], list[Sample]]:
        """The second and the last quarter of the samples."""
        rows = self.steady()
        size = len(rows) // 4
        return rows[size : 2 * size], rows[-size:]

    def problems(self) -> list[str]:
        """What has grown, in words.

        On SQLite, memory may grow with the database, of which each connection keeps a part.
        """
        if len(self.steady()) < ENOUGH:
            return [f"only {len(self.steady())} samples of memory: the run was too short, or processes ended in it"]
        earlier, later = self.quarters()
        memory, later_memory = median(earlier, "bytes"), median(later, "bytes")
        files, later_files = median(earlier, "files"), median(later, "files")
        more_cache = max(0, median(later, "cache") - median(earlier, "cache"))
        found = []
        if later_memory - more_cache > memory + max(memory * MORE_MEMORY, MORE_BYTES):
            found.append(f"memory grew from {memory / 1e6:.0f} to {later_memory / 1e6:.0f} MB")
        if later_files > files + MORE_FILES:
            found.append(f"open files grew from {files:.0f} to {later_files:.0f}")
        return found

    def figures(self) -> dict[str, object]:
        """What the shop used in the second and in the last quarter."""
        if len(self.steady()) < ENOUGH:
            return {}
        quarters = self.quarters()
        processes = {
            f"{self.names.get(pid, '')} ({pid})": [_megabytes(row.memory[pid] for row in rows) for rows in quarters]
            for pid in quarters[0][0].memory
        }
        return {
            "samples": len(self.steady()),
            "MB in the second and the last quarter": [_megabytes(row.bytes for row in rows) for rows in quarters],
            "MB of each process": processes,
            "MB of the database that connections may keep": [
                _megabytes(row.cache for row in rows) for rows in quarters
            ],
            "open files in the second and the last quarter": [median(rows, "files") for rows in quarters],
        }


def median(rows: list[Sample], what: str) -> float:
    """The median of `bytes`, `files` or `cache`."""
    return statistics.median(getattr(row, what) for row in rows)


def _megabytes(values: Iterable[int]) -> float:
    return round(statistics.median(values) / 1e6, 1)


def _name(pid: int) -> str:
    """The arguments of a process, without the program itself."""
    return " ".join(Path(f"/proc/{pid}/cmdline").read_text().split("\0")[1:4])


def _cache(opened: list[str]) -> int:
    databases = [path for path in opened if path.endswith("/storefront.db")]
    return sum(min(Path(path).stat().st_size, PAGE_CACHE_BYTES) for path in databases)
