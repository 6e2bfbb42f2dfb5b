"""How the database reads the admin's lists: in the order of an index for each filter, without sorting what it found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product, takewhile
from typing import Any

import pytest
from flask import Flask

from storefront import db
from storefront.models import InvoiceNeed, OfferStatus, Payout, WebhookEndpoint
from storefront.models.search import (
    AuditSearch,
    CustomerSearch,
    EmailSearch,
    OfferSearch,
    OrderSearch,
    PayoutSearch,
    Place,
    SubscriptionSearch,
    deliveries_of,
    open_renewal_counts,
    open_renewal_page,
    transactions_of,
)
from tests import databases
from tests.web.query_count import recorded_statements


@dataclass(frozen=True)
class Queue:
    """A queue of open renewals with filters."""

    status: str
    mode: str
    offer_id: int
    needs: str = InvoiceNeed.CARD

    @property
    def search(self) -> SubscriptionSearch:
        return SubscriptionSearch("", self.status, self.mode, self.offer_id)

    def page(self, place: Place) -> object:
        return open_renewal_page(InvoiceNeed.CARD, self.search, place)


@dataclass(frozen=True)
class Deliveries:
    """The deliveries to one endpoint."""

    state: str

    def page(self, place: Place) -> object:
        return deliveries_of(WebhookEndpoint(id=7), self.state, place)


@dataclass(frozen=True)
class PayoutContents:
    """What one payout contains."""

    def page(self, place: Place) -> object:
        return transactions_of(Payout(id=7), place)


PLACES = (Place(), Place(after=100), Place(before=100))
BOTH = "", "oldest"
DAYS = ((None, None), (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 2, 5, tzinfo=UTC)))
AMOUNTS = [
    *(OrderSearch("", *filters, sort="amount") for filters in product(("", "paid"), ("", "live"), (0, 7))),
    *(SubscriptionSearch("", *filters, sort="amount_up") for filters in product(("", "active"), ("", "live"), (0, 7))),
    *(OfferSearch("", *filters, "amount") for filters in product(("", "draft"), ("", "live"))),
    *(OfferSearch("", status, "live") for status in ("", "draft")),
]
SEARCHES = [
    *(
        OrderSearch("", "", mode, offer, sort=sort, to_send=True)
        for mode, offer, sort in product(("", "live"), (0, 7), BOTH)
    ),
    *(
        OrderSearch("", status, mode, offer, *days, sort)
        for status, mode, offer, days, sort in product(("", "paid"), ("", "live"), (0, 7), DAYS, BOTH)
    ),
    *(OrderSearch("", "", *filters, sort="status") for filters in product(("", "live"), (0, 7))),
    *(
        EmailSearch("", *filters, *days, sort)
        for *filters, days, sort in product(("", "sent"), ("", "receipt"), ("", "live"), DAYS, BOTH)
    ),
    *(EmailSearch("", "", kind, sort="status") for kind in ("", "receipt")),
    *(
        SubscriptionSearch("", status, mode, offer, *days, sort)
        for status, mode, offer, days, sort in product(("", "active"), ("", "live"), (0, 7), DAYS, BOTH)
    ),
    *(SubscriptionSearch("", "", *filters, sort="status_up") for filters in product(("", "live"), (0, 7))),
    *(CustomerSearch("", sort, mode="live") for sort in CustomerSearch.SORTS),
    *(Queue(*filters) for filters in product(("", "past_due"), ("", "live"), (0, 7))),
    *(CustomerSearch("", sort) for sort in CustomerSearch.SORTS),
    *(CustomerSearch("", sort, *DAYS[1]) for sort in ("", "oldest")),
    *(OfferSearch("", status) for status in ("", *OfferStatus)),
    *(AuditSearch("", *filters, *days) for *filters, days in product(("", "olena"), ("", "offer"), DAYS)),
    *(PayoutSearch(mode) for mode in ("", "live")),
    PayoutSearch("", 7),
    *(Deliveries(state) for state in ("", "failed")),
    PayoutContents(),
]
# Lists that are read from several parts of indexes, or with a look at other rows of the customer.
IN_PARTS = [
    *(
        CustomerSearch("", sort, *days, mode, status, offer)
        for sort, days, mode, (status, offer) in product(BOTH, DAYS, ("", "live"), (("paid", 0), ("", 7), ("paid", 7)))
    ),
    *(
        EmailSearch("", *filters, *days, sort, 7)
        for *filters, days, sort in product(("", "sent"), ("", "receipt"), ("", "live"), DAYS, BOTH)
    ),
    *(OfferSearch("", *filters, "", *DAYS[1]) for filters in product(("", "draft"), ("", "live"))),
]
# The conditions that these filters are answered with.
COLUMNS = {"status", "mode", "offer_id", "needs", "kind", "state", "who", "merchant_id"}


@pytest.fixture
def shop(app: Flask) -> Iterator[Flask]:
    """A shop whose tables are read as if they were long: with few rows PostgreSQL would read all, and sort them."""
    with db.db.atomic():
        for setting in ("enable_seqscan", "enable_sort") if databases.IS_POSTGRESQL else ():
            db.db.execute_sql(f"SET LOCAL {setting} = off")
        yield app


def plans_of(search: Any, place: Place) -> list[str]:
    """The plans of the statements that a page of the list runs."""
    return explained(lambda: search.page(place))


def explained(read: Callable[[], object]) -> list[str]:
    """The plans of the statements that `read` runs."""
    plans: list[str] = []
    execute = db.db.obj.execute_sql

    def explaining(sql: str, params: Any = None) -> Any:
        prefix = "EXPLAIN" if databases.IS_POSTGRESQL else "EXPLAIN QUERY PLAN"
        rows = execute(f"{prefix} {sql}", params).fetchall()
        if databases.IS_POSTGRESQL:
            plans.append(without_small_sorts([str(line) for (line,) in rows]))
        else:
            plans.append("\n".join(str(row[-1]) for row in rows if not is_small_sort(row, rows)))
        return execute(sql, params)

    db.db.obj.execute_sql = explaining
    try:
        read()
    finally:
        del db.db.obj.execute_sql
    return plans


def without_small_sorts(plan: list[str]) -> str:
    """PostgreSQL's plan, in which steps that sort the first rows of parts are called so.

    Each part has a limit of its own, below the step: it sorts what these limits leave, and no rows of a table.
    """
    for number, line in enumerate(plan):
        if not (found := re.match(r"(\s*)->  Sort\b", line)):
            continue
        below = list(takewhile(lambda one: depth(one) > len(found[1]), plan[number + 1 :]))
        if all(is_limited(below, at) for at, step in enumerate(below) if re.search(r"(?<!Subquery )Scan\b", step)):
            plan[number] = line.replace("->  Sort", "->  Small sort")
    return "\n".join(plan)


def depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def is_limited(plan: list[str], at: int) -> bool:
    """Whether a step of these is below a limit."""
    edge = depth(plan[at])
    for line in reversed(plan[:at]):
        if "->" in line and depth(line) < edge:
            if "->  Limit" in line:
                return True
            edge = depth(line)
    return False


def is_small_sort(step: Any, plan: list[Any]) -> bool:
    """Whether a step of SQLite's plan sorts the rows of subqueries with a limit, not those of a table."""
    beside = [detail for _id, parent, _, detail in plan if parent == step[1]]
    return "TEMP B-TREE" in step[3] and not any(re.match(r"(SCAN|SEARCH) (t\d|listed)", detail) for detail in beside)


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_every_list_is_read_in_the_order_of_an_index(shop: Flask, place: Place) -> None:
    """Whatever it is filtered and sorted by, however deep the page is: nothing is sorted, no table is read whole."""
    wrong = {}
    for search in SEARCHES:
        plan = plans_of(search, place)[0]
        # In a mode customers have a column of their own.
        filters = set() if isinstance(search, CustomerSearch) else set(filter(vars(search).get, COLUMNS))
        used = [line for line in plan.splitlines() if all(f"{name}=?" in line for name in filters)]
        # Not "Incremental Sort", of rows created at the same moment.
        if re.search(r"->  Sort|Seq Scan|TEMP B-TREE", plan):
            wrong[str(search)] = plan
        elif filters and not databases.IS_POSTGRESQL and len(used) < 2:
            wrong[str(search)] = f"not both the page and the count use all filters: {plan}"
    assert not wrong


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_lists_in_parts_are_read_in_the_order_of_their_indexes(shop: Flask, place: Place) -> None:
    """Only the first rows of the parts are sorted together."""
    wrong = {}
    for search in IN_PARTS:
        plan = plans_of(search, place)[0]
        # Not "Incremental Sort", of rows created at the same moment.
        is_sorted = len(re.findall(r"->  Sort\b", plan)) > 1 or "TEMP B-TREE" in plan
        if is_sorted or re.search(r"Seq Scan|SCAN t\d+$", plan, re.MULTILINE):
            wrong[str(search)] = plan
    assert not wrong


# PostgreSQL chooses by the rows that it has.
@pytest.mark.sqlite
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_lists_in_parts_look_only_at_rows_that_their_filters_find(shop: Flask, place: Place) -> None:
    """Of the many emails of an offer few have failed, and most orders with a status are those of other customers."""
    wrong = {}
    for search in IN_PARTS:
        plan = plans_of(search, place)[0].splitlines()
        if isinstance(search, EmailSearch):
            filters = list(filter(vars(search).get, ("offer_id", "mode", "state", "kind")))
            found = [line for line in plan if re.search(r"INDEX letter_(?!created_at)", line)]
            if not found or not all(f"{name}=?" in line for name in filters for line in found):
                wrong[str(search)] = plan
        elif isinstance(search, CustomerSearch):
            others = [line for line in plan if line.startswith("SEARCH t2") and "shop_order" in line]
            if len(others) < 2 or not all("shop_order_of_customer (email_folded=?)" in line for line in others):
                wrong[str(search)] = plan
    assert not wrong


@pytest.mark.parametrize("sort", BOTH)
def test_customers_of_a_status_are_counted_from_the_newest_order_on(shop: Flask, sort: str) -> None:
    """Few of the oldest orders are the newest of their customers: counting those first reads thousands of rows."""
    with recorded_statements() as asked:
        CustomerSearch("", sort, status="paid").page()
    counted = asked[0][0].partition("COUNT(*)")[2]
    assert re.search(r'ORDER BY "t1"."id" DESC LIMIT', counted), counted


def test_a_deep_page_begins_at_its_edge(shop: Flask) -> None:
    """Also where many rows before it have the same value, as customers with one order."""
    for sort, place in product(("orders", "fewest"), PLACES[1:]):
        plan = plans_of(CustomerSearch("", sort), place)[0]
        begins = r"ROW\(.*orders.*, .*id\)" if databases.IS_POSTGRESQL else r"orders=\? AND newest_order_id[<>]\?"
        assert re.search(begins, plan), plan
    for place in PLACES[1:]:
        plan = plans_of(OfferSearch(), place)[0]
        begins = r"ROW\(.*created_at.*id\)" if databases.IS_POSTGRESQL else r"created_at=\? AND (row)?id[<>]\?"
        assert re.search(begins, plan), plan


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_customers_of_some_days_are_read_at_each_number_of_orders(shop: Flask, place: Place) -> None:
    for sort, mode in product(("orders", "fewest"), ("", "live")):
        walk, *page = plans_of(CustomerSearch("", sort, *DAYS[1], mode=mode), place)
        columns = ("live_orders", "newest_live_id") if mode else ("orders", "newest_order_id")
        index = "customer_" + "_".join(columns)
        assert not re.search("SCAN (t\\d|c|customer)\\b(?! USING COVERING INDEX)|Seq Scan", "\n".join((walk, *page)))
        if databases.IS_POSTGRESQL:
            assert f"using {index}" in walk and f"using {index}" in page[-1]
        else:
            inside = f"{index} \\({columns[0]}=\\? AND {columns[1]}>\\? AND {columns[1]}<\\?\\)"
            assert re.search(inside, walk) and re.search(inside, page[-1]), (walk, page)


@pytest.mark.parametrize("search", AMOUNTS, ids=str)
def test_amounts_are_read_in_the_order_of_an_index_for_each_status_and_mode(shop: Flask, search: Any) -> None:
    """Only the first rows of the parts, a page of each, are sorted together."""
    for place in PLACES:
        plan = plans_of(search, place)[0]
        if databases.IS_POSTGRESQL:
            assert "Seq Scan" not in plan and plan.count("Sort Key") <= 1, plan
        else:
            # In what is indented below a part, the sorting of all parts is not.
            inner = [line for line in plan.splitlines() if re.match(r"(SCAN|SEARCH) (t\d+|offer)", line)]
            assert plan.count("TEMP B-TREE") <= 1 and inner, plan
            assert all(("USING" in line and "INDEX" in line) or "INTEGER PRIMARY KEY" in line for line in inner), plan


@pytest.mark.parametrize("status", ["", "past_due"])
@pytest.mark.parametrize("text", ["", "nobody@", "1234"])
def test_the_numbers_beside_the_tabs_are_counted_from_an_index(shop: Flask, text: str, status: str) -> None:
    """Of the open renewals, or of the text: no table is read whole."""
    search = SubscriptionSearch(text, status or "past_due", "", 7 if status else 0)
    plan = explained(lambda: open_renewal_counts(search))[0]
    read_whole = [
        line for line in plan.splitlines() if "Seq Scan" in line or re.match(r"SCAN t\d+\b(?! VIRTUAL)", line)
    ]
    assert not read_whole, plan
