"""Offers that are posted: prices by country, the address of an order, and what was sent."""

from peewee import Database, DateTimeField
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "asks_shipping BOOLEAN NOT NULL DEFAULT false"),
    ("offer", "shipping_prices TEXT NOT NULL DEFAULT '[]'"),
    ("shop_order", "shipping_address TEXT NOT NULL DEFAULT ''"),
    ("shop_order", "tracking_carrier VARCHAR(20) NOT NULL DEFAULT ''"),
    ("shop_order", "tracking_number VARCHAR(500) NOT NULL DEFAULT ''"),
)
# One expression, so that SQLite reads these indexes instead of that of the statuses.
TO_SEND = (
    "WHERE CASE WHEN shipping_address <> '' AND sent_at IS NULL"
    " AND status IN ('paid', 'partially_refunded') THEN 1 END = 1"
)
INDEXES = {"order_to_send": "(id)", "order_to_send_mode": "(mode, id)", "order_to_send_offer": "(offer_id, id)"}


def up(migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.add_column("shop_order", "sent_at", DateTimeField(null=True)))
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON shop_order {columns} {TO_SEND}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.drop_column("shop_order", "sent_at"),
        *(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS),
    )
