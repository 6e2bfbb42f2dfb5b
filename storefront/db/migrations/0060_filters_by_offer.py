"""The offer of an email's order, and indexes for emails of one offer and for offers of some days.

`migrate` fills the new column, as it is derived.
"""

from peewee import Database, IntegerField
from playhouse.migrate import SchemaMigrator

INDEXES = {
    "letter_offer_id_id": "letter (offer_id, id)",
    "letter_offer_id_mode_state_id": "letter (offer_id, mode, state, id)",
    "letter_offer_id_mode_kind_state_id": "letter (offer_id, mode, kind, state, id)",
    "offer_created_at_id": "offer (created_at, id)",
}


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.add_column("letter", "offer_id", IntegerField(null=True)))
    for name, columns in INDEXES.items():
        db.execute_sql(f"CREATE INDEX {name} ON {columns}")  # type: ignore[no-untyped-call]  # without annotations


def down(migrator: SchemaMigrator, db: Database) -> None:
    for name in INDEXES:
        db.execute_sql(f"DROP INDEX {name}")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("letter", "offer_id"))
