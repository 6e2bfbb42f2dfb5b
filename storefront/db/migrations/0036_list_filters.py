"""Indexes for the lists filtered by offer, by day and, for emails, by mode; and the mode of an email's order."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

ORDERS = "shop_order"
INDEXES = {
    "shop_order_offer_id_id": "shop_order (offer_id, id)",
    "shop_order_offer_id_status_id": "shop_order (offer_id, status, id)",
    "shop_order_offer_id_mode_id": "shop_order (offer_id, mode, id)",
    "shop_order_offer_id_mode_status_id": "shop_order (offer_id, mode, status, id)",
    "subscription_created_at": "subscription (created_at)",
    "letter_mode_id": "letter (mode, id)",
    "letter_mode_state_id": "letter (mode, state, id)",
    "letter_mode_kind_id": "letter (mode, kind, id)",
    "letter_mode_kind_state_id": "letter (mode, kind, state, id)",
    "customer_orders_id": "customer (orders, id)",
}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # A column with a default is added without writing the rows again.
    statements = [
        "ALTER TABLE letter ADD COLUMN mode VARCHAR(4) NOT NULL DEFAULT ''",
        f"UPDATE letter SET mode = (SELECT o.mode FROM {ORDERS} o WHERE o.id = letter.order_id)"  # noqa: S608
        " WHERE order_id IS NOT NULL",
        *(f"CREATE INDEX {name} ON {columns}" for name, columns in INDEXES.items()),
    ]
    for statement in statements:
        db.execute_sql(statement)  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("letter", "mode"))
