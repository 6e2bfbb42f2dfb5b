"""Indexes for the list of orders that were started and not paid."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

UNPAID = "WHERE status IN ('expired', 'failed', 'pending')"
INDEXES = {"order_abandoned": "(id)", "order_abandoned_mode": "(mode, id)"}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for name, columns in INDEXES.items():
        # Peewee's own method has no annotations.
        db.execute_sql(f"CREATE INDEX {name} ON shop_order {columns} {UNPAID}")  # type: ignore[no-untyped-call]


def down(_migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
