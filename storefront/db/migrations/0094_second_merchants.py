"""Offers name a second merchant, who is paid while the first one can't be."""

from peewee import Database
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    # Peewee's own method has no annotations.
    db.execute_sql(  # type: ignore[no-untyped-call]
        "ALTER TABLE offer ADD COLUMN second_merchant_id INTEGER REFERENCES merchant (id) ON DELETE RESTRICT"
    )
    db.execute_sql("CREATE INDEX offer_second_merchant_id ON offer (second_merchant_id)")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX offer_second_merchant_id")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("offer", "second_merchant_id"))
