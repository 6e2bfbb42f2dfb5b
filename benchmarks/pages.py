"""How quickly the demo shop answers: `.venv/bin/python -m benchmarks.pages [SECONDS] [CONNECTIONS]`.

A demo of its own is started in a temporary folder (web, worker and simulator as real processes), then each address is
asked over keep-alive connections for some seconds. Figures are of this machine and of everything else it is doing.
"""

import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import requests

from demo.recurring import RECURRING
from tools.demo_of_its_own import running_demo

# The demo's offer that is paid once.
ONE_OFF = "watercolour-evening"


@dataclass
class Figures:
    """Seconds per answer, and how many were no 2xx or 3xx."""

    took: list[float] = field(default_factory=list)
    failed: int = 0

    def line(self, name: str, seconds: float) -> str:
        """One row of the table."""
        ranked = sorted(self.took)
        return (
            f"{name:<28} {len(ranked) / seconds:8.0f}/s   median {statistics.median(ranked) * 1000:7.1f} ms   "
            f"p95 {ranked[int(len(ranked) * 0.95)] * 1000:7.1f} ms   failed {self.failed}"
        )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    with running_demo() as welcome:
        shop = welcome["Shop"].rstrip("/")
        offer, subscription = f"{shop}/o/{ONE_OFF}", f"{shop}/o/{RECURRING}"
        same_origin = {"Sec-Fetch-Site": "same-origin"}

        def checkout(session: requests.Session, number: int, of: str = offer) -> requests.Response:
            form = {"email": "marko@example.com", "name": "Marko", "visit": f"benchmark-{number}-{time.time_ns()}"}
            return session.post(f"{of}/checkout", data=form, headers=same_origin, timeout=30)

        asks: dict[str, Callable[[requests.Session, int], requests.Response]] = {
            "the list of offers": lambda session, _number: session.get(shop, timeout=30),
            "an offer's page": lambda session, _number: session.get(offer, timeout=30),
            "checkout (new order)": checkout,
            "checkout (new subscription)": partial(checkout, of=subscription),
        }
        print(f"{connections} connections, {seconds:.0f} s each")
        for name, ask in asks.items():
            print(measured(ask, seconds, connections).line(name, seconds))


def measured(ask: Callable[[requests.Session, int], requests.Response], seconds: float, connections: int) -> Figures:
    """Ask over so many connections at once until the time is over."""
    figures, end = Figures(), time.monotonic() + seconds

    def keep_asking(number: int) -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                began = time.perf_counter()
                answer = ask(session, number)
                figures.took.append(time.perf_counter() - began)
                figures.failed += not answer.ok

    threads = [threading.Thread(target=keep_asking, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return figures


if __name__ == "__main__":
    main()
