"""Lists and other pages of the admin: a shop with a million orders beside one with a hundred."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from html import unescape

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.grow.programs import ENDPOINT
from benchmarks.http_client import Connection, Request
from benchmarks.process_tree import peak_bytes, reset_peak
from benchmarks.rounds import page
from benchmarks.servers import Server
from storefront.models import EmailState, OrderStatus, SubscriptionStatus

RENEWALS = "/admin/subscriptions/needs-"
ABANDONED, AUDIT = "/admin/orders/abandoned", "/admin/settings/audit"
DELIVERIES = f"/admin/settings/webhooks/{ENDPOINT}"
# A month with documents, as 2026-11.
MONTH = f"{datetime.now(UTC) - timedelta(days=90):%Y-%m}"
# {name: path}; `{recurring}` is the id of a recurring offer.
LISTS = {
    "orders": "/admin/orders",
    **{f"orders-{status}": f"/admin/orders?status={status}" for status in OrderStatus},
    **{f"orders-{mode}-mode": f"/admin/orders?mode={mode}" for mode in ("test", "live")},
    "orders-abandoned": ABANDONED,
    "orders-abandoned-test": f"{ABANDONED}?mode=test",
    "emails": "/admin/emails",
    **{f"emails-{state}": f"/admin/emails?state={state}" for state in EmailState},
    "emails-receipts": "/admin/emails?kind=receipt",
    "emails-offer": "/admin/emails?offer={recurring}&state=failed",
    "subscriptions": "/admin/subscriptions",
    **{
        f"subscriptions-{status}": f"/admin/subscriptions?status={status}"
        for status in (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE, SubscriptionStatus.CANCELED)
    },
    "subscriptions-offer": "/admin/subscriptions?offer={recurring}",
    "subscriptions-offer-title": "/admin/subscriptions?offer_title=box",
    "subscriptions-all-filters": "/admin/subscriptions?offer={recurring}&mode=test&status=active",
    "renewals-authentication": f"{RENEWALS}authentication",
    "renewals-card": f"{RENEWALS}card",
    **{f"renewals-{status}": f"{RENEWALS}card?status={status}" for status in ("past_due", "unpaid")},
    "renewals-offer": f"{RENEWALS}card?offer={{recurring}}&mode=test",
    "customers": "/admin/customers",
    "customers-sorted": "/admin/customers?sort=orders",
    "customers-paid": "/admin/customers?status=paid",
    "customers-offer": "/admin/customers?offer={recurring}&status=refunded",
    "payment-requests": "/admin/payment-requests",
    "payment-requests-expired": "/admin/payment-requests?state=expired",
    "payouts": "/admin/money",
    "payouts-test": "/admin/money?mode=test",
    "payment-requests-test": "/admin/payment-requests?mode=test",
    "documents": "/admin/documents",
    "documents-month": f"/admin/documents?month={MONTH}",
    "documents-test": "/admin/documents?mode=test",
    "documents-month-test": f"/admin/documents?month={MONTH}&mode=test",
    "audit": AUDIT,
    "audit-person": f"{AUDIT}?who=olena@example.com",
    "audit-about": f"{AUDIT}?about=order",
    "audit-person-about": f"{AUDIT}?who=olena@example.com&about=order",
    "audit-days": f"{AUDIT}?from=2020-01-01",
    "deliveries": DELIVERIES,
    "deliveries-failed": f"{DELIVERIES}?state=failed",
    # Those who wait are counted there, and the offer's funnel of a month is read from counters.
    "waiting-list": "/admin/offers/{waiting}",
    "funnel": "/admin/offers/{waiting}/funnel",
    "license-keys": "/admin/offers/{with_keys}/deliverables/{keys}",
    "sessions": "/admin/account",
    "api-tokens": "/admin/settings/api",
    "promo-codes": "/admin/promo-codes",
    "promo-codes-off": "/admin/promo-codes?state=off",
    "dashboard": "/admin",
    "metrics": "/metrics",
}
MERCHANTS = "/admin/settings/payment-systems/stripe"
# Pages that are measured with many merchants and offers, too.
OF_CATALOG = {
    "offer": "/o/grown-offer-1",
    "offer-list": "/",
    **{name: LISTS[name] for name in ("orders", "customers", "metrics")},
}
# These show merchants and offers themselves, or what a shop with a single offer has none of. They are compared with a
# shop that has a full page of both.
OF_FULL_PAGES = {
    **{name: LISTS[name] for name in ("dashboard", "subscriptions", "subscriptions-offer")},
    "orders-offer-title": "/admin/orders?offer_title=workshop",
    "offers": "/admin/offers",
    "offers-published": "/admin/offers?status=published",
    "offers-search": "/admin/offers?q=workshop",
    "offers-days": "/admin/offers?from=2020-01-01",
    "offer-form": "/admin/offers/new",
    "merchants": MERCHANTS,
    "merchants-search": f"{MERCHANTS}?q=test",
}
# Ids. The sample shops are filled in the same order.
IDS = {"recurring": 4, "waiting": 1, "with_keys": 9, "keys": 3}
# {name: (list, the first link in it)}
ONE_OF = {
    "payout": ("/admin/money", r"/admin/money/payouts/\d+"),
    "document": ("/admin/documents", r"/admin/documents/TEST-[\w-]+"),
    "audit-entry": (AUDIT, r"/admin/settings/audit/\d+"),
    "delivery": (DELIVERIES, r"/admin/settings/webhooks/deliveries/\d+"),
    "order-with-downloads": ("/admin/orders?offer=6&status=paid", r"/admin/orders/[\w-]{16,}"),
}
# Lists of what few orders have.
OF_FEW_ORDERS = (
    *("/admin/subscriptions", "/admin/payment-requests", "/admin/promo-codes", ABANDONED, AUDIT, DELIVERIES),
    *("/admin/documents", "/admin/money", "/admin/offers/", "/admin/account"),
)
GOAL, CATALOG_GOAL = Goal(1.5), Goal(1.2)
# docs/performance.md says why.
SEARCH_GOAL = Goal(1.2, floor=1.35)
ROUNDS, SECONDS = 3, 0.2
# The link to the next page is followed so often, where there are so many pages.
FAR = 30
# The file is sent while it is read. So much of it shows whether the memory grows; it is not kept here.
EXPORT_BYTES = 40_000_000


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    many = f"{bench.orders:,} ÷ 100 orders"
    for name, path in LISTS.items():
        yield Line(f"million-{name}", f"{name}: {many}", GOAL, partial(grown, bench, path))
    for name in ("orders", "emails", "customers", "customers-sorted", "audit", "deliveries", "documents", "payouts"):
        far = partial(_far, bench, LISTS[name])
        yield Line(f"million-{name}-far", f"{name}, {FAR} pages further ÷ the first one: {many}", GOAL, far)
    for name in ("order", "customer"):
        one = LISTS[f"{name}s"], rf"/admin/{name}s/[\w-]{{16,}}"
        yield Line(f"million-{name}", f"one {name}: {many}", GOAL, partial(_first_link, bench, *one))
    for name, one in ONE_OF.items():
        yield Line(f"million-{name}", f"one {name}: {many}", GOAL, partial(_first_link, bench, *one))
    name, merchant = "import", (MERCHANTS, rf"{MERCHANTS}/[\w-]{{16,}}(?=/)", "/subscriptions-import/progress")
    yield Line(f"million-{name}", f"one {name}: {many}", GOAL, partial(_first_link, bench, *merchant))
    yield Line("million-export-memory", "memory during the CSV export ÷ before", Goal(1.2), partial(_export, bench))
    for name, path in OF_CATALOG.items():
        about = f"{name}: 500 merchants, 5,000 offers ÷ 1, 1"
        yield Line(f"catalog-{name}", about, CATALOG_GOAL, partial(_catalog, bench, path))
    for name, path in OF_FULL_PAGES.items():
        about = f"{name}: 500 merchants, 5,000 offers ÷ 60, 60"
        goal = SEARCH_GOAL if name == "offers-search" else CATALOG_GOAL
        yield Line(f"catalog-{name}", about, goal, partial(_full_page, bench, path))


def grown(bench: Bench, path: str) -> Measurement:
    """The page of the large shop beside that of a small one: see `yardstick`."""
    return _compare(bench, bench.large, path, *yardstick(bench, path.format(**IDS)))


def yardstick(bench: Bench, path: str) -> tuple[Server, str]:
    """The small shop, and its page that is compared with `path` of the large one.

    It is the same page, or the list without its filter where a hundred rows have too few that match: rows that are
    shown cost time in both shops.
    """
    server = small_shop(bench, path)
    if len(load(server, path)) < 0.9 * len(load(bench.large, path)):
        return server, path.partition("?")[0]
    return server, path


def small_shop(bench: Bench, path: str) -> Server:
    """A shop with a hundred rows of those that the page lists."""
    if "/needs-" in path:
        return bench.hundred_renewals
    # One order in twenty has a subscription, and likewise a payment request and a promo code; few orders are abandoned,
    # and fewer have something in the audit log or a failed delivery.
    if path.startswith(OF_FEW_ORDERS):
        return bench.hundred_subscriptions
    return bench.hundred_customers if path.startswith("/admin/customers") else bench.small


def load(server: Server, path: str) -> str:
    """The page as the owner sees it. Raises RuntimeError for an answer with an error."""
    connection = Connection(server.port)
    plain = tuple((name, value) for name, value in server.owner if name != "Accept-Encoding")
    answer = connection.send(Request(path, plain))
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer.text


def _catalog(bench: Bench, path: str) -> Measurement:
    return _compare(bench, bench.many_offers, path, bench.one_offer, path)


def _full_page(bench: Bench, path: str) -> Measurement:
    return _compare(bench, bench.many_offers, path, bench.page_of_offers, path)


def _compare(bench: Bench, large: Server, path: str, small: Server, small_path: str) -> Measurement:
    path, small_path = path.format(**IDS), small_path.format(**IDS)
    measured, yardstick = page(large, path, large.owner), page(small, small_path, small.owner)
    return bench.compare(measured, yardstick, ROUNDS, SECONDS)


def _far(bench: Bench, path: str) -> Measurement:
    return _compare(bench, bench.large, _follow(bench.large, path), small_shop(bench, path), path)


def _follow(server: Server, path: str) -> str:
    """The path of the page that is FAR pages further, or of the last one."""
    for _ in range(FAR):
        links = [tag for tag in re.findall(r"<a\b[^>]*>", load(server, path)) if 'rel="next"' in tag]
        if not links:
            break
        path = unescape(re.findall(r'href="([^"]+)"', links[-1])[0])
    return path


def _first_link(bench: Bench, path: str, link: str, beyond: str = "") -> Measurement:
    """The first one that the list at `path` has a link to, and `beyond` that link."""
    # A payout of few orders does not fill its page.
    paths, small = [], bench.hundred_renewals if link.startswith("/admin/money") else small_shop(bench, path)
    for server in (bench.large, small):
        found = re.search(f'href="({link})[/"]', load(server, path))
        if not found:
            raise RuntimeError(f"{path} has no link to one")
        paths.append(found[1] + beyond)
    return _compare(bench, bench.large, paths[0], small, paths[1])


def _export(bench: Bench) -> Measurement:
    server = bench.large
    load(server, LISTS["orders"])
    reset_peak(server.worker)
    before = peak_bytes(server.worker)
    connection = Connection(server.port)
    response = connection.send(Request("/admin/orders.csv", server.owner), most=EXPORT_BYTES, is_kept=False)
    connection.close()
    peak, read = peak_bytes(server.worker), response.received
    detail = f"{peak / 1e6:.0f} ÷ {before / 1e6:.0f} MB, {read / 1e6:.0f} MB were read"
    return Measurement(peak / before, detail, errors=int(response.status != 200))
