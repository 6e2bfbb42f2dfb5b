"""Whether a merchant can be paid now, and payments that wait for their merchant after their orders have left it."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

COLUMNS = {
    "silent_since": "{moment}",
    "unavailable_since": "{moment}",
    "unavailable_because": "VARCHAR(10) NOT NULL DEFAULT ''",
    "outage_told_at": "{moment}",
    "outage_checked_at": "{moment}",
}


def up(migrator: SchemaMigrator, db: Database) -> None:
    moment = "DATETIME" if "sqlite" in type(migrator).__name__.lower() else "TIMESTAMP"
    for name, kind in COLUMNS.items():
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE merchant ADD COLUMN {name} {kind.format(moment=moment)}")  # type: ignore[no-untyped-call]
    db.execute_sql("CREATE INDEX payment_moved ON payment (merchant_id, id) WHERE end_reason = 'moved'")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX payment_moved")  # type: ignore[no-untyped-call]
    migrator.migrate(*(migrator.drop_column("merchant", name) for name in COLUMNS))
