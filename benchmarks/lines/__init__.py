"""The lines of the table, in its order."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.goals import Line
from benchmarks.lines import front, lighthouse, lists, peers, processes, searches, statements, writes


def all_lines(bench: Bench) -> Iterator[Line]:
    """Every line, with functions that measure it with what `bench` has."""
    for part in (front, statements, lists, searches, writes, processes, lighthouse, peers):
        yield from part.lines(bench)
