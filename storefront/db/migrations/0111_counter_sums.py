"""On PostgreSQL, the merged counters have an index: merging finds the sum of a counter among any number of changes."""

from peewee import Database, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    if isinstance(db, PostgresqlDatabase):
        # Peewee's own method has no annotations.
        db.execute_sql(  # type: ignore[no-untyped-call]
            "CREATE INDEX counter_sums ON counter (kind, subject, day, mode, currency, status) WHERE is_sum"
        )


def down(_migrator: SchemaMigrator, db: Database) -> None:
    if isinstance(db, PostgresqlDatabase):
        db.execute_sql("DROP INDEX counter_sums")  # type: ignore[no-untyped-call]
