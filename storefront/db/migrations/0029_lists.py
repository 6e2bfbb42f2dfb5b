"""Indexes for each filter of the admin's lists, and the columns of other tables that the lists are filtered by."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("shop_order", "mode VARCHAR(4) NOT NULL DEFAULT ''"),
    ("subscription", "mode VARCHAR(4) NOT NULL DEFAULT ''"),
    ("subscription", "offer_id INTEGER NOT NULL DEFAULT 0"),
)
VALUES = {
    "shop_order": "mode = (SELECT m.mode FROM merchant m WHERE m.id = shop_order.merchant_id)",
    "subscription": "mode = (SELECT o.mode FROM shop_order o WHERE o.id = subscription.order_id),"
    " offer_id = (SELECT o.offer_id FROM shop_order o WHERE o.id = subscription.order_id)",
}
INDEXES = {
    "shop_order_status_id": "shop_order (status, id)",
    "shop_order_mode_id": "shop_order (mode, id)",
    "shop_order_mode_status_id": "shop_order (mode, status, id)",
    "subscription_status_id": "subscription (status, id)",
    "subscription_mode_id": "subscription (mode, id)",
    "subscription_mode_status_id": "subscription (mode, status, id)",
    "subscription_offer_id_id": "subscription (offer_id, id)",
    "subscription_offer_id_status_id": "subscription (offer_id, status, id)",
    "subscription_offer_id_mode_id": "subscription (offer_id, mode, id)",
    "subscription_offer_id_mode_status_id": "subscription (offer_id, mode, status, id)",
    "letter_state_id": "letter (state, id)",
    "letter_kind_id": "letter (kind, id)",
    "letter_kind_state_id": "letter (kind, state, id)",
    "offer_in_order": "offer ((status <> 'archived'), created_at, id)",
}
# The beginning of another index answers what they answered.
REPLACED = {
    "order_status": "shop_order (status)",
    "subscription_status": "subscription (status)",
}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]
    for table, values in VALUES.items():
        db.execute_sql(f"UPDATE {table} SET {values}")  # type: ignore[no-untyped-call]  # noqa: S608
    for name in REPLACED:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    for name, columns in REPLACED.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]
    migrator.migrate(
        migrator.drop_column("subscription", "offer_id"),
        migrator.drop_column("subscription", "mode"),
        migrator.drop_column("shop_order", "mode"),
    )
