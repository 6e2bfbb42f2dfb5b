"""The audit log."""

from peewee import CharField, Database, DateTimeField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(_migrator: SchemaMigrator, db: Database) -> None:
    class AuditEntry(Model):
        created_at = DateTimeField(index=True)
        actor = CharField(max_length=10)
        who = CharField()
        address = CharField(max_length=50)
        action = CharField(max_length=10)
        kind = CharField(max_length=20)
        object_id = IntegerField()
        label = CharField(max_length=200)
        changes = TextField()
        request = CharField(max_length=30)
        search_text = TextField()

        class Meta:
            database = db
            table_name = "audit_entry"
            indexes = (
                (("who", "id"), False),
                (("kind", "id"), False),
                (("kind", "object_id", "id"), False),
                (("who", "kind", "id"), False),
            )

    db.create_tables([AuditEntry])


def down(_migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP TABLE audit_entry")  # type: ignore[no-untyped-call]
