"""Until when a periodic job counts as running."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("ALTER TABLE job_run ADD COLUMN running_until TIMESTAMP")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_column("job_run", "running_until"))
