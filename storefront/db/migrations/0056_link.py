"""Whether a payment's intent takes Link beside cards: a repeated call must send what the first one sent."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # A column with a default is added without writing the rows again. Peewee's own method has no annotations.
    db.execute_sql("ALTER TABLE payment ADD COLUMN takes_link BOOLEAN NOT NULL DEFAULT false")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("payment", "takes_link"))
