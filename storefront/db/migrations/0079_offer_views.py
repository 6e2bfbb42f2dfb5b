"""How often the pages of offers were opened, by day."""

from peewee import BigIntegerField, CharField, Database, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class OfferView(Model):
        offer_id = IntegerField()
        day = CharField(max_length=10)
        mode = CharField(max_length=4)
        seen = BigIntegerField()

        class Meta:
            database = db
            table_name = "offer_view"
            indexes = ((("offer_id", "day", "mode"), True),)

    db.create_tables([OfferView])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("offer_view"))
