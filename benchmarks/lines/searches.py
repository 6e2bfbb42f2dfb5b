"""Searches: a shop with a million orders beside one with a hundred."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import quote_plus

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.lines.lists import ROUNDS, SECONDS, yardstick
from benchmarks.rounds import page
from benchmarks.shops import RARE_EMAIL, RARE_NAME
from storefront.models import OrderStatus, SubscriptionStatus

GOAL = Goal(8)
STATUSES = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE, SubscriptionStatus.CANCELED)
# A search may take so much longer instead.
WITHIN_MILLISECONDS = 3
MANY_FOUND = "@example.com"
LISTS, QUEUES = ("orders", "customers", "emails"), ("subscriptions/needs-authentication", "subscriptions/needs-card")
NEWER = ("subscriptions", "payment-requests", "settings/audit")
# {name: (list, what is typed)}
SEARCHES = {
    "order-by-number": ("orders", "1050"),
    "document-by-order": ("documents", "1050"),
    **{
        f"{what}-by-email": (what, RARE_EMAIL)
        for what in ("orders", "customers", "emails", "subscriptions", "payment-requests")
    },
    **{
        f"{what}-by-name": (what, RARE_NAME.lower())
        for what in ("orders", "customers", "payment-requests", "settings/audit")
    },
    **{f"{what}-part-of-name": (what, "єдин") for what in ("orders", "customers", "settings/audit")},
    **{f"{what}-none": (what, "nobody-has-this") for what in (*LISTS, "documents", *NEWER, *QUEUES)},
    **{f"{what}-most": (what, MANY_FOUND) for what in (*LISTS, *NEWER, *QUEUES)},
}


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    paths = {name: f"/admin/{what}?q={quote_plus(typed)}" for name, (what, typed) in SEARCHES.items()}
    most = f"/admin/orders?q={quote_plus(MANY_FOUND)}"
    paths |= {f"orders-most-{status}": f"{most}&status={status}" for status in OrderStatus}
    subscriptions = f"/admin/subscriptions?q={quote_plus(MANY_FOUND)}"
    paths |= {f"subscriptions-most-{status}": f"{subscriptions}&status={status}" for status in STATUSES}
    # Those of one person, who has made a third of the changes.
    paths["audit-most-person"] = f"/admin/settings/audit?q={quote_plus(MANY_FOUND)}&who=olena@example.com"
    paths["payment-requests-most-expired"] = f"/admin/payment-requests?q={quote_plus(MANY_FOUND)}&state=expired"
    for name, path in paths.items():
        about = f"search {name}: {bench.orders:,} ÷ 100 orders"
        yield Line(f"search-{name.replace('/', '-')}", about, GOAL, partial(_search, bench, path))


def _search(bench: Bench, path: str) -> Measurement:
    server, small_path = yardstick(bench, path)
    measured, small_page = page(bench.large, path, bench.large.owner), page(server, small_path, server.owner)
    large, small = bench.alternate(measured, small_page, ROUNDS, SECONDS)
    more = large.milliseconds - small.milliseconds
    ratio = large.milliseconds / max(small.milliseconds, 0.001)
    return Measurement(ratio, f"{large} ÷ {small}", large.errors + small.errors, more <= WITHIN_MILLISECONDS)
