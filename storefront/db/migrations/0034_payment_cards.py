"""The card that has paid: receipts and refunds name it."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

COLUMNS = {"card_brand": "VARCHAR(20)", "card_last4": "VARCHAR(4)"}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for name, kind in COLUMNS.items():
        # With its default the column costs no rewriting of the table.
        db.execute_sql(f"ALTER TABLE payment ADD COLUMN {name} {kind} NOT NULL DEFAULT ''")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column("payment", name) for name in COLUMNS))
