"""A row for each sign-in to the admin. Kept forms can hold encrypted values."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Admin(Model):
        class Meta:
            database = db
            table_name = "admin"

    class AdminSession(Model):
        key = CharField(unique=True, max_length=40)
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        password_version = IntegerField()
        started_at = DateTimeField(index=True)
        last_seen_at = DateTimeField()
        proved_at = DateTimeField()

        class Meta:
            database = db
            table_name = "admin_session"

    db.create_tables([AdminSession])
    migrator.migrate(migrator.add_column("kept_form", "sealed", TextField(default="")))


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.drop_column("kept_form", "sealed"), migrator.drop_table("admin_session"))
