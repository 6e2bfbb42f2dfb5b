"""Which object an event is about, and which worker handles the waiting events of an object."""

from peewee import AutoField, CharField, Database, DateTimeField, ForeignKeyField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Merchant(Model):
        class Meta:
            database = db
            table_name = "merchant"

    class EventClaim(Model):
        id = AutoField()
        merchant = ForeignKeyField(Merchant, on_delete="CASCADE")
        subject = CharField()
        token = CharField(max_length=40)
        claimed_by = CharField(max_length=120, default="")
        claimed_until = DateTimeField()

        class Meta:
            database = db
            table_name = "event_claim"
            indexes = ((("merchant", "subject"), True),)

    db.create_tables([EventClaim])
    migrator.migrate(migrator.add_column("webhook_event", "subject", CharField(default="")))
    for statement in (
        "UPDATE webhook_event SET subject = CASE "
        "WHEN subscription <> '' AND substr(type, 1, 13) <> 'setup_intent.' THEN subscription "
        "WHEN intent_id <> '' THEN intent_id ELSE object_id END WHERE handled_at IS NULL",
        "CREATE INDEX webhook_event_waiting_subject ON webhook_event (merchant_id, subject) WHERE handled_at IS NULL",
    ):
        db.execute_sql(statement)  # type: ignore[no-untyped-call]


def down(migrator: SchemaMigrator, db: Database) -> None:
    db.execute_sql("DROP INDEX webhook_event_waiting_subject")  # type: ignore[no-untyped-call]
    migrator.migrate(migrator.drop_column("webhook_event", "subject"), migrator.drop_table("event_claim"))
