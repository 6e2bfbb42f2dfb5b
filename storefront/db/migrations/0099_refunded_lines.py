"""A refund may be of one line of its order, which its credit note names."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # Peewee's own method has no annotations.
    db.execute_sql("ALTER TABLE refund ADD COLUMN line_position INTEGER")  # type: ignore[no-untyped-call]


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("ALTER TABLE refund DROP COLUMN line_position")  # type: ignore[no-untyped-call]
