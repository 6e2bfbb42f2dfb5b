"""New idempotency keys for refunds that Stripe answered with 5xx."""

from peewee import Database, IntegerField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.add_column("refund", "keys_used_up", IntegerField(default=0)))


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.drop_column("refund", "keys_used_up"))
