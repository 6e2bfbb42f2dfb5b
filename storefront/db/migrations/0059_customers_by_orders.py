"""Customers of some days are read in the order of their orders."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

NEWEST = {"orders": "newest_order_id", "live_orders": "newest_live_id", "test_orders": "newest_test_id"}


def up(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        *(migrator.drop_index("customer", f"customer_{orders}_id") for orders in NEWEST),
        *(migrator.add_index("customer", (orders, newest)) for orders, newest in NEWEST.items()),
    )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        *(migrator.drop_index("customer", f"customer_{orders}_{newest}") for orders, newest in NEWEST.items()),
        *(migrator.add_index("customer", (orders, "id")) for orders in NEWEST),
    )
