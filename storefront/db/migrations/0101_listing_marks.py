"""What the list of offers shows of each offer, as a mark that changes with it."""

from peewee import CharField, Database, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class ListingMark(Model):
        offer_id = IntegerField(primary_key=True)
        mark = CharField(max_length=16)

        class Meta:
            database = db
            table_name = "listing_mark"

    db.create_tables([ListingMark])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("listing_mark"))
