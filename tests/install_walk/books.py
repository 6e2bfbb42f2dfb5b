"""What a shop has in its books, read from its SQLite file, so that nothing is lost on the way."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from storefront.operations.backups.contents import counted_tables

# Rows whose columns a later version may add to, but whose values here stay for ever.
KEPT = {
    "shop_order": "token, amount, currency, email, name, paid_at",
    "payment": "order_id, amount, currency",
    "refund": "order_id, amount, currency",
    "subscription": "subscription_id",
    "offer": "slug, title",
    "admin": "email, password_hash",
}
# Deleted in time by the worker.
OF_THE_MOMENT = {
    "admin_session",
    "checkout_press",
    "code_guess",
    "event_claim",
    "job_run",
    "kept_form",
    "measurement",
    "pending_sign_in",
    "proxy_observation",
    "sign_in_failure",
    "stripe_request_counter",
    "waiting_customer",
    "webhook_event",
}

Books = dict[str, Any]


def books_of(instance: Path) -> Books:
    """The number of rows by table, and the rows of KEPT. A table that isn't there is left out."""
    with tempfile.TemporaryDirectory() as scratch:
        # A copy: SQLite would write files beside the database as this user.
        for file in instance.glob("storefront.db*"):
            if file.name in ("storefront.db", "storefront.db-wal"):
                shutil.copy(file, scratch)
        return _read(Path(scratch) / "storefront.db")


def _read(file: Path) -> Books:
    with closing(sqlite3.connect(file)) as database:
        there = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found: Books = {}
        for table in sorted((counted_tables() & there) - OF_THE_MOMENT):
            (found[table],) = database.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()
        for table, columns in KEPT.items():
            found[f"{table}: {columns}"] = sorted(database.execute(f'SELECT {columns} FROM "{table}"').fetchall())
    return found


def require_nothing_lost(before: Books, after: Books) -> None:
    """Raise SystemExit if a table has fewer rows, or a kept row is missing or different."""
    for name, value in before.items():
        if isinstance(value, int) and after.get(name, 0) < value:
            raise SystemExit(f"{name} has {after.get(name)} rows instead of {value}")
        if isinstance(value, list) and (missing := [row for row in value if row not in after[name]]):
            raise SystemExit(f"lost: {name}: {missing[:3]}")
