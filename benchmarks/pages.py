"""Response times of a demo shop: `.venv/bin/python -m benchmarks.pages [SECONDS] [CONNECTIONS]`.

Starts a demo in a temporary folder (web server, worker and simulator as processes), then sends requests for each page
over keep-alive connections for some seconds. The results depend on the machine and its other load.
"""

import re
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
        remove_limits(shop, welcome["Email"], welcome["Password"])
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


def remove_limits(shop: str, email: str, password: str) -> None:
    """Save the shop's settings without limits on unpaid orders: all buyers of the benchmark have one address."""
    with requests.Session() as admin:
        admin.headers["Sec-Fetch-Site"] = "same-origin"
        sign_in = fields_of(admin.get(f"{shop}/admin/login", timeout=30).text)
        admin.post(f"{shop}/admin/login", data={**sign_in, "email": email, "password": password}, timeout=30)
        address = f"{shop}/admin/settings/shop"
        fields = fields_of(admin.get(address, timeout=30).text)
        limits = dict.fromkeys(
            ("checkouts_per_address_hour", "checkouts_per_email_hour", "checkouts_per_shop_hour"), "0"
        )
        saved = admin.post(address, data={**fields, "time_zone": "UTC", **limits}, timeout=30)
        if not saved.ok:
            raise SystemExit(f"the limits could not be removed: {saved.status_code}")


def fields_of(page: str) -> dict[str, str]:
    """The names and values of the inputs of a page."""
    inputs = [dict(re.findall(r'(name|value)="([^"]*)"', tag)) for tag in re.findall(r"<input[^>]*>", page)]
    return {one["name"]: one.get("value", "") for one in inputs if "name" in one}


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
