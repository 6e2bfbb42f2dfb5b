"""Links to account pages that end, and changes of email addresses that can be undone."""

from peewee import BooleanField, CharField, Database, DateTimeField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class AccountLink(Model):
        id_hash = CharField(max_length=64, unique=True)
        email = CharField(index=True)
        mailed = BooleanField()
        issued_at = DateTimeField(index=True)
        ended_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "account_link"

    class EmailChange(Model):
        token_hash = CharField(max_length=64, unique=True)
        old = CharField(index=True)
        new = CharField()
        orders = TextField()
        confirmed_at = DateTimeField()
        undone_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "email_change"

    db.create_tables([AccountLink, EmailChange])


def down(migrator: SchemaMigrator, _db: Database) -> None:
    migrator.migrate(migrator.drop_table("email_change"), migrator.drop_table("account_link"))
