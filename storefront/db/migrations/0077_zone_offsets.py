"""The shop's time zone as rows, for counters of days."""

from peewee import Database, DateTimeField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class ZoneOffset(Model):
        starts_at = DateTimeField(primary_key=True)
        seconds = IntegerField()

        class Meta:
            database = db
            table_name = "zone_offset"

    db.create_tables([ZoneOffset])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("zone_offset"))
