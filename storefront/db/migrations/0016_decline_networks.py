"""Declines are counted per network and Stripe account too; an order can have a limit of its own."""

from peewee import CharField, Database, IntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.add_column("decline", "network", CharField(max_length=64, default="", index=True)),
        migrator.add_column("decline", "merchant_id", IntegerField(default=0, index=True)),
        migrator.add_column("shop_order", "decline_limit", IntegerField(null=True)),
    )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("shop_order", "decline_limit"),
        migrator.drop_column("decline", "merchant_id"),
        migrator.drop_column("decline", "network"),
    )
