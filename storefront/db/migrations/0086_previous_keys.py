"""The keys that a merchant had before, while the new ones prove themselves."""

from peewee import Database
from playhouse.migrate import SchemaMigrator

COLUMNS = {
    "previous_publishable_key": "VARCHAR(255) NOT NULL DEFAULT ''",
    "previous_secret_key_encrypted": "TEXT",
    "previous_secret_key_last4": "VARCHAR(255) NOT NULL DEFAULT ''",
    "previous_keys_until": "{moment}",
    "refused_key_last4": "VARCHAR(255) NOT NULL DEFAULT ''",
    "returned_at": "{moment}",
}


def up(migrator: SchemaMigrator, db: Database) -> None:
    moment = "DATETIME" if "sqlite" in type(migrator).__name__.lower() else "TIMESTAMP"
    for name, kind in COLUMNS.items():
        db.execute_sql(f"ALTER TABLE merchant ADD COLUMN {name} {kind.format(moment=moment)}")  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(*(migrator.drop_column("merchant", name) for name in COLUMNS))
