"""Disconnecting a merchant with many open payments takes a while: since when, and how far it is."""

from peewee import Database, DateTimeField, IntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.add_column("merchant", "disconnecting_at", DateTimeField(null=True)),
        migrator.add_column("merchant", "payments_to_close", IntegerField(default=0)),
        migrator.add_column("merchant", "payments_left_open", IntegerField(default=0)),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in ("payments_left_open", "payments_to_close", "disconnecting_at"):
        migrator.migrate(migrator.drop_column("merchant", name))
