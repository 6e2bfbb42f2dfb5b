"""The tax of an offer, of an order, and of the lines of an order."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "tax_name VARCHAR(40) NOT NULL DEFAULT ''"),
    ("offer", "tax_rate INTEGER"),
    ("offer", "tax_included BOOLEAN NOT NULL DEFAULT true"),
    ("offer", "tax_rates TEXT NOT NULL DEFAULT '{}'"),
    ("shop_order", "tax_mode VARCHAR(10) NOT NULL DEFAULT ''"),
    ("shop_order", "tax_name VARCHAR(40) NOT NULL DEFAULT ''"),
    ("shop_order", "tax_rate INTEGER NOT NULL DEFAULT 0"),
    ("shop_order", "tax BIGINT NOT NULL DEFAULT 0"),
    ("shop_order", "later_tax BIGINT NOT NULL DEFAULT 0"),
    ("order_line", "tax_rate INTEGER NOT NULL DEFAULT 0"),
    ("order_line", "tax BIGINT NOT NULL DEFAULT 0"),
    ("order_line", "later_tax BIGINT NOT NULL DEFAULT 0"),
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS))
