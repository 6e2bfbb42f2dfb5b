"""Uploads of files in parts, and files whose bytes are deleted because nobody can get them any more."""

from peewee import BigIntegerField, CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator

COLUMNS = ("unused_since", "deleted_at")


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Admin(Base):
        class Meta:
            table_name = "admin"

    class FileUpload(Base):
        public_id = CharField(max_length=40, unique=True)
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        name = CharField(max_length=255)
        size = BigIntegerField()
        received = BigIntegerField()
        changed_at = DateTimeField(index=True)

        class Meta:
            table_name = "file_upload"

    migrator.migrate(*(migrator.add_column("stored_file", name, DateTimeField(null=True)) for name in COLUMNS))
    db.create_tables([FileUpload])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(
        migrator.drop_table("file_upload"),
        *(migrator.drop_column("stored_file", name) for name in COLUMNS),
    )
