"""How many requests and calls to Stripe there were, and how long they took."""

from peewee import BigIntegerField, CharField, Database, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Measurement(Model):
        name = CharField(max_length=20)
        result = CharField(max_length=20)
        bound = CharField(max_length=10)
        number = BigIntegerField()
        microseconds = BigIntegerField()

        class Meta:
            database = db
            indexes = ((("name", "result", "bound"), True),)

    db.create_tables([Measurement])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("measurement"))
