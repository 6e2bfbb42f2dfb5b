"""The tax of a payment request."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    "tax_name VARCHAR(40) NOT NULL DEFAULT ''",
    "tax_rate INTEGER",
    "tax_included BOOLEAN NOT NULL DEFAULT true",
    "tax BIGINT NOT NULL DEFAULT 0",
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE payment_request ADD COLUMN {column}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column("payment_request", column.split()[0]) for column in COLUMNS))
