"""The domain that is registered for wallets at a merchant's Stripe account, and the wallets that it is good for."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

# The hosts of domain names have at most 253 characters.
COLUMNS = {"wallet_domain": 253, "wallets": 60, "wallet_problem": 200}


def up(_migrator: SchemaMigrator, db: Database) -> None:
    for name, length in COLUMNS.items():
        # Peewee's own method has no annotations.
        db.execute_sql(  # type: ignore[no-untyped-call]
            f"ALTER TABLE merchant ADD COLUMN {name} VARCHAR({length}) NOT NULL DEFAULT ''"
        )


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(*(migrator.drop_column("merchant", name) for name in COLUMNS))
