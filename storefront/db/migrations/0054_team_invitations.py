"""Invitations to the admin."""

from peewee import CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Admin(Base):
        class Meta:
            table_name = "admin"

    class TeamInvitation(Base):
        email = CharField(unique=True)
        role = CharField(max_length=10)
        key = CharField(max_length=40, unique=True)
        invited_by = ForeignKeyField(Admin, on_delete="CASCADE")
        sent_at = DateTimeField()

        class Meta:
            table_name = "team_invitation"

    db.create_tables([TeamInvitation])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE team_invitation")  # type: ignore[no-untyped-call]  # without annotations
