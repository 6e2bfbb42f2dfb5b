"""Public pages and the checkout: processor time of a request, as a multiple of that of hello."""

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench, has_postgresql
from benchmarks.goals import INFORMATION, Goal, Line, Measurement
from benchmarks.http_client import Request
from benchmarks.rounds import Load, page
from benchmarks.servers import Server
from benchmarks.shops import Shop
from storefront.models import Offer, Order

OFFER = "/o/grown-offer-1"
EMBED = f"{OFFER}/embed"
# Each request follows a change of the offer, which waits for the disk: shorter rounds.
RENDERED_SECONDS = 0.15
# Five times hello is one call through Stripe's own library: see docs/performance.md.
CHECKOUT_FLOOR = 30
# On a machine that is shared with others the line is above its goal: see docs/performance.md.
THANK_YOU_FLOOR = 6.5


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    ready = "bytes that are ready, as many as an offer's page has"
    yield Line("ready-bytes", ready, INFORMATION, lambda: _of(bench, bench.hello, "/ready"))
    yield Line("offer-cached", "an offer's page, cached", Goal(1.4), lambda: _of(bench, bench.front, OFFER))
    yield Line("offer-rendered", "an offer's page, rendered", Goal(2.5), lambda: rendered(bench))
    yield Line(
        "offer-embed", "an offer in a frame, cached", Goal(1.4), lambda: _of(bench, bench.front, f"{OFFER}/embed")
    )
    yield Line("offer-list", "the list of offers", Goal(1.6), lambda: _of(bench, bench.front, "/"))
    if has_postgresql():
        for name, about, path in (("offer", "an offer's page", OFFER), ("offer-list", "the list of offers", "/")):
            run = partial(_on_postgresql, bench, path)
            yield Line(f"{name}-postgresql", f"{about}, PostgreSQL", Goal(2), run)
    thanks = Goal(4, floor=THANK_YOU_FLOOR)
    yield Line("thank-you", "the thank-you page", thanks, lambda: _of(bench, bench.front, thank_you(bench.front_shop)))
    about = "a checkout, without the simulator's time"
    yield Line("checkout", about, Goal(8, floor=CHECKOUT_FLOOR), lambda: checkout(bench))


def _of(bench: Bench, server: Server, path: str) -> Measurement:
    return bench.compare(page(server, path), page(bench.hello, "/"))


def _on_postgresql(bench: Bench, path: str) -> Measurement:
    return _of(bench, bench.postgresql, path)


def rendered(bench: Bench) -> Measurement:
    """The offer is changed before each request, by this process; also before those of hello, as a process that has just
    waited takes longer to answer.
    """
    slug, server = OFFER.rpartition("/")[2], bench.front
    request = Request(OFFER, server.headers)

    def change(number: int) -> None:
        Offer.update(title=f"Watercolour evening {number}").where(Offer.slug == slug).execute()

    with bench.front_shop.inside():
        measured = Load(server, lambda _number: request, connections=1, before=change)
        hello = Load(bench.hello, lambda _number: Request("/"), connections=1, before=change)
        return bench.compare(measured, hello, seconds=RENDERED_SECONDS)


def thank_you(shop: Shop) -> str:
    """The path of a paid order's page."""
    with shop.inside():
        paid = Order.select().where(Order.status == "paid", Order.kind == "one_off").order_by(Order.id.desc()).first()
        return f"/orders/{paid.token}/thank-you"


def checkouts(server: Server) -> Load:
    """The first press of a new visit in each request."""

    def press(number: int) -> Request:
        visit = f"benchmark-visit-{id(press)}-{number}"
        form = {"email": f"buyer{number}@example.com", "name": "Marko", "visit": visit}
        return Request(f"{OFFER}/checkout", server.headers, form)

    return Load(server, press)


def checkout(bench: Bench) -> Measurement:
    """New orders with their payment intents."""
    return bench.compare(checkouts(bench.front), page(bench.hello, "/"))
