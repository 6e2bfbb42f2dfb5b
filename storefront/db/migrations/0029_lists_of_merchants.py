"""Indexes for the checklists of merchants, and for emails that were given up."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

INDEXES = {
    "payment_merchant_id_status": "payment (merchant_id, status)",
    "payment_merchant_id_challenged": "payment (merchant_id, challenged)",
    "letter_state_done_at": "letter (state, done_at)",
}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]  # not annotated


def down(_migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
