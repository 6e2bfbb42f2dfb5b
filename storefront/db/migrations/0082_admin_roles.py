"""Roles of admins. Everybody who could sign in before could do everything, and stays an Owner."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # The default is for the rows that are there.
    db.execute_sql("ALTER TABLE admin ADD COLUMN role VARCHAR(10) NOT NULL DEFAULT 'owner'")  # type: ignore[no-untyped-call]  # without annotations


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("admin", "role"))
