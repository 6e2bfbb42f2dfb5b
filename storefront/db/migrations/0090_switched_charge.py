"""What a subscription charges next after a scheduled switch of plans."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # A column with a default is added without writing the rows again. Peewee's own method has no annotations.
    db.execute_sql("ALTER TABLE subscription ADD COLUMN switched_charge BIGINT")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("subscription", "switched_charge"))
