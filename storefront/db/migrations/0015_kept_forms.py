"""Forms that were sent after the session had ended."""

from peewee import BooleanField, CharField, Database, DateTimeField, ForeignKeyField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Admin(Model):
        class Meta:
            database = db
            table_name = "admin"

    class KeptForm(Model):
        public_id = CharField(unique=True, max_length=40)
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        page = TextField()
        fields = TextField()
        incomplete = BooleanField(default=False)
        created_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "kept_form"

    db.create_tables([KeptForm])


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.drop_table("kept_form"))
