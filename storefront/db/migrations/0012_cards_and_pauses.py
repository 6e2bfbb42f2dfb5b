"""When the saved card of a subscription was removed at Stripe, and why Stripe has paused a subscription."""

from peewee import CharField, Database, DateTimeField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.add_column("subscription", "card_removed_at", DateTimeField(null=True)),
        migrator.add_column("subscription", "pause_reason", CharField(max_length=40, default="")),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("subscription", "pause_reason"),
        migrator.drop_column("subscription", "card_removed_at"),
    )
