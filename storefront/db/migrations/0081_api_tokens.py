"""Tokens of the API."""

from peewee import CharField, Database, DateTimeField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class ApiToken(Model):
        name = CharField(max_length=100)
        token_hash = CharField(max_length=64, unique=True)
        hint = CharField(max_length=4)
        scope = CharField(max_length=10)
        created_by = CharField()
        created_at = DateTimeField()
        expires_at = DateTimeField(null=True)
        revoked_at = DateTimeField(null=True)
        last_used_at = DateTimeField(null=True)
        minute = DateTimeField(null=True)
        requests = IntegerField()

        class Meta:
            database = db
            table_name = "api_token"

    db.create_tables([ApiToken])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE api_token")  # type: ignore[no-untyped-call]
