"""Response times of a demo shop: `.venv/bin/python -m benchmarks.pages [SECONDS] [CONNECTIONS]`.

Starts a demo in a temporary folder (web server, worker and simulator as processes), then sends requests for each page
over keep-alive connections for some seconds. The results depend on the machine and its other load.
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
from tools.temporary_demo import running_demo

# The slug of the demo's one-time offer.
ONE_OFF = "watercolour-evening"


@dataclass
class Result:
    """Response times in seconds, and the number of responses with an error status."""

    times: list[float] = field(default_factory=list)
    failed: int = 0

    def line(self, name: str, seconds: float) -> str:
        """A row of the table."""
        ranked = sorted(self.times)
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

        requests_by_name: dict[str, Callable[[requests.Session, int], requests.Response]] = {
            "the list of offers": lambda session, _number: session.get(shop, timeout=30),
            "an offer's page": lambda session, _number: session.get(offer, timeout=30),
            "checkout (new order)": checkout,
            "checkout (new subscription)": partial(checkout, of=subscription),
        }
        print(f"{connections} connections, {seconds:.0f} s each")
        for name, send in requests_by_name.items():
            print(measure(send, seconds, connections).line(name, seconds))


def measure(send: Callable[[requests.Session, int], requests.Response], seconds: float, connections: int) -> Result:
    """Send requests over `connections` parallel connections for `seconds`."""
    result, end = Result(), time.monotonic() + seconds

    def send_requests(number: int) -> None:
        with requests.Session() as session:
            while time.monotonic() < end:
                began = time.perf_counter()
                response = send(session, number)
                result.times.append(time.perf_counter() - began)
                result.failed += not response.ok

    threads = [threading.Thread(target=send_requests, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return result


if __name__ == "__main__":
    main()
