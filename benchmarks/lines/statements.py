"""SQL statements of a page, counted in this process."""

import logging
from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.goals import Goal, Line, Measurement
from benchmarks.lines.front import OFFER, thank_you
from benchmarks.lines.lists import IDS, LISTS
from storefront import create_app
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.web.query_count import statements_of
from tests.web_client import browser, sign_in

# Pages of one thing, or of numbers.
NO_LISTS = ("dashboard", "metrics", "waiting-list", "funnel", "license-keys", "sessions", "api-tokens")


def lines(bench: Bench) -> Iterator[Line]:
    """The lines of this module."""
    page = "SQL statements of an offer's page, when it is rendered"
    yield Line("sql-offer", page, Goal(2), lambda: _most(bench, [OFFER], warm_up=False))
    thanks = "SQL statements of the thank-you page"
    yield Line("sql-thank-you", thanks, Goal(3), lambda: _most(bench, [thank_you(bench.front_shop)]))
    lists = [path.format(**IDS) for name, path in LISTS.items() if name not in NO_LISTS]
    yield Line("sql-lists", "SQL statements of a list, the most", Goal(6), lambda: _most(bench, lists))


def _most(bench: Bench, paths: list[str], warm_up: bool = True) -> Measurement:
    """The number of statements of the page that runs the most."""
    found = {}
    with bench.front_shop.inside():
        app = create_app(bench.front_shop.config)
        # Not the line about the sign-in.
        logging.getLogger("storefront.security").setLevel(logging.WARNING)
        client = browser(app)
        sign_in(client, OWNER_EMAIL, PASSWORD)
        for path in paths:
            if warm_up:
                client.get(path)
            found[path] = len(statements_of(partial(client.get, path)))
    path = max(found, key=lambda name: found[name])
    return Measurement(found[path], path if len(paths) > 1 else "")
