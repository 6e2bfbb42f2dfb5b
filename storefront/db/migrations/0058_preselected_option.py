"""Which price option of an offer is preselected."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # A column with a default is added without writing the rows again. Peewee's own method has no annotations.
    sql = "ALTER TABLE price_option ADD COLUMN preselected BOOLEAN NOT NULL DEFAULT false"
    db.execute_sql(sql)  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("price_option", "preselected"))
