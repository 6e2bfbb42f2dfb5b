"""Which derived rows the database has, and a hash of the definition that they were computed by."""

from peewee import CharField, Database, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class DerivedState(Model):
        name = CharField(max_length=60, primary_key=True)
        fingerprint = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "derived_state"

    db.create_tables([DerivedState])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("derived_state"))
