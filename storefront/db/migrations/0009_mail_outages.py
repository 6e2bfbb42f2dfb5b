"""Outages of the mail server, and which recipients have got an email that goes to several."""

from peewee import Database, DateTimeField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class MailOutage(Model):
        began_at = DateTimeField()
        next_attempt_at = DateTimeField()
        ended_at = DateTimeField(index=True, null=True)
        problem = TextField(default="")

        class Meta:
            database = db
            table_name = "mail_outage"

    db.create_tables([MailOutage])
    migrator.migrate(migrator.add_column("letter", "delivered_to", TextField(default="[]")))


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(migrator.drop_column("letter", "delivered_to"), migrator.drop_table("mail_outage"))
