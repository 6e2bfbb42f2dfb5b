"""Requests for login links and other emails, for the limits of the customer's page."""

from peewee import CharField, Database, DateTimeField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class LetterRequest(Model):
        email = CharField(index=True)
        address = CharField(max_length=64, index=True)
        at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "letter_request"

    db.create_tables([LetterRequest])


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE letter_request")  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
