"""Country, company and VAT ID of the customer, where an offer asks for them."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "asks_country BOOLEAN NOT NULL DEFAULT false"),
    ("offer", "asks_company BOOLEAN NOT NULL DEFAULT false"),
    ("shop_order", "country VARCHAR(2) NOT NULL DEFAULT ''"),
    ("shop_order", "company VARCHAR(200) NOT NULL DEFAULT ''"),
    ("shop_order", "vat_id VARCHAR(20) NOT NULL DEFAULT ''"),
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS))
