"""Names processes, so that others on the same host can see whether one has ended.

A process ID alone can be used again, and names another process on another host or in another container. So the name has
the boot of the kernel, the namespace of process IDs, the ID, and when the process was started: proc(5).
"""

import os
from functools import lru_cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def process_identity() -> str:
    """The name of this process, at most 120 characters; "" on systems without /proc."""
    return _identity_of(os.getpid())


def has_ended(identity: str) -> bool:
    """Whether the process is known to have ended. False for "", and for one of another host, boot or container."""
    place, _, process = identity.rpartition("/")
    own_place, _, _ = process_identity().rpartition("/")
    if not place or place != own_place:
        return False
    pid, _, started = process.partition(" ")
    return _start_of(pid) != started


@lru_cache(maxsize=4)
def _identity_of(pid: int) -> str:
    try:
        boot, namespace = _BOOT_ID.read_text().strip(), Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    started = _start_of(str(pid))
    return f"{boot}/{namespace}/{pid} {started}" if started else ""


def _start_of(pid: str) -> str:
    """When the process was started, in ticks since the boot; "" if there is none or only its exit code is left."""
    try:
        stat = Path("/proc", pid, "stat").read_text()
    except OSError:
        return ""
    # The name in parentheses may hold spaces. Fields 3 and 22 are the state and the start.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]
