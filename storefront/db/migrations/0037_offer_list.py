"""An index for each status of the admin's list of offers."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

INDEX = "offer_status_created_at_id"


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # Peewee's own method has no annotations.
    db.execute_sql(f"CREATE INDEX {INDEX} ON offer (status, created_at, id)")  # type: ignore[no-untyped-call]


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql(f"DROP INDEX {INDEX}")  # type: ignore[no-untyped-call]
