"""What the database of a backup holds: rows of each table, sums of money, and the delivered files it refers to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from storefront import db
from storefront.models import ALL

# Runs a query and returns its rows.
Query = Callable[[str], Iterable[Sequence[Any]]]

# What is summed, by its name in the manifest: the table, the column, and the table that says whether it is test money.
_SUMS = {
    "orders": ("shop_order", "amount", "shop_order", "id"),
    "payments": ("payment", "amount", "shop_order", "order_id"),
    "refunds": ("refund", "amount", "shop_order", "order_id"),
    "invoices": ("invoice", "amount_paid", "subscription", "subscription_id"),
}
# The columns that these queries read. Of other tables, only the rows are counted.
READ_COLUMNS = {
    "shop_order": ("id", "mode", "currency", "amount"),
    "payment": ("id", "order_id", "currency", "amount"),
    "refund": ("id", "order_id", "currency", "amount"),
    "subscription": ("id", "mode"),
    "invoice": ("id", "subscription_id", "currency", "amount_paid"),
    "stored_file": ("id", "hash", "size", "name", "deleted_at"),
}


@dataclass(frozen=True)
class Contents:
    """`rows` are by table; `sums` are {"orders live EUR": [number, sum in minor units]}.

    `files` are the delivered files whose bytes are stored, {SHA-256 checksum: size in bytes}; `names` are their newest.
    """

    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, list[int]] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def names_of(self, checksums: Iterable[str]) -> list[str]:
        """What the owner calls the files with these checksums, each with its checksum."""
        return [f"{self.names.get(checksum, '')} ({checksum})" for checksum in checksums]


def counted_tables() -> set[str]:
    """The tables whose rows a backup holds: what is computed from them is left out."""
    return {model._meta.table_name for model in ALL} - db.derived_tables()


def read_contents(query: Query, columns: Mapping[str, Iterable[str]]) -> Contents:
    """Read the database that `query` asks. `columns` are those of its tables; one of an older version has fewer."""
    tables = sorted(counted_tables() & set(columns))
    rows = {table: int(next(iter(query(f'SELECT COUNT(*) FROM "{table}"')))[0]) for table in tables}  # noqa: S608
    sums, files, names = {}, {}, {}
    for name, (table, amount, whose, key) in _SUMS.items():
        if not _has(columns, table) or not _has(columns, whose):
            continue
        statement = (
            f"SELECT o.mode, t.currency, COUNT(*), SUM(CAST(t.{amount} AS BIGINT)) FROM {table} t"  # noqa: S608
            f" JOIN {whose} o ON o.id = t.{key} GROUP BY 1, 2 ORDER BY 1, 2"
        )
        for mode, currency, number, total in query(statement):
            sums[f"{name} {mode or 'unknown'} {currency}"] = [int(number), int(total or 0)]
    if _has(columns, "stored_file"):
        found = query("SELECT hash, size, name FROM stored_file WHERE deleted_at IS NULL ORDER BY id")
        for checksum, size, name in found:
            files[checksum], names[checksum] = int(size), name
    return Contents(rows, sums, files, names)


def _has(columns: Mapping[str, Iterable[str]], table: str) -> bool:
    return set(READ_COLUMNS[table]) <= set(columns.get(table, ()))
