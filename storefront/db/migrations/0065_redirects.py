"""Where customers go after the payment of an offer, and whether the customer of an order still does."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# A column with a default is added without writing the rows again.
COLUMNS = (
    ("offer", "redirect_url VARCHAR(1000) NOT NULL DEFAULT ''"),
    ("offer", "redirect_secret_encrypted TEXT NOT NULL DEFAULT ''"),
    ("shop_order", "redirects BOOLEAN NOT NULL DEFAULT false"),
)


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for table, column in COLUMNS:
        # Peewee's own method has no annotations.
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column(table, column.split()[0]) for table, column in COLUMNS))
