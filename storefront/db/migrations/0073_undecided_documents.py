"""Documents that the database before a restore may have issued: the owner decides about their numbers."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # With a default in the schema no row is written again. Peewee's own method has no annotations.
    db.execute_sql("ALTER TABLE document ADD COLUMN is_undecided BOOLEAN NOT NULL DEFAULT false")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("document", "is_undecided"))
