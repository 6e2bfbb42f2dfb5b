"""What the lines measure with: servers and shops, started when a line first needs them, and stopped at the end."""

import statistics
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from benchmarks.backlog import constant_time_simulator
from benchmarks.goals import Measurement
from benchmarks.rounds import Load, Rounds
from benchmarks.servers import Server, hello_server, shop_server
from benchmarks.shops import Shop, Size, copy_of, fill, kept_shop
from tests.deployment import postgres

SMALL = Size(orders=100)
# Seconds of processor time in a round: the kernel counts in hundredths of a second.
ROUNDS, ROUND_SECONDS = 5, 0.4
ONE_OFFER = Size(orders=100, merchants=1, offers=1)
# A page of offers and one of merchants are full.
PAGE_OF_OFFERS = Size(orders=100, merchants=60, offers=60)
MANY_OFFERS = Size(orders=100, merchants=500, offers=5000)


class Bench(ExitStack):
    """`orders` is the number of orders of the large shop. With `quick`, the figures mean nothing: for tests."""

    def __init__(self, orders: int = 1_000_000, many_offers: Size = MANY_OFFERS, quick: bool = False) -> None:
        """Starts nothing yet."""
        super().__init__()
        self.orders, self.quick, self._many_offers = orders, quick, many_offers

    def alternate(
        self, measured: Load, yardstick: Load, rounds: int = ROUNDS, seconds: float = ROUND_SECONDS
    ) -> tuple[Rounds, Rounds]:
        """Alternating rounds of both loads, each with about `seconds` of processor time."""
        if self.quick:
            rounds, seconds = 1, 0
        one, other = Rounds(measured, seconds), Rounds(yardstick, seconds)
        for _ in range(rounds):
            other.run()
            one.run()
        return one, other

    def compare(
        self, measured: Load, yardstick: Load, rounds: int = ROUNDS, seconds: float = ROUND_SECONDS
    ) -> Measurement:
        """Processor time of a request, as a multiple of that of `yardstick`: the median of the rounds' ratios."""
        one, other = self.alternate(measured, yardstick, rounds, seconds)
        ratios = [a.processor / max(b.processor, 1e-6) for a, b in zip(one.done, other.done, strict=True)]
        return Measurement(statistics.median(ratios), f"{one} ÷ {other}", one.errors + other.errors)

    @cached_property
    def folder(self) -> Path:
        """A temporary folder."""
        return Path(self.enter_context(tempfile.TemporaryDirectory(prefix="shop-bench-")))

    @cached_property
    def stripe(self) -> str:
        """The address of Stripe's simulator, whose answers take the same time however much it has stored."""
        return self.enter_context(constant_time_simulator())

    @cached_property
    def hello(self) -> Server:
        """The yardstick."""
        return self.enter_context(hello_server(self.folder))

    @cached_property
    def front_shop(self) -> Shop:
        """A small shop that sells through the simulator."""
        return copy_of(kept_shop(SMALL), self.folder / "front", STRIPE_API_BASE=self.stripe)

    @cached_property
    def front(self) -> Server:
        """The web half of `front_shop`."""
        return self.enter_context(shop_server(self.front_shop))

    @cached_property
    def postgresql(self) -> Server:
        """The web half of a small shop on a temporary PostgreSQL server."""
        url = self.enter_context(postgres.running_server()).url
        shop = Shop(self.folder / "postgresql", DATABASE_URL=url)
        fill(shop, SMALL)
        return self.enter_context(shop_server(shop))

    @cached_property
    def small(self) -> Server:
        """A shop with 100 orders."""
        return self._kept(SMALL)

    @cached_property
    def hundred_customers(self) -> Server:
        """A shop with 100 customers."""
        return self._kept(Size(orders=300))

    @cached_property
    def hundred_subscriptions(self) -> Server:
        """A shop with 100 subscriptions."""
        return self._kept(Size(orders=min(2000, self.orders)))

    @cached_property
    def hundred_renewals(self) -> Server:
        """A shop with about 100 open renewals of each kind."""
        return self._kept(Size(orders=min(100_000, self.orders)))

    @cached_property
    def large(self) -> Server:
        """A shop with `orders` orders."""
        return self._kept(Size(self.orders))

    @cached_property
    def one_offer(self) -> Server:
        """A shop with one merchant and one offer."""
        return self._kept(ONE_OFFER)

    @cached_property
    def page_of_offers(self) -> Server:
        """A shop with as many merchants and offers as fill a page."""
        return self._kept(PAGE_OF_OFFERS)

    @cached_property
    def many_offers(self) -> Server:
        """A shop with many merchants and offers."""
        return self._kept(self._many_offers)

    def stop(self) -> None:
        """Stop what runs: a page that has not answered in time goes on, and would count as the next lines' time.

        What they need starts again.
        """
        self.close()
        for name in [name for name, value in vars(Bench).items() if isinstance(value, cached_property)]:
            vars(self).pop(name, None)

    def _kept(self, size: Size) -> Server:
        return self.enter_context(shop_server(Shop(kept_shop(size))))


def has_postgresql() -> bool:
    """Whether the programs of a PostgreSQL server are installed."""
    return postgres.programs() is not None
