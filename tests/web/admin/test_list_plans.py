"""How the database reads the admin's lists: in the order of an index for each filter, without sorting what it found."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from flask import Flask

from storefront import db
from storefront.models import InvoiceNeed
from storefront.models.search import (
    EmailSearch,
    OrderSearch,
    Place,
    SubscriptionSearch,
    open_renewal_counts,
    open_renewal_page,
)
from tests import databases


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


PLACES = (Place(), Place(after=100), Place(before=100))
SEARCHES = [
    *(OrderSearch("", *filters) for filters in product(("", "paid"), ("", "live"))),
    *(EmailSearch("", *filters) for filters in product(("", "sent"), ("", "receipt"))),
    *(SubscriptionSearch("", *filters) for filters in product(("", "active"), ("", "live"), (0, 7))),
    *(Queue(*filters) for filters in product(("", "past_due"), ("", "live"), (0, 7))),
]


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
        plans.append("\n".join(str(row[-1]) for row in execute(f"{prefix} {sql}", params).fetchall()))
        return execute(sql, params)

    db.db.obj.execute_sql = explaining
    try:
        read()
    finally:
        del db.db.obj.execute_sql
    return plans


@pytest.mark.parametrize("search", SEARCHES, ids=str)
def test_a_filter_is_answered_in_the_order_of_an_index(shop: Flask, search: Any) -> None:
    filters = {name for name, value in vars(search).items() if value}
    for place in PLACES:
        plan = plans_of(search, place)[0]
        assert "Sort" not in plan and "Seq Scan" not in plan and "TEMP B-TREE" not in plan, plan
        if filters and not databases.IS_POSTGRESQL:
            used = [line for line in plan.splitlines() if all(f"{name}=?" in line for name in filters)]
            assert len(used) == 2, "the page and the count: " + plan


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
