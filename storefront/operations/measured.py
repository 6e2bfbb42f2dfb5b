"""What `/metrics` says of requests and of calls to Stripe, and how each process stores what it has counted."""

import atexit
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from storefront import db, runtime
from storefront.models import Measurement, Measurements

log = logging.getLogger(__name__)

# Each web process stores its numbers so often, and when it ends.
STORE_SECONDS = 15
_ABOUT = {
    Measurements.REQUEST: ("storefront_requests", "requests answered", "status"),
    Measurements.STRIPE_CALL: ("storefront_stripe_calls", "requests sent to Stripe", "result"),
}


def keep_storing(shop: runtime.Runtime) -> None:
    """Store what this process counts, in a thread of its own: no request waits for it."""

    def store() -> None:
        try:
            store_measurements(shop)
        except db.STORAGE_ERRORS as error:
            log.warning("numbers for /metrics could not be stored: %s", type(error).__name__)

    def run() -> None:
        while not ends.wait(STORE_SECONDS):
            store()

    def end() -> None:
        ends.set()
        store()

    ends = threading.Event()
    threading.Thread(target=run, name="measurements", daemon=True).start()
    atexit.register(end)


def store_measurements(shop: runtime.Runtime) -> None:
    """Store what this process has counted. Raises the error of the database."""
    with runtime.activate(shop), db.connection():
        shop.resource(Measurements).store()


def measured_metrics() -> Iterator[Metric]:
    """Counters by status or result, and the times as a histogram. One query of a few rows."""
    # What this process has not stored yet; others follow within seconds.
    with suppress(*db.STORAGE_ERRORS):
        runtime.current().resource(Measurements).store()
    rows = list(Measurement.select())
    for name, (metric, about, label) in _ABOUT.items():
        of_name = [row for row in rows if row.name == name]
        counter = CounterMetricFamily(metric, f"Number of {about}.", labels=(label,))
        for result in sorted({row.result for row in of_name}):
            counter.add_metric((result,), float(sum(row.number for row in of_name if row.result == result)))
        yield counter
        yield _histogram(f"{metric}_seconds", f"Time of {about}.", of_name)


def _histogram(name: str, about: str, rows: list[Measurement]) -> Metric:
    family = HistogramMetricFamily(name, about)
    buckets, total = [], 0.0
    for bound in [*map(str, Measurements.BOUNDS), "inf"]:
        total += sum(row.number for row in rows if row.bound == bound)
        buckets.append(("+Inf" if bound == "inf" else bound, total))
    family.add_metric((), buckets, sum(row.microseconds for row in rows) / 1_000_000)
    return family
