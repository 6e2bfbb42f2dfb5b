"""A payment knows why the one before it was not paid, where the order changed after a card was tried."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # Peewee's own method has no annotations.
    db.execute_sql("ALTER TABLE payment ADD COLUMN earlier_reason VARCHAR(255) NOT NULL DEFAULT ''")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("payment", "earlier_reason"))
