"""On PostgreSQL, changes of counters and of customers' totals are merged into sums, however many sums there are."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from storefront import db
from storefront.config import Config
from storefront.models import CustomerTotal, compact_counters
from tests.inside_shop import inside_shop
from tests.web.query_count import recorded_statements

pytestmark = pytest.mark.postgres

# A whole batch of changes, with fewer sums than that, and with more.
CHANGES, FEW, MANY = 5_000, 3_000, 20_000
COUNTERS = """INSERT INTO counter (kind, day, mode, currency, status, number, amount, is_sum)
SELECT 'offer_takings', '2026-11', 'test', 'EUR', n::text, 1, 5, {is_sum} FROM generate_series({first}, {last}) AS n"""
TOTALS = """INSERT INTO customer_total (email, mode, currency, paid, refunded, running, is_merged)
SELECT n || '@example.com', 'test', 'EUR', 5, 0, 0, {is_sum} FROM generate_series({first}, {last}) AS n"""
MERGES = (
    pytest.param(compact_counters, COUNTERS, "counter", id="counters"),
    pytest.param(CustomerTotal.merge, TOTALS, "customer_total", id="customers"),
)


@pytest.fixture
def shop(empty_postgres: str, tmp_path: Path) -> Iterator[None]:
    config = Config.from_environment({"INSTANCE_DIR": str(tmp_path), "DATABASE_URL": empty_postgres})
    with inside_shop(config):
        db.migrate(config)
        yield


@pytest.mark.parametrize(("merge", "rows", "table"), MERGES)
def test_merging_looks_its_rows_up_however_many_there_are(
    shop: None, merge: Callable[[], int], rows: str, table: str
) -> None:
    """Without statistics of the table, and with them. Costs are what PostgreSQL expects: 1 is to read a page."""
    add(rows, 1, CHANGES, is_sum=False)
    costs = []
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        add(rows, first, last, is_sum=True)
        costs.append(cost_of(merge))
        db.db.execute_sql(f"ANALYZE {table}")
        costs.append(cost_of(merge))
    # Four look-ups of each change, and the table once.
    assert max(costs) < 4 * CHANGES + MANY


@pytest.mark.parametrize(("merge", "rows", "table"), MERGES)
def test_each_sum_has_one_row_afterwards(shop: None, merge: Callable[[], int], rows: str, table: str) -> None:
    add(rows, 1, FEW, is_sum=True)
    for last in (1_000, 400):
        add(rows, 1, last, is_sum=False)
    assert merge() == 1_400
    amount = "amount" if table == "counter" else "paid"
    sums = db.db.execute_sql(f"SELECT {amount}, COUNT(*) FROM {table} GROUP BY {amount} ORDER BY {amount}").fetchall()
    assert sums == [(5, FEW - 1_000), (10, 600), (15, 400)]
    assert merge() == 0


def add(rows: str, first: int, last: int, *, is_sum: bool) -> None:
    db.db.execute_sql(rows.format(first=first, last=last, is_sum=is_sum))


def cost_of(merge: Callable[[], int]) -> float:
    """What PostgreSQL expects a merge to cost; nothing is merged."""
    with db.db.atomic() as transaction:
        with recorded_statements() as asked:
            assert merge() == CHANGES
        transaction.rollback()
    ((sql, values),) = asked
    ((plan,),) = db.db.execute_sql(f"EXPLAIN (FORMAT JSON) {sql}", values).fetchall()
    return float(plan[0]["Plan"]["Total Cost"])
