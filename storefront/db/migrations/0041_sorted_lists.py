"""Indexes for lists sorted by amount, limited to a mode or to days; the title of an order with its emails."""

from typing import Any

from peewee import Database, SqliteDatabase
from playhouse.migrate import SchemaMigrator

from storefront.i18n import fold

ORDERS = "shop_order"
# A column with a default is added without writing the rows again. Those of modes are derived: `migrate` fills them.
COLUMNS = (
    ("letter", "title_folded", "TEXT NOT NULL DEFAULT ''"),
    ("offer", "mode", "VARCHAR(4) NOT NULL DEFAULT ''"),
    *(
        ("customer", column, "INTEGER NOT NULL DEFAULT 0")
        for column in ("live_orders", "test_orders", "newest_live_id", "newest_test_id")
    ),
)
CHARGED = "COALESCE(items_total, unit_amount * quantity)"
INDEXES = {
    "shop_order_mode_status_currency_amount_id": "shop_order (mode, status, currency, amount, id)",
    "shop_order_offer_id_mode_status_currency_amount_id": "shop_order (offer_id, mode, status, currency, amount, id)",
    "subscription_by_amount": f"subscription (mode, status, currency, ({CHARGED}), id)",
    "subscription_of_offer_by_amount": f"subscription (offer_id, mode, status, currency, ({CHARGED}), id)",
    "letter_created_at": "letter (created_at)",
    "offer_mode_status_created_at_id": "offer (mode, status, created_at, id)",
    "offer_mode_status_currency_amount_id": "offer (mode, status, currency, amount, id)",
    "offer_of_mode_in_order": "offer (mode, (status <> 'archived'), created_at, id)",
    "customer_newest_live_id": "customer (newest_live_id)",
    "customer_newest_test_id": "customer (newest_test_id)",
    "customer_live_orders_id": "customer (live_orders, id)",
    "customer_test_orders_id": "customer (test_orders, id)",
}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column, kind in COLUMNS:
        _execute(db, f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    # Only Python folds texts. There are few titles, however many orders.
    titles = [title for (title,) in _execute(db, "SELECT DISTINCT title FROM shop_order").fetchall()]
    mark = "?" if isinstance(db, SqliteDatabase) else "%s"
    _execute(db, "CREATE TEMPORARY TABLE folded_title (title TEXT PRIMARY KEY, folded TEXT)")
    for title in titles:
        _execute(db, f"INSERT INTO folded_title (title, folded) VALUES ({mark}, {mark})", (title, fold(title)))  # noqa: S608
    folded = f"SELECT f.folded FROM {ORDERS} o JOIN folded_title f ON f.title = o.title WHERE o.id = letter.order_id"  # noqa: S608
    _execute(db, f"UPDATE letter SET title_folded = ({folded}) WHERE order_id IS NOT NULL")  # noqa: S608
    _execute(db, "DROP TABLE folded_title")
    for name, columns in INDEXES.items():
        _execute(db, f"CREATE INDEX {name} ON {columns}")


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        _execute(db, f"DROP INDEX {name}")
    migrator.migrate(*(migrator.drop_column(table, column) for table, column, _kind in COLUMNS))


def _execute(db: Database, statement: str, values: tuple[object, ...] = ()) -> Any:
    return db.execute_sql(statement, values)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
