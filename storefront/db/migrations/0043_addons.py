"""Add-ons of an offer."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = ("addons TEXT NOT NULL DEFAULT '[]'", "last_addon_id INTEGER NOT NULL DEFAULT 0")


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE offer ADD COLUMN {column}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column("offer", column.split()[0]) for column in COLUMNS))
