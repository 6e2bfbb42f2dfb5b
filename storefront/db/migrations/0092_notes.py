"""Notes are found by their orders, for the page of a customer."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # Peewee's own method has no annotations.
    db.execute_sql("CREATE INDEX timeline_entry_notes ON timeline_entry (order_id, id) WHERE kind = 'note'")  # type: ignore[no-untyped-call]


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX timeline_entry_notes")  # type: ignore[no-untyped-call]
