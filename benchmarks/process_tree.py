"""What a server and its child processes use: processor time and memory, from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def process_tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    parents = {}
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(_fields(stat)[1])
        except OSError:
            continue  # it has ended
    found = [pid]
    for parent in found:
        found += [child for child, its_parent in parents.items() if its_parent == parent]
    return found


def processor_seconds(pids: Iterable[int]) -> float:
    """Processor time of these processes since they began, user and system, with that of ended threads and children.

    To a hundredth of a second for each process.
    """
    ticks = 0
    for pid in pids:
        fields = _fields(_PROC / str(pid) / "stat")
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / _TICKS


def memory_bytes(pid: int) -> int:
    """Proportional set size: resident memory, of which shared pages count in part."""
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no memory of {pid} is known")


def peak_bytes(pid: int) -> int:
    """The most resident memory since `reset_peak`."""
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError(f"no memory of {pid} is known")


def reset_peak(pid: int) -> None:
    """Let `peak_bytes` begin again from the present memory."""
    (_PROC / str(pid) / "clear_refs").write_text("5")


def _fields(stat: Path) -> list[str]:
    """The fields of a stat file after the name of the program: state, parent, … See proc_pid_stat(5)."""
    return stat.read_text().rpartition(")")[2].split()
