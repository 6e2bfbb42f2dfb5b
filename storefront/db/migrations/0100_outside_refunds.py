"""When an order that was paid outside of Stripe was refunded, and who said so."""

from peewee import CharField, Database, DateTimeField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.add_column("outside_payment", "refunded_at", DateTimeField(null=True)),
        migrator.add_column("outside_payment", "refunded_by", CharField(default="")),
    )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("outside_payment", "refunded_at"), migrator.drop_column("outside_payment", "refunded_by")
    )
