"""On PostgreSQL, changes of counters and of customers' totals are merged into sums, however many sums there are."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from storefront import db
from storefront.config import Config
from storefront.models import CustomerTotal, compact_counters
from tests.inside_shop import inside_shop
from tests.web.query_count import recorded_statements

pytestmark = pytest.mark.postgres

# A whole batch of changes, and fewer sums than that: PostgreSQL compared each of these with each of those.
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
def test_merging_reads_as_many_rows_in_a_large_table_as_in_a_small_one(
    shop: None, merge: Callable[[], int], rows: str, table: str
) -> None:
    add(rows, 1, CHANGES, is_sum=False)
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        add(rows, first, last, is_sum=True)
        db.db.execute_sql(f"ANALYZE {table}")
        assert rows_read(merge) < 30 * CHANGES


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


def rows_read(merge: Callable[[], int]) -> int:
    """How many rows PostgreSQL reads and compares to merge; nothing is merged."""
    with db.db.atomic() as transaction:
        with recorded_statements() as asked:
            assert merge() == CHANGES
        transaction.rollback()
    with db.db.atomic() as transaction:
        ((sql, values),) = asked
        ((explained,),) = db.db.execute_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values).fetchall()
        transaction.rollback()
    plan = json.loads(explained) if isinstance(explained, str) else explained
    return int(_rows_of(plan[0]["Plan"]))


def _rows_of(node: Mapping[str, Any]) -> float:
    own = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    return float(own + sum(map(_rows_of, node.get("Plans", ()))))
