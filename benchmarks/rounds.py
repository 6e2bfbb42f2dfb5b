"""Alternating rounds: requests to one server, then to the other, again and again: both meet the same machine."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from benchmarks.http_client import Connection, Request
from benchmarks.servers import Server
from benchmarks.shops import Headers

CONNECTIONS = 2
LEAST_REQUESTS, MOST_REQUESTS = 8, 5000
WARM_UP = 30
# A page that takes so long is not loaded more often than necessary.
SLOW_SECONDS = 0.3


@dataclass(frozen=True)
class Load:
    """Requests to a server: `request` makes the n-th one. `before` is called before each, and is not measured."""

    server: Server
    request: Callable[[int], Request]
    connections: int = CONNECTIONS
    before: Callable[[int], object] | None = None


@dataclass(frozen=True)
class Round:
    """`processor` and `wall` are seconds for one request."""

    processor: float
    wall: float
    errors: int


def page(server: Server, path: str, headers: Headers | None = None, connections: int = CONNECTIONS) -> Load:
    """The same page again and again, by default for a visitor."""
    request = Request(path, server.headers if headers is None else headers)
    return Load(server, lambda _number: request, connections)


class Rounds:
    """Rounds of one load, each with as many requests as take about `seconds` of processor time."""

    def __init__(self, load: Load, seconds: float) -> None:
        """Warms up, and chooses the number of requests."""
        self.load, self.done = load, list[Round]()
        self._numbers = count()
        first = run_round(load, 2, self._numbers)
        slow = first.processor > SLOW_SECONDS or not seconds
        probe = first if slow else run_round(load, WARM_UP, self._numbers)
        least = 2 if slow else LEAST_REQUESTS
        self.requests = max(least, min(round(seconds / max(probe.processor, 0.0001)), MOST_REQUESTS))

    def run(self) -> None:
        """One more round."""
        self.done.append(run_round(self.load, self.requests, self._numbers))

    @property
    def errors(self) -> int:
        """Answers with an error, or none, in all rounds."""
        return sum(one.errors for one in self.done)

    @property
    def milliseconds(self) -> float:
        """Processor time of a request."""
        return statistics.median(one.processor for one in self.done) * 1000

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return 1 / statistics.median(one.wall for one in self.done)

    def __str__(self) -> str:
        return f"{self.milliseconds:.2f} ms, {self.per_second:.0f}/s"


def run_round(load: Load, requests: int, numbers: Iterator[int]) -> Round:
    """Send so many requests over parallel connections."""
    errors: list[int] = []
    share = max(1, requests // load.connections)

    def send() -> None:
        connection, failed = Connection(load.server.port), 0
        for _ in range(share):
            number = next(numbers)
            if load.before is not None:
                load.before(number)
            try:
                failed += connection.send(load.request(number)).status >= 400
            except OSError:
                connection.close()
                failed += 1
        connection.close()
        errors.append(failed)

    threads = [threading.Thread(target=send) for _ in range(load.connections)]
    used, began = load.server.processor_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, used = time.perf_counter() - began, load.server.processor_seconds() - used
    sent = share * load.connections
    return Round(used / sent, wall / sent, sum(errors))
